/* The size of an optimizer's state. */
#ifndef FASTGAN_MOMENTS_H
#define FASTGAN_MOMENTS_H

#include "include/fastgan.h"

/* The number of moments that an optimizer keeps of each parameter. */
static inline size_t moments_of(fastgan_optimizer optimizer)
{
    return optimizer == FASTGAN_ADAM ? 2 : (optimizer == FASTGAN_MOMENTUM ? 1 : 0);
}

#endif
