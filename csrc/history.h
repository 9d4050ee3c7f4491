/* From logits to what the history records. Included after elementary.h in both widths.
 *
 * A history has five rows, `stride` apart: the losses of D on real and on fake rows and of G, and
 * D's mean of real and of fake rows.
 */

/* The loss and D of the three moves of steps that each had one row: the logits are found in the
 * first three rows and replaced. */
static void record_single_rows(real *history, size_t stride, size_t count)
{
    real *d_loss_real = history, *d_loss_fake = history + stride, *g_loss = history + 2 * stride;
    real *d_real = history + 3 * stride, *d_fake = history + 4 * stride;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        vec on_real = WIDE(load)(d_loss_real + i), on_fake = WIDE(load)(d_loss_fake + i);
        WIDE(store)(d_real + i, WIDE(sigmoid)(on_real).p);
        WIDE(store)(d_fake + i, WIDE(sigmoid)(on_fake).p);
        WIDE(store)(d_loss_real + i, WIDE(softplus)(-on_real));
        WIDE(store)(d_loss_fake + i, WIDE(softplus)(on_fake));
        WIDE(store)(g_loss + i, WIDE(softplus)(-WIDE(load)(g_loss + i)));
    }
    for (; i < count; i++) {
        d_real[i] = sigmoid_1(d_loss_real[i]).p;
        d_fake[i] = sigmoid_1(d_loss_fake[i]).p;
        d_loss_real[i] = softplus_1(-d_loss_real[i]);
        d_loss_fake[i] = softplus_1(d_loss_fake[i]);
        g_loss[i] = softplus_1(-g_loss[i]);
    }
}

/* The mean over the rows of a batch, summed in the order of their index. */
static real mean_in_order(const real *terms, size_t m)
{
    real total = NO_TERM;
    for (size_t i = 0; i < m; i++)
        total += terms[i];
    return total / (real)m;
}

/* Mean of softplus(sign * logit) over the batch; `terms` (m,) is overwritten. */
static real mean_loss(const real *logits, real sign, real *terms, size_t m)
{
    for (size_t i = 0; i < m; i++)
        terms[i] = softplus_1(sign * logits[i]);
    return mean_in_order(terms, m);
}

static real mean_probability(const real *logits, real *terms, size_t m)
{
    for (size_t i = 0; i < m; i++)
        terms[i] = sigmoid_1(logits[i]).p;
    return mean_in_order(terms, m);
}
