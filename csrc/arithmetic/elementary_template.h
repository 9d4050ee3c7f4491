/* The project's own exp, log1p, sigmoid and softplus, `WIDTH` numbers at a time.
 *
 * Parameters:
 *   WIDTH  a width for which lanes_template.h has been included
 *
 * The reference backend's elementary.py specifies them, with error bounds. They use only + - * /,
 * comparisons and bit operations, which give the same bits everywhere.
 */
#include "arithmetic/build.h"
#include "arithmetic/elementary_constants.h"

/* Entries of the table, each as the sum of two parts. */
typedef struct {
    W(real) high, low;
} W(entries);

ALWAYS_INLINE W(entries) W_(entries_at)(W(bits) index)
{
#if defined(__AVX2__) && !defined(__AVX512F__) && FASTGAN_REAL_BITS == 64 && WIDTH == 4
    /* No permutation of AVX2 reaches sixteen numbers, so each lane loads its high and low part. The
     * indices go through memory: the empty statement keeps compilers from extracting them from the
     * vector one by one, which takes more instructions. */
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

/* e^-x = P 2^-e with P = high + w; the reference backend's _exp_parts derives it. */
typedef struct {
    W(bits) shifted; /* e, and in the low bits the index into the table */
    W(real) high, w;
} W(exp_parts);

/* Number of sigmoids that go through the stages together. With sixteen registers two are faster
 * than one, since a processor does not look far enough ahead to overlap them; with 32 registers
 * they gained nothing. */
#if defined(__AVX512F__)
#define SIGMOIDS_AT_ONCE 1
#else
#define SIGMOIDS_AT_ONCE 2
#endif

/* Split e^-x for `count` numbers, stage by stage: compilers keep this order of instructions, in
 * which latencies overlap. */
ALWAYS_INLINE void W_(split_exps)(const W(real) *x, W(exp_parts) *parts, int count)
{
    W(real) r[SIGMOIDS_AT_ONCE], low[SIGMOIDS_AT_ONCE];
    for (int i = 0; i < count; i++) {
        W(real) shifted = x[i] * STEPS_PER_UNIT + ROUNDER;
        W(real) multiple = shifted - ROUNDER;
        parts[i].shifted = W_(as_bits)(shifted);
        r[i] = (multiple * STEP_HIGH - x[i]) + multiple * STEP_LOW;
    }
    for (int i = 0; i < count; i++) {
        W(entries) entries = W_(entries_at)(parts[i].shifted & ((1 << TABLE_BITS) - 1));
        parts[i].high = entries.high;
        low[i] = entries.low;
    }
    for (int i = 0; i < count; i++) {
        W(real) table = parts[i].high + low[i];
        W(real) r2 = r[i] * r[i];
        W(real) table_r = table * r[i], table_r2 = table * r2;
        W(real) a = exp_coefficients[0] + exp_coefficients[1] * r[i];
#if FASTGAN_REAL_BITS == 64
        W(real) b = (exp_coefficients[2] + exp_coefficients[3] * r[i]) + exp_coefficients[4] * r2;
#else
        real b = exp_coefficients[2];
#endif
        parts[i].w = ((table_r + low[i]) + table_r2 * a) + (r2 * table_r2) * b;
    }
}

ALWAYS_INLINE W(exp_parts) W_(split_exp)(W(real) x)
{
    W(exp_parts) parts;
    W_(split_exps)(&x, &parts, 1);
    return parts;
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
    /* 2^-e as a product of two factors; only the multiplication by the second can round. */
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

/* Far from zero the smaller of the two is e^-|x|. A function of its own, to keep the common path
 * short. */
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

/* Sigmoids of x with |x| <= SIGMOID_LIMIT; for other x the caller replaces the results. */
ALWAYS_INLINE void W_(common_sigmoids)(const W(real) *x, W(sigmoids) *results, int count)
{
    W(exp_parts) parts[SIGMOIDS_AT_ONCE];
    W_(split_exps)(x, parts, count);
    for (int i = 0; i < count; i++) {
        W(real) s = W_(power_of_two)(parts[i].shifted >> TABLE_BITS);
        W(real) denominator = (s + parts[i].high) + parts[i].w;
        W(real) reciprocal = 1 / denominator;
        /* s is a power of two, so s * reciprocal and s / denominator are the same number. The
         * division yields p sooner, by the latency of a product, which matters where a single row
         * waits for it. In wide vectors, divisions are the bottleneck. */
#if WIDTH == 1 || WIDTH != LANES
        results[i].p = s / denominator;
#else
        results[i].p = s * reciprocal;
#endif
        results[i].one_minus_p = (parts[i].high + parts[i].w) * reciprocal;
    }
}

ALWAYS_INLINE W(sigmoids) W_(sigmoid)(W(real) x)
{
    W(sigmoids) result;
    W_(common_sigmoids)(&x, &result, 1);
    /* A branch, not a selection: being predicted, it adds nothing to the chain of latencies. */
    if (UNLIKELY(W_(any)(W_(not)(W_(absolute)(x) <= SIGMOID_LIMIT)))) {
        W(real) far = x; /* a copy, so that the common path keeps its numbers in registers */
        W(sigmoids) mended = result;
        W_(saturated_sigmoid)(&far, &mended);
        return mended;
    }
    return result;
}

/* Integers whose highest bit is set where |x| > SIGMOID_LIMIT or x is NaN: the bits of numbers of
 * one sign are ordered as the numbers are, and NaNs come last. */
ALWAYS_INLINE W(bits) W_(beyond_limit)(W(real) x)
{
    return W_(as_bits)(W_(broadcast)(SIGMOID_LIMIT)) - W_(as_bits)(W_(absolute)(x));
}

ALWAYS_INLINE W(bits) W_(some_sigmoids)(const W(real) *x, W(real) *p, W(real) *one_minus_p,
                                        int count)
{
    W(sigmoids) results[SIGMOIDS_AT_ONCE];
    W(bits) beyond = W_(beyond_limit)(x[0]);
    W_(common_sigmoids)(x, results, count);
    for (int i = 1; i < count; i++)
        beyond |= W_(beyond_limit)(x[i]);
    for (int i = 0; i < count; i++) {
        p[i] = results[i].p;
        one_minus_p[i] = results[i].one_minus_p;
    }
    return beyond;
}

/* Sigmoids of `count` vectors, with one check of the limit for all of them. */
ALWAYS_INLINE void W_(sigmoid_each)(const W(real) *x, W(real) *p, W(real) *one_minus_p, int count)
{
    const int together = SIGMOIDS_AT_ONCE;
    W(bits) beyond = W_(as_bits)(W_(broadcast)(0));
    int done = 0;
    for (; done + together <= count; done += together)
        beyond |= W_(some_sigmoids)(x + done, p + done, one_minus_p + done, together);
    for (; done < count; done++)
        beyond |= W_(some_sigmoids)(x + done, p + done, one_minus_p + done, 1);
    if (UNLIKELY(W_(any_sign)(beyond)))
        for (int i = 0; i < count; i++)
            if (W_(any_sign)(W_(beyond_limit)(x[i]))) {
                W(real) far = x[i];
                W(sigmoids) mended = {p[i], one_minus_p[i]};
                W_(saturated_sigmoid)(&far, &mended);
                p[i] = mended.p;
                one_minus_p[i] = mended.one_minus_p;
            }
}
