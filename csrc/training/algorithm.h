/* How a training is done, where it is not the Slanted Land schedule with plain descent, with numbers of
 * the dtype, and whose turn it is.
 */
#ifndef FASTGAN_ALGORITHM_H
#define FASTGAN_ALGORITHM_H

#include "objectives/objective.h"
#include "optimizers/optimizer.h"

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

/* How often G moves in a step of the alternating schedule. */
static inline size_t generator_moves(const fastgan_algorithm *r, size_t step)
{
    const int turn = r->schedule == FASTGAN_ALTERNATING && (step + 1) % r->discriminator_steps == 0;
    return turn ? r->generator_steps : 0;
}

#endif
