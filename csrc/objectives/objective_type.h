/* The loss and the penalties of an algorithm, with numbers of the dtype. */
#ifndef FASTGAN_OBJECTIVE_TYPE_H
#define FASTGAN_OBJECTIVE_TYPE_H

#include "arithmetic/build.h"
#include "include/fastgan.h"

typedef struct {
    fastgan_loss loss;
    real label_smoothing, real_target; /* real_target is 1 - label_smoothing */
    real gradient_penalty_weight, r1_weight;
} objective;

static inline objective objective_of(const fastgan_algorithm *from)
{
    return (objective){
        .loss = from->loss,
        .label_smoothing = (real)from->label_smoothing,
        .real_target = 1 - (real)from->label_smoothing,
        .gradient_penalty_weight = (real)from->gradient_penalty_weight,
        .r1_weight = (real)from->r1_weight,
    };
}

/* R1 adds this times w to the gradient by the weights w of a class; `share` is the fraction of the
 * batch's rows that have the class. */
static inline real r1_coefficient(const objective *o, real share)
{
    return (2 * o->r1_weight) * share;
}

#endif
