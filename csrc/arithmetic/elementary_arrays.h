/* The elementary functions of arrays: whole vectors first, then single numbers, so that a test of
 * these functions covers both.
 */
#ifndef FASTGAN_ELEMENTARY_ARRAYS_H
#define FASTGAN_ELEMENTARY_ARRAYS_H

#include "arithmetic/widths.h"

static void exp_of_each(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        WIDE(store)(to + i, WIDE(exp)(WIDE(load)(from + i)));
    for (size_t i = whole; i < count; i++)
        to[i] = exp_1(from[i]);
}

static void log1p_of_each(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        WIDE(store)(to + i, WIDE(log1p)(WIDE(load)(from + i)));
    for (size_t i = whole; i < count; i++)
        to[i] = log1p_1(from[i]);
}

static void sigmoid_of_each(const void *x, void *p, void *one_minus_p, size_t count)
{
    const real *from = x;
    real *to_p = p, *to_one_minus_p = one_minus_p;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        wide_sigmoids s = WIDE(sigmoid)(WIDE(load)(from + i));
        WIDE(store)(to_p + i, s.p);
        WIDE(store)(to_one_minus_p + i, s.one_minus_p);
    }
    for (size_t i = whole; i < count; i++) {
        sigmoids1 s = sigmoid_1(from[i]);
        to_p[i] = s.p;
        to_one_minus_p[i] = s.one_minus_p;
    }
}

#endif
