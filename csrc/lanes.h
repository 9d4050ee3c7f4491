/* Numbers side by side: `WIDTH` reals that a single instruction takes where the processor can.
 *
 * Included once for each width in use (with WIDTH defined) to declare
 *   real<W>, bits<W>, mask<W>   the numbers, their bits as unsigned integers, a comparison's result
 *   load_<W>, store_<W>, broadcast_<W>, as_bits_<W>, as_real_<W>, absolute_<W>,
 *   select_<W>, not_<W>, any_<W>, lookup_<W>
 * Width 1 is plain C for every compiler; wider ones use the vector types of GCC and Clang.
 */
#include <string.h>

#include "names.h"

#define W(name) CONCAT(name, WIDTH)
#define W_(name) CONCAT(name##_, WIDTH)

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

ALWAYS_INLINE W(real) W_(broadcast)(real value) { return value; }

ALWAYS_INLINE W(real) W_(lookup)(const real *table, W(bits) index) { return table[index]; }

#else

ALWAYS_INLINE W(mask) W_(not)(W(mask) mask) { return ~mask; }

ALWAYS_INLINE W(real) W_(select)(W(mask) mask, W(real) yes, W(real) no)
{
    W(bits) chosen = (W(bits))mask;
    return W_(as_real)((W_(as_bits)(yes) & chosen) | (W_(as_bits)(no) & ~chosen));
}

ALWAYS_INLINE int W_(any)(W(mask) mask)
{
    uint64_t words[sizeof mask / 8], all = 0;
    memcpy(words, &mask, sizeof mask);
    for (size_t i = 0; i < sizeof mask / 8; i++)
        all |= words[i];
    return all != 0;
}

ALWAYS_INLINE W(real) W_(broadcast)(real value)
{
    W(real) result;
    for (int lane = 0; lane < WIDTH; lane++)
        result[lane] = value;
    return result;
}

ALWAYS_INLINE W(real) W_(lookup)(const real *table, W(bits) index)
{
    /* Written out, or the lanes would meet in memory and wait for their stores. */
#define AT(lane) table[index[lane]]
#if WIDTH == 2
    return (W(real)){AT(0), AT(1)};
#elif WIDTH == 4
    return (W(real)){AT(0), AT(1), AT(2), AT(3)};
#elif WIDTH == 8
    return (W(real)){AT(0), AT(1), AT(2), AT(3), AT(4), AT(5), AT(6), AT(7)};
#else
    return (W(real)){AT(0), AT(1), AT(2),  AT(3),  AT(4),  AT(5),  AT(6),  AT(7),
                     AT(8), AT(9), AT(10), AT(11), AT(12), AT(13), AT(14), AT(15)};
#endif
#undef AT
}

#endif
