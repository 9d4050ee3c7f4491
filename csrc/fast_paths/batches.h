/* Mini-batches of any size, with any number of features and latent dimensions.
 *
 * A step passes over the batch's pictures three times, panel by panel: G generates them and D
 * scores them; D moves and scores them again; G moves. Each pass does all it can while a panel is
 * in the cache.
 */
#ifndef FASTGAN_BATCHES_H
#define FASTGAN_BATCHES_H

#include <stdlib.h>
#include <string.h>

#include "fast_paths/panels.h"
#include "fast_paths/products.h"
#include "memory/limits.h"
#include "training/history.h"
#include "training/schedule.h"

#define ROWS_AT_ONCE 4 /* sums over features in flight at once, to hide their latency */

/* Add x (rows, count) times w (count,) to the partial sums (rows, PARTIAL_SUMS); count is a
 * multiple of PARTIAL_SUMS. */
ALWAYS_INLINE void add_to_sums(const real *x, size_t x_stride, const real *w, size_t count,
                               real *sums, int rows)
{
    vec partial[ROWS_AT_ONCE][PARTIAL_SUM_VECS];
    for (int i = 0; i < rows; i++)
        for (int v = 0; v < PARTIAL_SUM_VECS; v++)
            partial[i][v] = WIDE(load)(sums + i * PARTIAL_SUMS + v * LANES);
    for (size_t j = 0; j < count; j += PARTIAL_SUMS)
        for (int v = 0; v < PARTIAL_SUM_VECS; v++) {
            vec weights = WIDE(load)(w + j + v * LANES);
            for (int i = 0; i < rows; i++)
                partial[i][v] = partial[i][v] +
                                WIDE(load)(x + i * x_stride + j + v * LANES) * weights;
        }
    for (int i = 0; i < rows; i++)
        for (int v = 0; v < PARTIAL_SUM_VECS; v++)
            WIDE(store)(sums + i * PARTIAL_SUMS + v * LANES, partial[i][v]);
}

static int add_batch_to_sums(const real *x, size_t x_stride, size_t m, const real *w, size_t count,
                             real *sums, const volatile int32_t *stop)
{
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= m && !*stop; i += ROWS_AT_ONCE)
        add_to_sums(x + i * x_stride, x_stride, w, count, sums + i * PARTIAL_SUMS, ROWS_AT_ONCE);
    for (; i < m && !*stop; i++)
        add_to_sums(x + i * x_stride, x_stride, w, count, sums + i * PARTIAL_SUMS, 1);
    return !*stop;
}

/* Reset the partial sums. With millions of rows this returns early when asked to stop; the caller
 * checks *stop next. */
static void clear_sums(real *sums, size_t m, const volatile int32_t *stop)
{
    for (size_t i = 0; i < m && (i % ITERATIONS_BETWEEN_STOP_CHECKS || !*stop); i++)
        for (size_t t = 0; t < PARTIAL_SUMS; t++)
            sums[i * PARTIAL_SUMS + t] = NO_TERM;
}

static void logits_from_sums(const real *sums, size_t m, real b, real *logits,
                             const volatile int32_t *stop)
{
    for (size_t i = 0; i < m && (i % ITERATIONS_BETWEEN_STOP_CHECKS || !*stop); i++) {
        vec partial[PARTIAL_SUM_VECS];
        for (int v = 0; v < PARTIAL_SUM_VECS; v++)
            partial[v] = WIDE(load)(sums + i * PARTIAL_SUMS + v * LANES);
        logits[i] = b + WIDE(fold)(partial, PARTIAL_SUM_VECS);
    }
}

/* w (count,) -= rate * the sum over the rows of delta_i x_i. */
static int move_w(real *w, size_t count, const real *x, size_t x_stride, const real *deltas,
                  size_t m, real rate, const volatile int32_t *stop)
{
    for (size_t j = 0; j < count && !*stop; j += PARTIAL_SUMS) {
        vec gradient[PARTIAL_SUM_VECS];
        for (int v = 0; v < PARTIAL_SUM_VECS; v++)
            gradient[v] = WIDE(broadcast)(NO_TERM);
        for (size_t i = 0; i < m; i++)
            for (int v = 0; v < PARTIAL_SUM_VECS; v++)
                gradient[v] =
                    gradient[v] + deltas[i] * WIDE(load)(x + i * x_stride + j + v * LANES);
        for (int v = 0; v < PARTIAL_SUM_VECS; v++) {
            real *to = w + j + v * LANES;
            WIDE(store)(to, WIDE(load)(to) - rate * gradient[v]);
        }
    }
    return !*stop;
}

