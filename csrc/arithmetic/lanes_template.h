/* Vectors of `WIDTH` numbers, which one instruction handles where the processor can.
 *
 * Parameters:
 *   WIDTH  1, 2, 4, 8 or 16; width 1 first, since wider ones call it
 *
 * Declares, with <W> for the width:
 *   real<W>, bits<W>, mask<W>   numbers, their bits as unsigned integers, comparison results
 *   load_<W>, store_<W>, broadcast_<W>, as_bits_<W>, as_real_<W>, absolute_<W>,
 *   select_<W>, not_<W>, any_<W>, any_sign_<W>, lookup_<W>, square_root_<W>
 *
 * Width 1 is plain C for every compiler; wider ones use the vector types of GCC and Clang.
 */
#include <math.h>
#include <string.h>

#include "arithmetic/build.h"

#if WIDTH == 1
typedef real W(real);
typedef bits W(bits);
typedef int W(mask);
#else
typedef real W(real) __attribute__((vector_size(WIDTH * sizeof(real))));
typedef bits W(bits) __attribute__((vector_size(WIDTH * sizeof(real))));
typedef signed_bits W(mask) __attribute__((vector_size(WIDTH * sizeof(real))));
#endif

ALWAYS_INLINE W(real) W_(load)(const real *from)
{
    W(real) value;
    memcpy(&value, from, sizeof value);
    return value;
}

ALWAYS_INLINE void W_(store)(real *to, W(real) value) { memcpy(to, &value, sizeof value); }

ALWAYS_INLINE W(bits) W_(as_bits)(W(real) value)
{
    W(bits) result;
    memcpy(&result, &value, sizeof result);
    return result;
}

ALWAYS_INLINE W(real) W_(as_real)(W(bits) value)
{
    W(real) result;
    memcpy(&result, &value, sizeof result);
    return result;
}

ALWAYS_INLINE W(real) W_(absolute)(W(real) value)
{
    return W_(as_real)(W_(as_bits)(value) & ~SIGN_BIT);
}

#if WIDTH == 1

ALWAYS_INLINE W(mask) W_(not)(W(mask) mask) { return !mask; }

ALWAYS_INLINE W(real) W_(select)(W(mask) mask, W(real) yes, W(real) no) { return mask ? yes : no; }

ALWAYS_INLINE int W_(any)(W(mask) mask) { return mask; }

ALWAYS_INLINE int W_(any_sign)(W(bits) value) { return (value & SIGN_BIT) != 0; }

ALWAYS_INLINE W(real) W_(broadcast)(real value) { return value; }

ALWAYS_INLINE W(real) W_(lookup)(const real *table, W(bits) index) { return table[index]; }

/* IEEE 754's square root, which every platform rounds exactly. */
ALWAYS_INLINE W(real) W_(square_root)(W(real) x)
{
#if FASTGAN_REAL_BITS == 64
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}

#else

ALWAYS_INLINE W(mask) W_(not)(W(mask) mask) { return ~mask; }

ALWAYS_INLINE W(real) W_(select)(W(mask) mask, W(real) yes, W(real) no)
{
    W(bits) chosen = (W(bits))mask;
    return W_(as_real)((W_(as_bits)(yes) & chosen) | (W_(as_bits)(no) & ~chosen));
}

ALWAYS_INLINE int W_(any)(W(mask) mask)
{
#if defined(__AVX512BW__) && WIDTH * FASTGAN_REAL_BITS == 512
    return _mm512_movepi8_mask((__m512i)mask) != 0;
#elif defined(__AVX2__) && WIDTH * FASTGAN_REAL_BITS == 256
    return _mm256_movemask_epi8((__m256i)mask) != 0;
#elif defined(__SSE2__) && WIDTH * FASTGAN_REAL_BITS == 128
    return _mm_movemask_epi8((__m128i)mask) != 0;
#else
    signed_bits all = 0;
    for (int lane = 0; lane < WIDTH; lane++)
        all |= mask[lane];
    return all != 0;
#endif
}

/* Return whether the highest bit is set in any lane. */
ALWAYS_INLINE int W_(any_sign)(W(bits) value)
{
#if defined(__AVX512DQ__) && WIDTH * FASTGAN_REAL_BITS == 512 && FASTGAN_REAL_BITS == 64
    return _mm512_movepi64_mask((__m512i)value) != 0;
#elif defined(__AVX512DQ__) && WIDTH * FASTGAN_REAL_BITS == 512
    return _mm512_movepi32_mask((__m512i)value) != 0;
#elif defined(__AVX2__) && WIDTH * FASTGAN_REAL_BITS == 256 && FASTGAN_REAL_BITS == 64
    return _mm256_movemask_pd((__m256d)value) != 0;
#elif defined(__AVX2__) && WIDTH * FASTGAN_REAL_BITS == 256
    return _mm256_movemask_ps((__m256)value) != 0;
#else
    return W_(any)((W(mask))value < 0);
#endif
}

ALWAYS_INLINE W(real) W_(broadcast)(real value)
{
    return value - (W(real)){0}; /* exactly `value`, also where it is -0.0 */
}

/* Entries of a table of 16 (float64) or 8 (float32) numbers, by a permutation where the instruction
 * set has one. */
ALWAYS_INLINE W(real) W_(lookup)(const real *table, W(bits) index)
{
#if defined(__AVX512F__) && FASTGAN_REAL_BITS == 64 && WIDTH == 8
    return (W(real))_mm512_permutex2var_pd(_mm512_loadu_pd(table), (__m512i)index,
                                           _mm512_loadu_pd(table + 8));
#elif defined(__AVX512F__) && FASTGAN_REAL_BITS == 64 && WIDTH == 4
    return (W(real))_mm512_castpd512_pd256(_mm512_permutex2var_pd(
        _mm512_loadu_pd(table), _mm512_castsi256_si512((__m256i)index),
        _mm512_loadu_pd(table + 8)));
#elif defined(__AVX512F__) && FASTGAN_REAL_BITS == 32 && WIDTH == 16
    __m512 entries = _mm512_castps256_ps512(_mm256_loadu_ps(table));
    return (W(real))_mm512_permutexvar_ps((__m512i)index, entries);
#elif defined(__AVX2__) && FASTGAN_REAL_BITS == 32 && WIDTH == 8
    return (W(real))_mm256_permutevar8x32_ps(_mm256_loadu_ps(table), (__m256i)index);
#elif defined(__AVX2__) && FASTGAN_REAL_BITS == 32 && WIDTH == 4
    return (W(real))_mm256_castps256_ps128(_mm256_permutevar8x32_ps(
        _mm256_loadu_ps(table), _mm256_castsi128_si256((__m128i)index)));
#else
    /* Written out: through an array, each load would wait for the stores of the lanes. */
#define AT(lane) table[index[lane]]
#if WIDTH == 2
    return (W(real)){AT(0), AT(1)};
#elif WIDTH == 4
    return (W(real)){AT(0), AT(1), AT(2), AT(3)};
#else
    return (W(real)){AT(0), AT(1), AT(2), AT(3), AT(4), AT(5), AT(6), AT(7)};
#endif
#undef AT
#endif
}

/* Compilers turn the loop into one instruction. */
ALWAYS_INLINE W(real) W_(square_root)(W(real) x)
{
    for (int lane = 0; lane < WIDTH; lane++)
        x[lane] = square_root_1(x[lane]);
    return x;
}

#endif
