/* Losses and penalties, as src/fastgan/backends/numpy_objectives.py specifies them: what each is, and
 * how it pulls at a logit. Included for each width after sums.h.
 */

/* The derivative of D's loss on a real row. */
ALWAYS_INLINE W(real) W_(real_slope)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s - r->target;
    if (r->loss == FASTGAN_WASSERSTEIN)
        return W_(broadcast)(-1);
    const W(real) slope = -W_(sigmoid)(s).one_minus_p;
    return r->smoothing != 0 ? slope + r->smoothing : slope;
}

/* Of D's loss on a picture of G's. */
ALWAYS_INLINE W(real) W_(fake_slope)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s;
    return r->loss == FASTGAN_WASSERSTEIN ? W_(broadcast)(1) : W_(sigmoid)(s).p;
}

/* Of G's loss. */
ALWAYS_INLINE W(real) W_(generator_slope)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s - 1;
    if (r->loss == FASTGAN_WASSERSTEIN)
        return W_(broadcast)(-1);
    const W(sigmoids) d = W_(sigmoid)(s);
    return r->loss == FASTGAN_MINIMAX ? -d.p : -d.one_minus_p;
}

ALWAYS_INLINE W(real) W_(half_square)(W(real) difference)
{
    return (real)0.5 * (difference * difference);
}

ALWAYS_INLINE W(real) W_(real_loss)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s - r->target);
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -s;
    const W(real) loss = W_(softplus)(-s);
    return r->smoothing != 0 ? loss + r->smoothing * s : loss;
}

ALWAYS_INLINE W(real) W_(fake_loss)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s);
    return r->loss == FASTGAN_WASSERSTEIN ? s : W_(softplus)(s);
}

ALWAYS_INLINE W(real) W_(generator_loss)(const recipe *r, W(real) s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return W_(half_square)(s - 1);
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -s;
    return r->loss == FASTGAN_MINIMAX ? -W_(softplus)(s) : W_(softplus)(-s);
}

/* What the gradient penalty adds to the gradient by w is this times w, where `square` is the sum over
 * j of w_j^2, and `share` that of w's class in the batch. */
ALWAYS_INLINE W(real) W_(gradient_penalty_coefficient)(const recipe *r, W(real) square, real share)
{
    const W(real) norm = W_(square_root)(square), none = W_(broadcast)(0);
    const W(real) stretch = W_(select)(norm == 0, none, (norm - 1) / norm);
    return ((2 * r->gradient_penalty) * share) * stretch;
}