static void move_b(panel_workspace *ws, size_t m, real rate)
{
    real gradient = NO_TERM;
    for (size_t i = 0; i < m; i++)
        gradient = gradient + ws->deltas[i];
    ws->b = ws->b - rate * gradient;
}

/* The derivatives of the mean loss by the logits: D / m for pictures that D is to call generated,
 * and -(1 - D) / m otherwise. */
static int derive_loss(panel_workspace *ws, const real *logits, int as_fake, size_t m,
                       const volatile int32_t *stop)
{
    for (size_t i = 0; i < m && !*stop; i++) {
        sigmoids1 d = sigmoid_1(logits[i]);
        ws->deltas[i] = (as_fake ? d.p : -d.one_minus_p) / (real)m;
    }
    return !*stop;
}

/* D moves on the real rows. */
static int real_move(panel_workspace *ws, const fastgan_training *run, const real *x,
                     size_t x_stride, size_t m)
{
    const real rate = (real)run->discriminator_learning_rate;
    const size_t count = rounded_up(run->d, PARTIAL_SUMS);
    clear_sums(ws->sums, m, run->stop);
    if (!add_batch_to_sums(x, x_stride, m, ws->w, count, ws->sums, run->stop))
        return 0;
    logits_from_sums(ws->sums, m, ws->b, ws->real_logits, run->stop);
    if (!derive_loss(ws, ws->real_logits, 0, m, run->stop))
        return 0;
    move_b(ws, m, rate);
    return move_w(ws->w, count, x, x_stride, ws->deltas, m, rate, run->stop);
}

/* Turn a panel of pre-activations (m, PANEL) into pictures and slopes, with 0 in the columns from
 * `used` on. */
static int activate(real *fakes, real *slopes, size_t m, size_t used, const volatile int32_t *stop)
{
    for (size_t i = 0; i < m && !*stop; i++) {
        real *fake = fakes + i * PANEL, *slope = slopes + i * PANEL;
        for (size_t j = 0; j < PANEL; j += LANES) {
            wide_sigmoids s = WIDE(sigmoid)(WIDE(load)(fake + j));
            WIDE(store)(fake + j, s.p);
            WIDE(store)(slope + j, s.p * s.one_minus_p);
        }
        for (size_t j = used; j < PANEL; j++)
            fake[j] = slope[j] = 0;
    }
    return !*stop;
}

/* G generates its pictures and D scores them. */
static int generate_and_score(panel_workspace *ws, const fastgan_training *run, const real *z,
                              size_t m)
{
    const size_t k = run->k;
    clear_sums(ws->sums, m, run->stop);
    for (size_t j = 0; j < ws->stride; j += PANEL) {
        real *fakes = ws->fakes + j * m, *slopes = ws->slopes + j * m;
        size_t used = run->d - j < PANEL ? run->d - j : PANEL;
        if (!pre_activations(z, m, k, ws->g_weights + j * k, ws->g_biases + j, fakes, run->stop) ||
            !activate(fakes, slopes, m, used, run->stop) ||
            !add_batch_to_sums(fakes, PANEL, m, ws->w + j, PANEL, ws->sums, run->stop))
            return 0;
    }
    logits_from_sums(ws->sums, m, ws->b, ws->fake_logits, run->stop);
    return 1;
}

/* D moves on G's pictures and scores them again. */
static int fake_move(panel_workspace *ws, const fastgan_training *run, size_t m)
{
    const real rate = (real)run->discriminator_learning_rate;
    if (!derive_loss(ws, ws->fake_logits, 1, m, run->stop))
        return 0;
    move_b(ws, m, rate);
    clear_sums(ws->sums, m, run->stop);
    for (size_t j = 0; j < ws->stride; j += PANEL) {
        const real *fakes = ws->fakes + j * m;
        if (!move_w(ws->w + j, PANEL, fakes, PANEL, ws->deltas, m, rate, run->stop) ||
            !add_batch_to_sums(fakes, PANEL, m, ws->w + j, PANEL, ws->sums, run->stop))
            return 0;
    }
    logits_from_sums(ws->sums, m, ws->b, ws->g_logits, run->stop);
    return 1;
}

