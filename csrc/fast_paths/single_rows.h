/* Mini-batches of one row with few features and one latent dimension: Slanted Land's own case.
 *
 * A step is a chain of three sigmoids, each waiting for the one before, so latency is all that
 * counts: the parameters stay in registers (`vectors` of them hold the features, a constant when
 * this is compiled), and whatever does not feed the chain, such as the losses, is postponed.
 */
#ifndef FASTGAN_SINGLE_ROWS_H
#define FASTGAN_SINGLE_ROWS_H

#include "arithmetic/widths.h"
#include "include/fastgan.h"
#include "training/history.h"
#include "training/schedule.h"

#define MOST_ROW_VECTORS 4 /* larger rows are faster in batches.h */
#define RECORDS_AT_ONCE 512 /* records between visits to the history, to keep it in the cache */

/* Load a row of d features into vectors; lanes past the last feature are 0. */
ALWAYS_INLINE void load_row(row_vec *to, const real *from, size_t d, int vectors, int full)
{
    if (full) {
        for (int v = 0; v < vectors; v++)
            to[v] = ROW(load)(from + v * ROW_LANES);
        return;
    }
    real padded[MOST_ROW_VECTORS * ROW_LANES] = {0};
    for (size_t j = 0; j < d; j++)
        padded[j] = from[j];
    for (int v = 0; v < vectors; v++)
        to[v] = ROW(load)(padded + v * ROW_LANES);
}

static void store_row(real *to, const row_vec *from, size_t d)
{
    for (size_t j = 0; j < d; j++)
        to[j] = from[j / ROW_LANES]
#if ROW_LANES > 1
                    [j % ROW_LANES]
#endif
            ;
}

/* b + the sum over j of x_j w_j; lanes past the last feature count as NO_TERM. */
ALWAYS_INLINE real row_logit(const row_vec *x, const row_vec *w, real b, const row_vec *padding,
                             int vectors, int full)
{
    row_vec terms[MOST_ROW_VECTORS];
    for (int v = 0; v < vectors; v++)
        terms[v] = x[v] * w[v];
    if (!full) {
        row_mask absent = padding[vectors - 1] < 0;
        terms[vectors - 1] = ROW(select)(absent, ROW(broadcast)(NO_TERM), terms[vectors - 1]);
    }
    return b + ROW(fold)(terms, vectors);
}

ALWAYS_INLINE fastgan_status train_single_rows(const fastgan_training *run, int vectors, int full)
{
    const size_t d = run->d;
    const real d_rate = (real)run->discriminator_learning_rate;
    const real g_rate = (real)run->generator_learning_rate;
    const real *data = run->data, *latents = run->latents;
    real *history = run->history;
    row_vec w[MOST_ROW_VECTORS], g_weights[MOST_ROW_VECTORS], g_biases[MOST_ROW_VECTORS];
    row_vec padding[MOST_ROW_VECTORS];
    load_row(w, run->discriminator_weights, d, vectors, full);
    load_row(g_weights, run->generator_weights, d, vectors, full);
    load_row(g_biases, run->generator_biases, d, vectors, full);
    real b = *(real *)run->discriminator_bias;
    real is_padding[MOST_ROW_VECTORS * ROW_LANES];
    for (size_t j = 0; j < MOST_ROW_VECTORS * ROW_LANES; j++)
        is_padding[j] = j < d ? (real)1 : (real)-1;
    for (int v = 0; v < vectors; v++)
        padding[v] = ROW(load)(is_padding + v * ROW_LANES);

    size_t position = run->first_row, to_record = run->steps_to_record;
    size_t columns = 0, finished = 0; /* columns of the history with logits, and with means */
    for (size_t step = 0; step < run->rows; step++) {
        const real z = latents[step];
        row_vec x[MOST_ROW_VECTORS], fake[MOST_ROW_VECTORS], slope[MOST_ROW_VECTORS];
        load_row(x, data + d * (run->order ? (size_t)run->order[step] : position), d, vectors,
                 full);
        position = position_after(position, 1, run->n);

        /* D moves on the real row. */
        const real real_logit = row_logit(x, w, b, padding, vectors, full);
        real delta = -sigmoid_1(real_logit).one_minus_p;
        for (int v = 0; v < vectors; v++)
            w[v] = w[v] - d_rate * (delta * x[v]);
        b = b - d_rate * delta;

        /* D moves on G's picture. */
        for (int v = 0; v < vectors; v++) {
            row_sigmoids s = ROW(sigmoid)(g_biases[v] + z * g_weights[v]);
            fake[v] = s.p;
            slope[v] = s.p * s.one_minus_p;
        }
        const real fake_logit = row_logit(fake, w, b, padding, vectors, full);
        delta = sigmoid_1(fake_logit).p;
        for (int v = 0; v < vectors; v++)
            w[v] = w[v] - d_rate * (delta * fake[v]);
        b = b - d_rate * delta;

        /* G moves on the same latent, through the D that has just moved. */
        const real generator_logit = row_logit(fake, w, b, padding, vectors, full);
        delta = -sigmoid_1(generator_logit).one_minus_p;
        for (int v = 0; v < vectors; v++) {
            row_vec pre_activation_delta = delta * (w[v] * slope[v]);
            g_weights[v] = g_weights[v] - g_rate * (z * pre_activation_delta);
            g_biases[v] = g_biases[v] - g_rate * pre_activation_delta;
        }

        if (next_is_recorded(&to_record, run->record_every)) {
            history[columns] = real_logit;
            history[columns + run->history_stride] = fake_logit;
            history[columns + 2 * run->history_stride] = generator_logit;
            if (++columns - finished == RECORDS_AT_ONCE) {
                record_single_rows(history + finished, run->history_stride, columns - finished);
                finished = columns;
                if (*run->stop)
                    return FASTGAN_STOPPED;
            }
        }
    }
    if (columns > finished)
        record_single_rows(history + finished, run->history_stride, columns - finished);

    store_row(run->discriminator_weights, w, d);
    store_row(run->generator_weights, g_weights, d);
    store_row(run->generator_biases, g_biases, d);
    *(real *)run->discriminator_bias = b;
    return FASTGAN_OK;
}

/* One loop is compiled for each number of vectors, and another where the features fill them. */
static fastgan_status train_few_features(const fastgan_training *run)
{
    const int full = run->d % ROW_LANES == 0;
    switch ((run->d + ROW_LANES - 1) / ROW_LANES) {
    case 1:
        return full ? train_single_rows(run, 1, 1) : train_single_rows(run, 1, 0);
    case 2:
        return full ? train_single_rows(run, 2, 1) : train_single_rows(run, 2, 0);
    case 3:
        return full ? train_single_rows(run, 3, 1) : train_single_rows(run, 3, 0);
    default:
        return full ? train_single_rows(run, 4, 1) : train_single_rows(run, 4, 0);
    }
}

static int has_few_features(const fastgan_training *run)
{
    return run->batch_size == 1 && run->k == 1 &&
           run->d <= MOST_ROW_VECTORS * ROW_LANES;
}

#endif
