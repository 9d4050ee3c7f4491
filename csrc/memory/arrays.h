/* Filling, copying and padding arrays. */
#ifndef FASTGAN_ARRAYS_H
#define FASTGAN_ARRAYS_H

#include <string.h>

#include "arithmetic/build.h"

static inline void fill(real *to, real value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = value;
}

/* Copy `count` numbers. Returns the end of the copy. */
static inline real *copy_numbers(real *to, const void *from, size_t count)
{
    memcpy(to, from, count * sizeof(real));
    return to + count;
}

/* Copy a row of d numbers, and fill it up to the stride with `padding`. */
static inline void pad_row(real *to, const real *from, size_t d, size_t stride, real padding)
{
    memcpy(to, from, d * sizeof(real));
    for (size_t j = d; j < stride; j++)
        to[j] = padding;
}

#endif
