/* Forward passes of a group's models: D's logits and G's pictures.
 *
 * Functions that have the parameter `vectors` handle that many vectors of lanes; numbers of
 * different models never meet.
 */
#ifndef FASTGAN_FORWARD_H
#define FASTGAN_FORWARD_H

#include "lanes/group.h"

/* Gather the rows (m, d) of a batch, of which each model has an order of its own. */
static void gather_rows(const group *g, const uint32_t *order, size_t m)
{
    const size_t d = g->crowd->d, lanes = g->lanes;
    const real *data = g->crowd->data;
    real *to = (real *)g->reals;
    for (size_t i = 0; i < m; i++)
        for (size_t lane = 0; lane < lanes; lane++) {
            const real *row = data + d * order[i * lanes + lane];
            for (size_t j = 0; j < d; j++)
                to[(i * d + j) * lanes + lane] = row[j];
        }
}

/* Rows (m, d) for D: rows of the data, which all models share, or a number for each lane. */
typedef struct {
    const real *data;
    const vec *lanes; /* (m, d, vectors), or NULL */
} row_batch;

ALWAYS_INLINE vec number_of(row_batch x, int in_lanes, size_t at)
{
    return in_lanes ? x.lanes[at] : WIDE(broadcast)(x.data[at]);
}

/* The sum of x (d,) times w (d,): term j is added to partial sum j mod 16. `count` partial sums
 * have a term. Where all 16 do, `count` is a constant, and they stay in registers. */
ALWAYS_INLINE vec sum_of_products(row_batch x, int in_lanes, const vec *w, size_t d, size_t count,
                                  size_t vectors)
{
    const size_t step = in_lanes ? vectors : 1;
    vec partial[PARTIAL_SUMS];
    for (size_t t = 0; t < count; t++)
        partial[t] = number_of(x, in_lanes, t * step) * w[t * vectors];
    size_t j = PARTIAL_SUMS;
    for (; j + PARTIAL_SUMS <= d; j += PARTIAL_SUMS)
        for (size_t t = 0; t < PARTIAL_SUMS; t++)
            partial[t] = partial[t] + number_of(x, in_lanes, (j + t) * step) * w[(j + t) * vectors];
    for (size_t t = 0; j + t < d; t++)
        partial[t] = partial[t] + number_of(x, in_lanes, (j + t) * step) * w[(j + t) * vectors];
    for (size_t half = PARTIAL_SUMS / 2; half >= 1; half /= 2)
        for (size_t t = 0; t < half && t + half < count; t++)
            partial[t] = partial[t] + partial[t + half];
    return partial[0];
}

/* The class of a row of a batch, 0 without labels (m,). */
ALWAYS_INLINE size_t class_of(const int64_t *labels, size_t i)
{
    return labels ? (size_t)labels[i] : 0;
}

/* logits (m,) = b + x (m, d) times w (d,), with b and w of the rows' classes. */
ALWAYS_INLINE void score_lane_rows(const group *g, row_batch x, int in_lanes, const int64_t *labels,
                                   size_t m, vec *logits, size_t vectors)
{
    const size_t d = g->crowd->d;
    for (size_t i = 0; i < m; i++)
        for (size_t v = 0; v < vectors; v++) {
            const size_t c = class_of(labels, i);
            const vec *w = w_of(g) + c * d * vectors + v;
            const row_batch row = {in_lanes ? NULL : x.data + i * d,
                                   in_lanes ? x.lanes + i * d * vectors + v : NULL};
            const vec sum = d < PARTIAL_SUMS
                                ? sum_of_products(row, in_lanes, w, d, d, vectors)
                                : sum_of_products(row, in_lanes, w, d, PARTIAL_SUMS, vectors);
            logits[i * vectors + v] = b_of(g)[c * vectors + v] + sum;
        }
}

#define LANE_TILE_ROWS 4     /* rows of a batch or latent dimensions, and */
#define LANE_TILE_FEATURES 2 /* features, whose sums stay in registers together */

/* Pre-activations (rows, features) from row i and feature j on, for vector v of lanes. */
ALWAYS_INLINE void pre_activate(const group *g, const vec *z, const int64_t *labels, size_t i,
                                size_t j, size_t v, size_t rows, size_t features, size_t vectors)
{
    const size_t d = g->crowd->d, k = g->crowd->k, width = d * vectors;
    const vec *weights = g_weights_of(g) + j * vectors + v;
    vec total[LANE_TILE_ROWS][LANE_TILE_FEATURES];
    for (size_t r = 0; r < rows; r++) {
        const vec *biases = g_biases_of(g) + class_of(labels, i + r) * width + j * vectors + v;
        for (size_t f = 0; f < features; f++)
            total[r][f] = biases[f * vectors];
    }
    for (size_t l = 0; l < k; l++)
        for (size_t r = 0; r < rows; r++) {
            const vec latent = z[((i + r) * k + l) * vectors + v];
            for (size_t f = 0; f < features; f++)
                total[r][f] = total[r][f] + latent * weights[l * width + f * vectors];
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t f = 0; f < features; f++)
            g->fakes[(i + r) * width + (j + f) * vectors + v] = total[r][f];
}

/* Pictures x (m, d) = sigmoid(biases (d,) of the class + z (m, k) times weights (k, d)), and slopes
 * x (1 - x). */
ALWAYS_INLINE void generate_lane_pictures(group *g, const vec *z, const int64_t *labels, size_t m,
                                          size_t vectors)
{
    const size_t d = g->crowd->d, width = d * vectors;
    for (size_t j = 0; j < d;) {
        const size_t features = d - j >= LANE_TILE_FEATURES ? LANE_TILE_FEATURES : 1;
        for (size_t i = 0; i < m;) {
            const size_t rows = m - i >= LANE_TILE_ROWS ? LANE_TILE_ROWS : 1;
            for (size_t v = 0; v < vectors; v++)
                if (rows == LANE_TILE_ROWS && features == LANE_TILE_FEATURES)
                    pre_activate(g, z, labels, i, j, v, LANE_TILE_ROWS, LANE_TILE_FEATURES,
                                 vectors);
                else if (rows == LANE_TILE_ROWS)
                    pre_activate(g, z, labels, i, j, v, LANE_TILE_ROWS, 1, vectors);
                else
                    for (size_t f = 0; f < features; f++)
                        pre_activate(g, z, labels, i, j + f, v, 1, 1, vectors);
            i += rows;
        }
        j += features;
    }
    for (size_t at = 0; at < m * width; at += vectors) {
        vec pictures[CROWD_VECTORS], others[CROWD_VECTORS];
        WIDE(sigmoid_each)(g->fakes + at, pictures, others, (int)vectors);
        for (size_t v = 0; v < vectors; v++) {
            g->fakes[at + v] = pictures[v];
            g->slopes[at + v] = pictures[v] * others[v];
        }
    }
}

#endif