/* Turn slopes (m, PANEL) into derivatives by the pre-activations, and move the biases. */
static void move_biases(real *slopes, const real *w, const real *deltas, size_t m, real rate,
                        real *biases)
{
    for (size_t j = 0; j < PANEL; j += LANES) {
        vec gradient = WIDE(broadcast)(NO_TERM), weights = WIDE(load)(w + j);
        for (size_t i = 0; i < m; i++) {
            real *slope = slopes + i * PANEL + j;
            vec derivative = deltas[i] * (weights * WIDE(load)(slope));
            WIDE(store)(slope, derivative);
            gradient = gradient + derivative;
        }
        WIDE(store)(biases + j, WIDE(load)(biases + j) - rate * gradient);
    }
}

/* G moves on the same latents, through the D that has just moved. */
static int generator_move(panel_workspace *ws, const fastgan_training *run, const real *z, size_t m)
{
    const real rate = (real)run->generator_learning_rate;
    const size_t k = run->k;
    if (!derive_loss(ws, ws->g_logits, 0, m, run->stop))
        return 0;
    for (size_t j = 0; j < ws->stride; j += PANEL) {
        real *slopes = ws->slopes + j * m;
        move_biases(slopes, ws->w + j, ws->deltas, m, rate, ws->g_biases + j);
        if (!move_weights(z, m, k, slopes, rate, ws->g_weights + j * k, run->stop))
            return 0;
    }
    return 1;
}

static void record_batch(panel_workspace *ws, const fastgan_training *run, size_t column, size_t m)
{
    real *to = (real *)run->history + column, *terms = ws->deltas;
    to[0] = mean_loss(ws->real_logits, -1, terms, m);
    to[run->history_stride] = mean_loss(ws->fake_logits, 1, terms, m);
    to[2 * run->history_stride] = mean_loss(ws->g_logits, -1, terms, m);
    to[3 * run->history_stride] = mean_probability(ws->real_logits, terms, m);
    to[4 * run->history_stride] = mean_probability(ws->fake_logits, terms, m);
}

/* The rows of a batch and their stride: within the data if they are in order and their features are
 * a multiple of PARTIAL_SUMS, otherwise padded copies. */
static const real *real_rows(panel_workspace *ws, const fastgan_training *run, size_t done,
                             size_t position, size_t m, size_t *x_stride)
{
    const real *data = run->data;
    const size_t d = run->d;
    *x_stride = d;
    if (!run->order && d % PARTIAL_SUMS == 0)
        return data + position * d;
    *x_stride = rounded_up(d, PARTIAL_SUMS);
    for (size_t i = 0; i < m; i++) {
        size_t row = run->order ? (size_t)run->order[done + i] : position + i;
        pad_row(ws->real_rows + i * *x_stride, data + row * d, d, *x_stride, 0);
    }
    return ws->real_rows;
}

static fastgan_status train_in_panels(panel_workspace *ws, const fastgan_training *run)
{
    const real *latents = run->latents;
    size_t position = run->first_row, to_record = run->steps_to_record, column = 0;
    for (size_t done = 0, m; done < run->rows; done += m) {
        const real *z = latents + done * run->k;
        size_t x_stride;
        m = rows_of_batch(run->batch_size, run->n, position);
        const real *x = real_rows(ws, run, done, position, m, &x_stride);
        if (!real_move(ws, run, x, x_stride, m) || !generate_and_score(ws, run, z, m) ||
            !fake_move(ws, run, m) || !generator_move(ws, run, z, m))
            return FASTGAN_STOPPED;
        if (next_is_recorded(&to_record, run->record_every))
            record_batch(ws, run, column++, m);
        position = position_after(position, m, run->n);
    }
    return FASTGAN_OK;
}

static fastgan_status train_batches(const fastgan_training *run)
{
    const size_t d = run->d, k = run->k;
    real *bias = run->discriminator_bias;
    panel_workspace ws;
    if (!allocate_panels(&ws, run))
        return FASTGAN_NO_MEMORY;
    pad_row(ws.w, run->discriminator_weights, d, ws.stride, -1);
    pad_row(ws.g_biases, run->generator_biases, d, ws.stride, 0);
    into_panels(ws.g_weights, run->generator_weights, k, d);
    ws.b = *bias;

    fastgan_status status = train_in_panels(&ws, run);
    if (status == FASTGAN_OK) {
        memcpy(run->discriminator_weights, ws.w, d * sizeof(real));
        memcpy(run->generator_biases, ws.g_biases, d * sizeof(real));
        out_of_panels(run->generator_weights, ws.g_weights, k, d);
        *bias = ws.b;
    }
    free(ws.memory);
    return status;
}

#endif
