/* The kernels of one dtype, put together; compiled once for each (FASTGAN_REAL_BITS).
 *
 * The order of the includes is the way of the numbers: lanes, elementary functions and sums in
 * every width in use, the history, then the two training loops.
 */
#include <fenv.h>
#include <stdlib.h>

#include "names.h"

#define WIDTH 1
#include "lanes.h"

#include "elementary.h"

#include "sums.h"
#undef WIDTH

#if LANES > 1
#define WIDTH LANES
#include "lanes.h"

#include "elementary.h"

#include "sums.h"
#undef WIDTH
#endif

typedef CONCAT(real, LANES) vec;
typedef CONCAT(real, ROW_LANES) row_vec;
typedef CONCAT(mask, ROW_LANES) row_mask;
typedef CONCAT(sigmoids, LANES) wide_sigmoids;
typedef CONCAT(sigmoids, ROW_LANES) row_sigmoids;
#define WIDE(name) CONCAT(name##_, LANES)
#define ROW(name) CONCAT(name##_, ROW_LANES)

#include "history.h"
#include "train_batches.h"
#include "train_single_rows.h"

/* Whatever another library has done to rounding, to subnormal numbers or to traps, the kernels
 * compute in the default environment of IEEE 754, and leave the caller's as it was. */
static void enter_default_environment(fenv_t *callers)
{
    fegetenv(callers);
    fesetenv(FE_DFL_ENV);
}

fastgan_status FASTGAN_EXPORT(train)(const fastgan_training *run)
{
    fenv_t callers;
    enter_default_environment(&callers);
    fastgan_status status = has_few_features(run) ? train_few_features(run) : train_batches(run);
    fesetenv(&callers);
    return status;
}

static fastgan_status generate(const real *latents, const real *weights, const real *biases,
                               real *pictures, size_t rows, size_t d, size_t k,
                               const volatile int32_t *stop)
{
    const size_t stride = padded_features(d);
    if (stride < d || k + 1 > SIZE_MAX / sizeof(real) / stride)
        return FASTGAN_NO_MEMORY;
    real *padded = malloc((k + 1) * stride * sizeof(real));
    if (!padded)
        return FASTGAN_NO_MEMORY;
    pad_row(padded, biases, d, stride, 0);
    for (size_t l = 0; l < k; l++)
        pad_row(padded + (l + 1) * stride, weights + l * d, d, stride, 0);
    for (size_t i = 0; i < rows && !*stop; i++)
        for (size_t j = 0; j < d && !*stop; j += GROUP) {
            wide_sigmoids s[GROUP / LANES];
            real group[GROUP];
            generate_group(latents + i * k, k, padded + stride + j, padded + j, stride, s);
            for (int v = 0; v < GROUP / LANES; v++)
                WIDE(store)(group + v * LANES, s[v].p);
            memcpy(pictures + i * d + j, group, (d - j < GROUP ? d - j : GROUP) * sizeof(real));
        }
    free(padded);
    return *stop ? FASTGAN_STOPPED : FASTGAN_OK;
}

fastgan_status FASTGAN_EXPORT(generate)(const void *latents, const void *weights,
                                        const void *biases, void *pictures, size_t rows, size_t d,
                                        size_t k, const volatile int32_t *stop)
{
    fenv_t callers;
    enter_default_environment(&callers);
    fastgan_status status = generate(latents, weights, biases, pictures, rows, d, k, stop);
    fesetenv(&callers);
    return status;
}

static fastgan_status score(const real *pictures, const real *weights, real bias, real *scores,
                            size_t rows, size_t d, const volatile int32_t *stop)
{
    const size_t stride = padded_features(d);
    if (stride < d || 2 > SIZE_MAX / sizeof(real) / stride)
        return FASTGAN_NO_MEMORY;
    real *padded = malloc(2 * stride * sizeof(real)), *picture = padded + stride;
    if (!padded)
        return FASTGAN_NO_MEMORY;
    pad_row(padded, weights, d, stride, -1);
    for (size_t i = 0; i < rows && !*stop; i++) {
        pad_row(picture, pictures + i * d, d, stride, 0);
        score_rows(picture, stride, padded, bias, scores + i, 1);
    }
    free(padded);
    return *stop ? FASTGAN_STOPPED : FASTGAN_OK;
}

fastgan_status FASTGAN_EXPORT(score)(const void *pictures, const void *weights, const void *bias,
                                     void *scores, size_t rows, size_t d,
                                     const volatile int32_t *stop)
{
    fenv_t callers;
    enter_default_environment(&callers);
    fastgan_status status = score(pictures, weights, *(const real *)bias, scores, rows, d, stop);
    fesetenv(&callers);
    return status;
}

/* Vectors first and single numbers last, so that a test of these functions tests both. */

void FASTGAN_EXPORT(exp)(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    fenv_t callers;
    enter_default_environment(&callers);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        WIDE(store)(to + i, WIDE(exp)(WIDE(load)(from + i)));
    for (; i < count; i++)
        to[i] = exp_1(from[i]);
    fesetenv(&callers);
}

void FASTGAN_EXPORT(log1p)(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    fenv_t callers;
    enter_default_environment(&callers);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        WIDE(store)(to + i, WIDE(log1p)(WIDE(load)(from + i)));
    for (; i < count; i++)
        to[i] = log1p_1(from[i]);
    fesetenv(&callers);
}

void FASTGAN_EXPORT(sigmoid)(const void *x, void *p, void *one_minus_p, size_t count)
{
    const real *from = x;
    real *to_p = p, *to_one_minus_p = one_minus_p;
    fenv_t callers;
    enter_default_environment(&callers);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        wide_sigmoids s = WIDE(sigmoid)(WIDE(load)(from + i));
        WIDE(store)(to_p + i, s.p);
        WIDE(store)(to_one_minus_p + i, s.one_minus_p);
    }
    for (; i < count; i++) {
        sigmoids1 s = sigmoid_1(from[i]);
        to_p[i] = s.p;
        to_one_minus_p[i] = s.one_minus_p;
    }
    fesetenv(&callers);
}
