/* How a gradient g moves a parameter p, as src/fastgan/backends/numpy_optimizers.py specifies.
 * Included for each width after objectives.h.
 */

ALWAYS_INLINE W(real) W_(moved_by_descent)(W(real) rate, W(real) p, W(real) g)
{
    return p - rate * g;
}

ALWAYS_INLINE W(real) W_(moved_by_momentum)(const recipe *r, W(real) rate, W(real) p, W(real) g,
                                            W(real) *velocity)
{
    *velocity = r->beta1 * *velocity + g;
    return p - rate * *velocity;
}

/* `step` is rate / (1 - beta1^t), `root` the square root of 1 - beta2^t. */
ALWAYS_INLINE W(real) W_(moved_by_adam)(const recipe *r, W(real) step, real root, W(real) p,
                                        W(real) g, W(real) *first, W(real) *second)
{
    *first = r->beta1 * *first + (1 - r->beta1) * g;
    *second = r->beta2 * *second + (1 - r->beta2) * (g * g);
    return p - step * (*first / (W_(square_root)(*second) / root + r->epsilon));
}

/* What is beyond -most or most is put there; a NaN stays one. */
ALWAYS_INLINE W(real) W_(clipped)(W(real) p, real most)
{
    const W(real) above = W_(broadcast)(most), below = W_(broadcast)(-most);
    return W_(select)(p > above, above, W_(select)(p < below, below, p));
}
