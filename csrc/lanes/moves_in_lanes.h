/* The parts of a step for a group of models: training/moves.h with a vector of lanes for each
 * number, in the same order of operations.
 *
 * All models have the same labels: crowds that shuffle have one class.
 */
#ifndef FASTGAN_MOVES_IN_LANES_H
#define FASTGAN_MOVES_IN_LANES_H

#include "lanes/forward.h"
#include "objectives/objectives_in_all_widths.h"
#include "optimizers/optimizers_in_all_widths.h"

/* A loss whose slope is wanted: D's on real rows, D's on G's pictures, or G's. */
typedef enum {
    LOSS_OF_REALS,
    LOSS_OF_FAKES,
    LOSS_OF_G,
} loss_of;

/* Derivatives (m,) of the mean loss by the logits. */
static void derive_in_lanes(group *g, const vec *logits, loss_of of, size_t m)
{
    const objective *o = &g->algorithm.objective;
    for (size_t i = 0; i < m * g->vectors; i++) {
        const vec slope = of == LOSS_OF_REALS   ? WIDE(real_slope)(o, logits[i])
                          : of == LOSS_OF_FAKES ? WIDE(fake_slope)(o, logits[i])
                                                : WIDE(generator_slope)(o, logits[i]);
        g->deltas[i] = m > 1 ? slope / (real)m : slope; /* division by one changes nothing */
    }
}

static void fill_lanes(vec *to, real value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = WIDE(broadcast)(value);
}

/* The gradient by D's parameters, from the derivatives by the logits of rows x (m, d). */
ALWAYS_INLINE void gradient_of_d(group *g, const vec *x, const int64_t *labels, size_t m,
                                 vec *gradient, size_t vectors)
{
    const size_t d = g->crowd->d;
    const fastgan_parameter_places *places = &g->crowd->places;
    vec *weights = gradient + places->discriminator_weights * vectors;
    vec *biases = gradient + places->discriminator_biases * vectors;
    fill_lanes(gradient, NO_TERM, places->generator_weights * vectors);
    for (size_t i = 0; i < m; i++) {
        const size_t c = class_of(labels, i);
        vec *by_w = weights + c * d * vectors, *by_b = biases + c * vectors;
        for (size_t v = 0; v < vectors; v++) {
            const vec delta = g->deltas[i * vectors + v];
            for (size_t at = v; at < d * vectors; at += vectors)
                by_w[at] = by_w[at] + delta * x[i * d * vectors + at];
            by_b[v] = by_b[v] + delta;
        }
    }
}

/* The gradient by G's parameters, from the derivatives by the logits of its pictures; overwrites
 * the slopes. */
ALWAYS_INLINE void gradient_of_g(group *g, const vec *z, const int64_t *labels, size_t m,
                                 size_t vectors)
{
    const size_t d = g->crowd->d, k = g->crowd->k, width = d * vectors;
    vec *by_weights = g->gradient + (g_weights_of(g) - g->parameters), *by_biases;
    fill_lanes(by_weights, NO_TERM, (k + g->crowd->classes) * width);
    for (size_t i = 0; i < m; i++) {
        const size_t c = class_of(labels, i);
        const vec *w = w_of(g) + c * width;
        vec *by_a = g->slopes + i * width;
        by_biases = by_weights + (k + c) * width;
        for (size_t v = 0; v < vectors; v++)
            for (size_t at = v; at < width; at += vectors) {
                by_a[at] = g->deltas[i * vectors + v] * (w[at] * by_a[at]);
                by_biases[at] = by_biases[at] + by_a[at];
            }
    }
    for (size_t l = 0; l < k; l++)
        for (size_t i = 0; i < m; i++)
            for (size_t v = 0; v < vectors; v++) {
                const vec latent = z[(i * k + l) * vectors + v];
                vec *to = by_weights + l * width;
                for (size_t at = v; at < width; at += vectors)
                    to[at] = to[at] + latent * g->slopes[i * width + at];
            }
}

/* Add the gradients of the penalties: R1 goes with the real rows, the gradient penalty with G's
 * pictures. */
