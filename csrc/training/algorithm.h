/* An algorithm, with numbers of the dtype. */
#ifndef FASTGAN_ALGORITHM_H
#define FASTGAN_ALGORITHM_H

#include "objectives/objective_type.h"
#include "optimizers/optimizer_type.h"

typedef struct {
    objective objective;
    optimizer optimizer;
    real discriminator_learning_rate, generator_learning_rate, clip_value;
} algorithm;

static inline algorithm algorithm_of(const fastgan_algorithm *from)
{
    return (algorithm){
        .objective = objective_of(from),
        .optimizer = optimizer_of(from),
        .discriminator_learning_rate = (real)from->discriminator_learning_rate,
        .generator_learning_rate = (real)from->generator_learning_rate,
        .clip_value = (real)from->clip_value,
    };
}

#endif
