/* Sizes that may overflow, and loops that may be long. */
#ifndef FASTGAN_LIMITS_H
#define FASTGAN_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Iterations of a loop over rows or numbers between two checks of *stop. */
#define ITERATIONS_BETWEEN_STOP_CHECKS 65536

/* The product, or 0 where it exceeds SIZE_MAX / 64, so that the bytes of as many numbers can be
 * counted. */
static inline size_t product(size_t a, size_t b)
{
    return b && a > SIZE_MAX / 64 / b ? 0 : a * b;
}

static inline size_t rounded_up(size_t count, size_t multiple)
{
    return (count + multiple - 1) / multiple * multiple;
}

#endif