ALWAYS_INLINE void penalize(group *g, int with_reals, int with_fakes, size_t vectors)
{
    const objective *o = &g->algorithm.objective;
    const size_t d = g->crowd->d, terms = d < PARTIAL_SUMS ? d : PARTIAL_SUMS;
    for (size_t c = 0; c < g->crowd->classes; c++)
        for (size_t v = 0; v < vectors; v++) {
            const vec *w = w_of(g) + c * d * vectors + v;
            vec *gradient = g->gradient + c * d * vectors + v;
            if (with_reals && o->r1_weight != 0)
                for (size_t at = 0; at < d * vectors; at += vectors)
                    gradient[at] = gradient[at] + r1_coefficient(o, g->shares[c]) * w[at];
            if (with_fakes && o->gradient_penalty_weight != 0) {
                const row_batch row = {NULL, w};
                const vec square = sum_of_products(row, 1, w, d, terms, vectors);
                const vec factor =
                    WIDE(gradient_penalty_coefficient)(o, square, g->shares[c]);
                for (size_t at = 0; at < d * vectors; at += vectors)
                    gradient[at] = gradient[at] + factor * w[at];
            }
        }
}

/* Move `count` parameters by their gradient, from vector `from` of the parameters on. */
ALWAYS_INLINE void update_parameters(group *g, const vec *rates, real *powers, size_t from,
                                     size_t count, size_t vectors)
{
    const optimizer o = g->algorithm.optimizer; /* a copy, which no store to an array can change */
    const vec *gradient = g->gradient + from;
    vec *p = g->parameters + from, *first = p + g->parameter_count * vectors;
    vec *second = first + g->parameter_count * vectors;
    if (o.kind == FASTGAN_ADAM) {
        powers[0] = powers[0] * o.momentum;
        powers[1] = powers[1] * o.second_momentum;
    }
    const real root = square_root_1(1 - powers[1]);
    for (size_t v = 0; v < vectors; v++) {
        const vec rate = rates[v], step = rate / (1 - powers[0]);
        for (size_t i = v; i < count * vectors; i += vectors)
            if (o.kind == FASTGAN_SGD)
                p[i] = WIDE(moved_by_descent)(rate, p[i], gradient[i]);
            else if (o.kind == FASTGAN_MOMENTUM)
                p[i] = WIDE(moved_by_momentum)(&o, rate, p[i], gradient[i], &first[i]);
            else
                p[i] = WIDE(moved_by_adam)(&o, step, root, p[i], gradient[i], &first[i],
                                           &second[i]);
    }
}

/* Call a function compiled for one vector or for CROWD_VECTORS. The wrappers below keep it to two
 * copies of each function. */
#define IN_LANES(function, ...) \
    (g->vectors == 1 ? function(__VA_ARGS__, 1) : function(__VA_ARGS__, CROWD_VECTORS))

static void generate_in_lanes(group *g, const vec *z, const int64_t *labels, size_t m)
{
    IN_LANES(generate_lane_pictures, g, z, labels, m);
}

static void score_in_lanes(group *g, const vec *x, const int64_t *labels, size_t m, vec *logits)
{
    const row_batch rows = {NULL, x};
    IN_LANES(score_lane_rows, g, rows, 1, labels, m, logits);
}

static void d_gradient_in_lanes(group *g, const vec *x, const vec *logits, loss_of of,
                                const int64_t *labels, size_t m, vec *gradient)
{
    derive_in_lanes(g, logits, of, m);
    IN_LANES(gradient_of_d, g, x, labels, m, gradient);
}

static void g_gradient_in_lanes(group *g, const vec *logits, const vec *z, const int64_t *labels,
                                size_t m)
{
    derive_in_lanes(g, logits, LOSS_OF_G, m);
    IN_LANES(gradient_of_g, g, z, labels, m);
}

static void add_penalties_in_lanes(group *g, int with_reals, int with_fakes)
{
    IN_LANES(penalize, g, with_reals, with_fakes);
}

static void move_in_lanes(group *g, const vec *rates, real *powers, size_t from, size_t count)
{
    IN_LANES(update_parameters, g, rates, powers, from, count);
}

static void move_d_in_lanes(group *g)
{
    const size_t count = g->crowd->places.generator_weights;
    const real most = g->algorithm.clip_value;
    move_in_lanes(g, g->discriminator_learning_rates, g->powers, 0, count);
    for (size_t i = 0; i < count * g->vectors && most <= LARGEST_REAL; i++)
        g->parameters[i] = WIDE(clipped)(g->parameters[i], most);
}

static void move_g_in_lanes(group *g)
{
    const size_t of_d = g->crowd->places.generator_weights;
    move_in_lanes(g, g->generator_learning_rates, g->powers + 2, of_d * g->vectors,
                  g->parameter_count - of_d);
}

#endif
