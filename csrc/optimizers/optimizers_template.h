/* How a gradient g moves a parameter p, as the reference backend's optimizers.py specifies.
 *
 * Parameters:
 *   WIDTH  1 or LANES
 */
#include "arithmetic/widths.h"
#include "optimizers/optimizer_type.h"

ALWAYS_INLINE W(real) W_(moved_by_descent)(W(real) rate, W(real) p, W(real) g)
{
    return p - rate * g;
}

ALWAYS_INLINE W(real) W_(moved_by_momentum)(const optimizer *o, W(real) rate, W(real) p, W(real) g,
                                            W(real) *velocity)
{
    *velocity = o->momentum * *velocity + g;
    return p - rate * *velocity;
}

/* `step` is rate / (1 - beta_1^t), and `root` the square root of 1 - beta_2^t, at move number t. */
ALWAYS_INLINE W(real) W_(moved_by_adam)(const optimizer *o, W(real) step, real root, W(real) p,
                                        W(real) g, W(real) *first, W(real) *second)
{
    *first = o->momentum * *first + (1 - o->momentum) * g;
    *second = o->second_momentum * *second + (1 - o->second_momentum) * (g * g);
    return p - step * (*first / (W_(square_root)(*second) / root + o->epsilon));
}

/* Clip p to [-most, most]; NaN stays NaN. */
ALWAYS_INLINE W(real) W_(clipped)(W(real) p, real most)
{
    const W(real) above = W_(broadcast)(most), below = W_(broadcast)(-most);
    return W_(select)(p > above, above, W_(select)(p < below, below, p));
}
