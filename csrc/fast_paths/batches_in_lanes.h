/* Mini-batches of any size for a group of models, with any number of features and latent
 * dimensions. The operations of a model are those of batches.h, in the same order.
 */
#ifndef FASTGAN_BATCHES_IN_LANES_H
#define FASTGAN_BATCHES_IN_LANES_H

#include "lanes/forward.h"

/* The derivatives of the mean loss by the logits: D / m for pictures that D is to call generated,
 * and -(1 - D) / m otherwise. Division by one changes nothing. */
ALWAYS_INLINE void derive(group *g, const vec *logits, int as_fake, size_t m, size_t vectors)
{
    for (size_t i = 0; i < m; i++) {
        vec *delta = g->deltas + i * vectors, p[CROWD_VECTORS], one_minus_p[CROWD_VECTORS];
        WIDE(sigmoid_each)(logits + i * vectors, p, one_minus_p, (int)vectors);
        for (size_t v = 0; v < vectors; v++) {
            delta[v] = as_fake ? p[v] : -one_minus_p[v];
            if (m > 1)
                delta[v] = delta[v] / (real)m;
        }
    }
}

/* w -= rate * the sum over the rows of delta_i x_i, and b likewise. */
ALWAYS_INLINE void move_d(group *g, row_batch x, int in_lanes, size_t m, size_t vectors)
{
    const size_t d = g->crowd->d, step = in_lanes ? vectors : 1;
    const vec *deltas = g->deltas;
    for (size_t v = 0; v < vectors; v++) {
        const row_batch numbers = {x.data, in_lanes ? x.lanes + v : NULL};
        for (size_t j = 0; j < d; j++) {
            vec gradient = deltas[v] * number_of(numbers, in_lanes, j * step);
            for (size_t i = 1; i < m; i++)
                gradient = gradient + deltas[i * vectors + v] *
                                          number_of(numbers, in_lanes, (i * d + j) * step);
            vec *w = w_of(g) + j * vectors + v;
            *w = *w - g->discriminator_learning_rates[v] * gradient;
        }
        vec gradient = deltas[v];
        for (size_t i = 1; i < m; i++)
            gradient = gradient + deltas[i * vectors + v];
        b_of(g)[v] = b_of(g)[v] - g->discriminator_learning_rates[v] * gradient;
    }
}

/* Move the weights (latents, features) from latent dimension l and feature j on, of vector v of
 * lanes. */
ALWAYS_INLINE void move_some_weights(group *g, const vec *z, size_t l, size_t j, size_t v, size_t m,
                                     size_t latents, size_t features, size_t vectors)
{
    const size_t d = g->crowd->d, k = g->crowd->k, width = d * vectors;
    const vec *derivatives = g->slopes + j * vectors + v;
    vec gradient[LANE_TILE_ROWS][LANE_TILE_FEATURES];
    for (size_t r = 0; r < latents; r++)
        for (size_t f = 0; f < features; f++)
            gradient[r][f] = z[(l + r) * vectors + v] * derivatives[f * vectors];
    for (size_t i = 1; i < m; i++)
        for (size_t r = 0; r < latents; r++) {
            const vec latent = z[(i * k + l + r) * vectors + v];
            for (size_t f = 0; f < features; f++)
                gradient[r][f] = gradient[r][f] + latent * derivatives[i * width + f * vectors];
        }
    for (size_t r = 0; r < latents; r++)
        for (size_t f = 0; f < features; f++) {
            vec *weight = g_weights_of(g) + (l + r) * width + (j + f) * vectors + v;
            *weight = *weight - g->generator_learning_rates[v] * gradient[r][f];
        }
}

/* Turn the slopes (m,) of feature j into derivatives by the pre-activations, and move its bias. */
ALWAYS_INLINE void move_bias(group *g, size_t j, size_t v, size_t m, size_t vectors)
{
    const size_t width = g->crowd->d * vectors, at = j * vectors + v;
    const vec w = w_of(g)[at];
    vec gradient = g->deltas[v] * (w * g->slopes[at]);
    g->slopes[at] = gradient;
    for (size_t i = 1; i < m; i++) {
        const vec derivative = g->deltas[i * vectors + v] * (w * g->slopes[i * width + at]);
        g->slopes[i * width + at] = derivative;
        gradient = gradient + derivative;
    }
    g_biases_of(g)[at] = g_biases_of(g)[at] - g->generator_learning_rates[v] * gradient;
}

/* G moves on its latents. */
ALWAYS_INLINE void move_g(group *g, const vec *z, size_t m, size_t vectors)
{
    const size_t d = g->crowd->d, k = g->crowd->k;
    for (size_t j = 0; j < d;) {
        const size_t features = d - j >= LANE_TILE_FEATURES ? LANE_TILE_FEATURES : 1;
        for (size_t v = 0; v < vectors; v++) {
            for (size_t f = 0; f < features; f++)
                move_bias(g, j + f, v, m, vectors);
            for (size_t l = 0; l < k;) {
                const size_t latents = k - l >= LANE_TILE_ROWS ? LANE_TILE_ROWS : 1;
                if (latents == LANE_TILE_ROWS && features == LANE_TILE_FEATURES)
                    move_some_weights(g, z, l, j, v, m, LANE_TILE_ROWS, LANE_TILE_FEATURES,
                                      vectors);
                else if (features == LANE_TILE_FEATURES)
                    move_some_weights(g, z, l, j, v, m, 1, LANE_TILE_FEATURES, vectors);
                else
                    for (size_t r = 0; r < latents; r++)
                        move_some_weights(g, z, l + r, j, v, m, 1, 1, vectors);
                l += latents;
            }
        }
        j += features;
    }
}

ALWAYS_INLINE void step_lanes(group *g, const real *data, const uint32_t *order, const vec *z,
                              size_t m, size_t vectors)
{
    const row_batch fakes = {NULL, g->fakes};
    if (order) {
        const row_batch reals = {NULL, g->reals};
        gather_rows(g, order, m);
        score_lane_rows(g, reals, 1, NULL, m, g->real_logits, vectors);
        derive(g, g->real_logits, 0, m, vectors);
        move_d(g, reals, 1, m, vectors);
    } else {
        const row_batch reals = {data, NULL};
        score_lane_rows(g, reals, 0, NULL, m, g->real_logits, vectors);
        derive(g, g->real_logits, 0, m, vectors);
        move_d(g, reals, 0, m, vectors);
    }
    generate_lane_pictures(g, z, NULL, m, vectors);
    score_lane_rows(g, fakes, 1, NULL, m, g->fake_logits, vectors);
    derive(g, g->fake_logits, 1, m, vectors);
    move_d(g, fakes, 1, m, vectors);
    score_lane_rows(g, fakes, 1, NULL, m, g->g_logits, vectors);
    derive(g, g->g_logits, 0, m, vectors);
    move_g(g, z, m, vectors);
}

#endif
