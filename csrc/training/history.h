/* Losses and probabilities from logits, and their means, which the history records.
 *
 * A history has five rows, `stride` numbers apart: the losses of D on real and on generated rows
 * and of G, and D's mean probability of real and of generated rows.
 */
#ifndef FASTGAN_HISTORY_H
#define FASTGAN_HISTORY_H

#include <string.h>

#include "arithmetic/widths.h"

/* losses = softplus(sign * logits), which may be done in place. Numbers that do not fill a vector
 * go through one that is padded. */
static void losses_of(const real *logits, real sign, real *losses, size_t count)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        WIDE(store)(losses + i, WIDE(softplus)(sign * WIDE(load)(logits + i)));
    if (i < count) {
        real padded[LANES] = {0};
        memcpy(padded, logits + i, (count - i) * sizeof(real));
        WIDE(store)(padded, WIDE(softplus)(sign * WIDE(load)(padded)));
        memcpy(losses + i, padded, (count - i) * sizeof(real));
    }
}

static void probabilities_of(const real *logits, real *probabilities, size_t count)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        WIDE(store)(probabilities + i, WIDE(sigmoid)(WIDE(load)(logits + i)).p);
    if (i < count) {
        real padded[LANES] = {0};
        memcpy(padded, logits + i, (count - i) * sizeof(real));
        WIDE(store)(padded, WIDE(sigmoid)(WIDE(load)(padded)).p);
        memcpy(probabilities + i, padded, (count - i) * sizeof(real));
    }
}

/* Record steps of one row each. The logits of their three moves are in the first three rows, and
 * are replaced. One array is done at a time, so that many vectors are in flight. */
static void record_single_rows(real *history, size_t stride, size_t count)
{
    probabilities_of(history, history + 3 * stride, count);
    probabilities_of(history + stride, history + 4 * stride, count);
    losses_of(history, -1, history, count);
    losses_of(history + stride, 1, history + stride, count);
    losses_of(history + 2 * stride, -1, history + 2 * stride, count);
}

/* The mean of `terms` over the rows of a batch, summed in the order of their index. */
static real mean_in_order(const real *terms, size_t m)
{
    real total = NO_TERM;
    for (size_t i = 0; i < m; i++)
        total += terms[i];
    return total / (real)m;
}

/* The mean of softplus(sign * logit) over the batch; overwrites `terms` (m,). */
static real mean_loss(const real *logits, real sign, real *terms, size_t m)
{
    losses_of(logits, sign, terms, m);
    return mean_in_order(terms, m);
}

static real mean_probability(const real *logits, real *terms, size_t m)
{
    probabilities_of(logits, terms, m);
    return mean_in_order(terms, m);
}

#endif
