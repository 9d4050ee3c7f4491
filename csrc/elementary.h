/* The project's own exp, log1p, sigmoid and softplus, `WIDTH` numbers at a time.
 *
 * Specified, with bounds, by src/fastgan/backends/numpy_elementary.py; included once for each
 * width, after lanes.h. Only + - * /, comparisons and bit operations: the same bits everywhere.
 */
#include "elementary_constants.h"

/* Both parts of the table's entries. */
typedef struct {
    W(real) high, low;
} W(entries);

ALWAYS_INLINE W(entries) W_(entries_at)(W(bits) index)
{
#if defined(__AVX2__) && !defined(__AVX512F__) && FASTGAN_REAL_BITS == 64 && WIDTH == 4
    /* No permutation reaches sixteen numbers: four loads of a high and a low part, whose places
     * go by way of memory. The empty statement keeps them there, or compilers bring them out of
     * the vector one by one, which takes more instructions. */
    _Alignas(sizeof(__m256i)) bits at[WIDTH];
    _mm256_store_si256((__m256i *)at, (__m256i)(index * sizeof(__m128d)));
    __asm__("" : "+m"(at));
#define PAIR(lane) _mm_loadu_pd((const double *)((const char *)table_pairs + at[lane]))
    const __m256d even = _mm256_insertf128_pd(_mm256_castpd128_pd256(PAIR(0)), PAIR(2), 1);
    const __m256d odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(PAIR(1)), PAIR(3), 1);
#undef PAIR
    return (W(entries)){(W(real))_mm256_unpacklo_pd(even, odd),
                        (W(real))_mm256_unpackhi_pd(even, odd)};
#elif defined(__SSE2__) && FASTGAN_REAL_BITS == 64 && WIDTH == 2
    const __m128d first = _mm_loadu_pd(table_pairs + 2 * index[0]);
    const __m128d second = _mm_loadu_pd(table_pairs + 2 * index[1]);
    return (W(entries)){(W(real))_mm_unpacklo_pd(first, second),
                        (W(real))_mm_unpackhi_pd(first, second)};
#else
    return (W(entries)){W_(lookup)(table_high, index), W_(lookup)(table_low, index)};
#endif
}

/* Split e^-x into P 2^-e with P = high + w: see _exp_parts in the specification. */
typedef struct {
    W(bits) shifted; /* e and the table's index in its low bits */
    W(real) high, w;
} W(exp_parts);

ALWAYS_INLINE W(exp_parts) W_(split_exp)(W(real) x)
{
    W(real) shifted = x * STEPS_PER_UNIT + ROUNDER;
    W(real) multiple = shifted - ROUNDER;
    W(real) r = (multiple * STEP_HIGH - x) + multiple * STEP_LOW;
    W(bits) index = W_(as_bits)(shifted) & ((1 << TABLE_BITS) - 1);
    W(entries) entries = W_(entries_at)(index);
    W(real) high = entries.high, low = entries.low, table = high + low;
    W(real) r2 = r * r;
    W(real) table_r = table * r, table_r2 = table * r2;
    W(real) a = exp_coefficients[0] + exp_coefficients[1] * r;
#if FASTGAN_REAL_BITS == 64
    W(real) b = (exp_coefficients[2] + exp_coefficients[3] * r) + exp_coefficients[4] * r2;
#else
    real b = exp_coefficients[2];
#endif
    W(real) w = ((table_r + low) + table_r2 * a) + (r2 * table_r2) * b;
    return (W(exp_parts)){W_(as_bits)(shifted), high, w};
}

ALWAYS_INLINE W(real) W_(power_of_two)(W(bits) biased_exponent)
{
    return W_(as_real)(biased_exponent << SIGNIFICAND_BITS);
}

/* e^x, with gradual underflow and overflow to infinity. */
ALWAYS_INLINE W(real) W_(exp)(W(real) x)
{
    x = W_(select)(x < LOWEST_EXP, W_(broadcast)(LOWEST_EXP), x);
    x = W_(select)(x > HIGHEST_EXP, W_(broadcast)(HIGHEST_EXP), x);
    W(exp_parts) parts = W_(split_exp)(-x);
    /* 2^-e in two halves, of which only the second product can round. */
    W(bits) exponent = (parts.shifted >> TABLE_BITS) & EXPONENT_MASK;
    W(bits) first = exponent >> 1, second = exponent - first;
    W(real) first_factor = W_(power_of_two)((EXPONENT_ORIGIN / 2 + 1 + EXPONENT_BIAS) - first);
    W(real) second_factor = W_(power_of_two)((EXPONENT_ORIGIN / 2 + EXPONENT_BIAS) - second);
    return ((parts.high + parts.w) * first_factor) * second_factor;
}

