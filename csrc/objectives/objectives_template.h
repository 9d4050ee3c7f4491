/* Losses, their slopes and penalties, as the reference backend's objectives.py specifies them. `s`
 * is a logit.
 *
 * Parameters:
 *   WIDTH  1 or LANES
 */
#include "arithmetic/widths.h"
#include "objectives/objective_type.h"

/* The derivative of D's loss on a real row by the logit. */
ALWAYS_INLINE W(real) W_(real_slope)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return s - o->real_target;
    if (o->loss == FASTGAN_WASSERSTEIN)
        return W_(broadcast)(-1);
    const W(real) slope = -W_(sigmoid)(s).one_minus_p;
    return o->label_smoothing != 0 ? slope + o->label_smoothing : slope;
}

/* The derivative of D's loss on a generated row. */
ALWAYS_INLINE W(real) W_(fake_slope)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return s;
    return o->loss == FASTGAN_WASSERSTEIN ? W_(broadcast)(1) : W_(sigmoid)(s).p;
}

/* The derivative of G's loss. */
ALWAYS_INLINE W(real) W_(generator_slope)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return s - 1;
    if (o->loss == FASTGAN_WASSERSTEIN)
        return W_(broadcast)(-1);
    const W(sigmoids) d = W_(sigmoid)(s);
    return o->loss == FASTGAN_MINIMAX ? -d.p : -d.one_minus_p;
}

ALWAYS_INLINE W(real) W_(half_square)(W(real) difference)
{
    return (real)0.5 * (difference * difference);
}

ALWAYS_INLINE W(real) W_(real_loss)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s - o->real_target);
    if (o->loss == FASTGAN_WASSERSTEIN)
        return -s;
    const W(real) loss = W_(softplus)(-s);
    return o->label_smoothing != 0 ? loss + o->label_smoothing * s : loss;
}

ALWAYS_INLINE W(real) W_(fake_loss)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s);
    return o->loss == FASTGAN_WASSERSTEIN ? s : W_(softplus)(s);
}

ALWAYS_INLINE W(real) W_(generator_loss)(const objective *o, W(real) s)
{
    if (o->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s - 1);
    if (o->loss == FASTGAN_WASSERSTEIN)
        return -s;
    return o->loss == FASTGAN_MINIMAX ? -W_(softplus)(s) : W_(softplus)(-s);
}

/* The gradient penalty adds this times w to the gradient by the weights w of a class. `square` is
 * the sum of w_j^2 over the features j, and `share` the fraction of the batch's rows that have the
 * class. */
ALWAYS_INLINE W(real) W_(gradient_penalty_coefficient)(const objective *o, W(real) square,
                                                       real share)
{
    const W(real) norm = W_(square_root)(square), none = W_(broadcast)(0);
    const W(real) stretch = W_(select)(norm == 0, none, (norm - 1) / norm);
    return ((2 * o->gradient_penalty_weight) * share) * stretch;
}
