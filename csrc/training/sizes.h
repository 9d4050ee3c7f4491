/* Sizes of the vector of parameters: D's weights (classes, d) and biases (classes,), then G's
 * weights (k, d) and biases (classes, d).
 */
#ifndef FASTGAN_SIZES_H
#define FASTGAN_SIZES_H

#include <stddef.h>

static inline size_t discriminator_parameter_count(size_t classes, size_t d)
{
    return classes * (d + 1);
}

static inline size_t parameter_count(size_t classes, size_t d, size_t k)
{
    return discriminator_parameter_count(classes, d) + k * d + classes * d;
}

#endif
