/* The optimizer of an algorithm, with numbers of the dtype. */
#ifndef FASTGAN_OPTIMIZER_TYPE_H
#define FASTGAN_OPTIMIZER_TYPE_H

#include "arithmetic/build.h"
#include "include/fastgan.h"

typedef struct {
    fastgan_optimizer kind;
    real momentum, second_momentum, epsilon; /* the first two are beta_1 and beta_2 of Adam */
} optimizer;

static inline optimizer optimizer_of(const fastgan_algorithm *from)
{
    return (optimizer){
        .kind = from->optimizer,
        .momentum = (real)from->momentum,
        .second_momentum = (real)from->second_momentum,
        .epsilon = (real)from->epsilon,
    };
}

#endif