/* log(1 + y) for y in [0, 1]. */
ALWAYS_INLINE W(real) W_(log1p)(W(real) y)
{
    W(real) f = y / (2 + y);
    W(real) z = f * f;
    int term = sizeof log1p_coefficients / sizeof log1p_coefficients[0] - 1;
    W(real) r = W_(broadcast)(log1p_coefficients[term]);
    while (term-- > 0)
        r = log1p_coefficients[term] + z * r;
    W(real) half_square = (real)0.5 * y * y;
    return y - (half_square - f * (half_square + z * r));
}

ALWAYS_INLINE W(real) W_(softplus)(W(real) x)
{
    W(real) positive = W_(select)(x > 0, x, W_(broadcast)(0));
    return positive + W_(log1p)(W_(exp)(-W_(absolute)(x)));
}

/* The pair (p, 1 - p). */
typedef struct {
    W(real) p, one_minus_p;
} W(sigmoids);

/* Far from zero the smaller of the two is e^-|x|; apart, to keep the common path short. */
NEVER_INLINE void W_(saturated_sigmoid)(const W(real) *at, W(sigmoids) *result)
{
    W(real) x = *at;
    W(real) smaller = W_(exp)(-W_(absolute)(x));
    W(real) larger = 1 - smaller;
    W(mask) common = W_(absolute)(x) <= SIGMOID_LIMIT;
    W(real) p = W_(select)(x > 0, larger, smaller);
    W(real) one_minus_p = W_(select)(x > 0, smaller, larger);
    result->p = W_(select)(common, result->p, p);
    result->one_minus_p = W_(select)(common, result->one_minus_p, one_minus_p);
}

/* Where |x| is at most SIGMOID_LIMIT. */
ALWAYS_INLINE W(sigmoids) W_(common_sigmoid)(W(real) x)
{
    W(exp_parts) parts = W_(split_exp)(x);
    W(real) s = W_(power_of_two)(parts.shifted >> TABLE_BITS);
    W(real) denominator = (s + parts.high) + parts.w;
    W(real) reciprocal = 1 / denominator;
    /* s is a power of two, so its product with the reciprocal is exact, and s / denominator the
     * same number: with a division of its own p comes sooner by a product's latency, which counts
     * where a single row waits for it. In wide vectors it is divisions that are scarce. */
#if WIDTH == 1 || WIDTH != LANES
    W(real) p = s / denominator;
#else
    W(real) p = s * reciprocal;
#endif
    return (W(sigmoids)){p, (parts.high + parts.w) * reciprocal};
}

ALWAYS_INLINE W(sigmoids) W_(sigmoid)(W(real) x)
{
    W(sigmoids) result = W_(common_sigmoid)(x);
    /* A branch, not a selection: it is predicted, and takes no part in the chain of latencies. */
    if (UNLIKELY(W_(any)(W_(not)(W_(absolute)(x) <= SIGMOID_LIMIT)))) {
        W(real) far = x; /* copies, or the common path would keep its numbers in memory */
        W(sigmoids) mended = result;
        W_(saturated_sigmoid)(&far, &mended);
        return mended;
    }
    return result;
}

/* Many at a time, the limit being looked at once for all of them. */
ALWAYS_INLINE void W_(sigmoid_each)(const W(real) *x, W(real) *p, W(real) *one_minus_p, int count)
{
    const W(bits) limit = W_(as_bits)(W_(broadcast)(SIGMOID_LIMIT));
    W(bits) beyond = limit - limit;
    for (int i = 0; i < count; i++) {
        W(sigmoids) s = W_(common_sigmoid)(x[i]);
        p[i] = s.p;
        one_minus_p[i] = s.one_minus_p;
        /* Numbers of one sign are ordered as their bits are, and NaNs come last. */
        beyond |= limit - W_(as_bits)(W_(absolute)(x[i]));
    }
    if (UNLIKELY(W_(any_sign)(beyond)))
        for (int i = 0; i < count; i++)
            if (W_(any_sign)(limit - W_(as_bits)(W_(absolute)(x[i])))) {
                W(real) far = x[i];
                W(sigmoids) mended = {p[i], one_minus_p[i]};
                W_(saturated_sigmoid)(&far, &mended);
                p[i] = mended.p;
                one_minus_p[i] = mended.one_minus_p;
            }
}
