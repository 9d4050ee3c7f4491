/* The parts of a step: pictures, logits, gradients, penalties and moves, for any numbers of rows,
 * features, latent dimensions and classes.
 *
 * The reference backend's moves.py specifies them, to be read beside this file. Loops over
 * features are plain, for the compiler to vectorise.
 */
#ifndef FASTGAN_MOVES_H
#define FASTGAN_MOVES_H

#include <string.h>

#include "arithmetic/widths.h"
#include "memory/arrays.h"
#include "objectives/objectives_in_all_widths.h"
#include "optimizers/optimizers_in_all_widths.h"
#include "training/workspace.h"

/* Add factor * from (count,) to `to`. */
static void add_multiple(real *restrict to, real factor, const real *restrict from, size_t count)
{
    for (size_t j = 0; j < count; j++)
        to[j] = to[j] + factor * from[j];
}

/* Turn `count` pre-activations a into pictures x = sigmoid(a), in place, and slopes x (1 - x). */
static void activate_row(real *pictures, real *slopes, size_t count)
{
    size_t j = 0;
    for (; j + LANES <= count; j += LANES) {
        const wide_sigmoids s = WIDE(sigmoid)(WIDE(load)(pictures + j));
        WIDE(store)(pictures + j, s.p);
        WIDE(store)(slopes + j, s.p * s.one_minus_p);
    }
    for (; j < count; j++) {
        const sigmoids1 s = sigmoid_1(pictures[j]);
        pictures[j] = s.p;
        slopes[j] = s.p * s.one_minus_p;
    }
}

/* Generate the pictures of latents z (m, k), and their slopes. */
static int generate_pictures(workspace *ws, const real *z, size_t m)
{
    const size_t d = ws->run->d, k = ws->run->k;
    for (size_t i = 0; i < m && !*ws->run->stop; i++) {
        real *picture = ws->fakes + i * d;
        memcpy(picture, ws->parameters.biases + (size_t)ws->labels[i] * d, d * sizeof(real));
        for (size_t l = 0; l < k; l++)
            add_multiple(picture, z[i * k + l], ws->parameters.weights + l * d, d);
        activate_row(picture, ws->slopes + i * d, d);
    }
    return !*ws->run->stop;
}

/* The sum of x (d,) times w (d,), in the fixed order of sums over features. */
static real sum_of_row(const real *x, const real *w, size_t d)
{
    real partial[PARTIAL_SUMS];
    for (size_t t = 0; t < PARTIAL_SUMS; t++)
        partial[t] = NO_TERM;
    size_t j = 0;
    for (; j + PARTIAL_SUMS <= d; j += PARTIAL_SUMS)
        for (size_t t = 0; t < PARTIAL_SUMS; t++)
            partial[t] = partial[t] + x[j + t] * w[j + t];
    for (size_t t = 0; j + t < d; t++)
        partial[t] = partial[t] + x[j + t] * w[j + t];
    for (size_t half = PARTIAL_SUMS / 2; half >= 1; half /= 2)
        for (size_t t = 0; t < half; t++)
            partial[t] = partial[t] + partial[t + half];
    return partial[0];
}

/* D's logit of a row for its class. */
static real logit_of(const workspace *ws, const real *x, size_t label)
{
    const size_t d = ws->run->d;
    return ws->parameters.b[label] + sum_of_row(x, ws->parameters.w + label * d, d);
}

static void score_fakes(workspace *ws, real *to, size_t m)
{
    for (size_t i = 0; i < m; i++)
        to[i] = logit_of(ws, ws->fakes + i * ws->run->d, (size_t)ws->labels[i]);
}

static void score_reals(workspace *ws, size_t m)
{
    for (size_t i = 0; i < m; i++)
        ws->real_logits[i] = logit_of(ws, ws->reals[i], (size_t)ws->labels[i]);
}

static const real *row_of_batch(const workspace *ws, int fakes, size_t i)
{
    return fakes ? ws->fakes + i * ws->run->d : ws->reals[i];
}

/* The gradient by D's parameters of the mean loss of the real rows, or of G's pictures. */
static int discriminator_gradient(workspace *ws, int fakes, real *gradient, size_t m)
{
    const size_t d = ws->run->d;
    const objective *o = &ws->algorithm.objective;
    const real *logits = fakes ? ws->fake_logits : ws->real_logits;
    const network_parts by = network_parts_of(gradient, &ws->run->places);
    fill(gradient, NO_TERM, ws->discriminator_count);
    for (size_t i = 0; i < m && !*ws->run->stop; i++) {
        const size_t label = (size_t)ws->labels[i];
        const real slope = fakes ? fake_slope_1(o, logits[i]) : real_slope_1(o, logits[i]);
        const real delta = slope / (real)m;
        add_multiple(by.w + label * d, delta, row_of_batch(ws, fakes, i), d);
        by.b[label] = by.b[label] + delta;
    }
    return !*ws->run->stop;
}

/* The gradient by G's parameters, from the logits of its pictures; overwrites the slopes. */
static int generator_gradient(workspace *ws, const real *logits, const real *z, size_t m)
{
    const objective *o = &ws->algorithm.objective;
    const size_t d = ws->run->d, k = ws->run->k;
    fill(ws->gradient.weights, NO_TERM, ws->parameter_count - ws->discriminator_count);
    for (size_t i = 0; i < m && !*ws->run->stop; i++) {
        const size_t label = (size_t)ws->labels[i];
        const real delta = generator_slope_1(o, logits[i]) / (real)m;
        const real *w = ws->parameters.w + label * d;
        real *by_a = ws->slopes + i * d, *by_biases = ws->gradient.biases + label * d;
        for (size_t j = 0; j < d; j++) {
            by_a[j] = delta * (w[j] * by_a[j]);
            by_biases[j] = by_biases[j] + by_a[j];
        }
    }
    for (size_t l = 0; l < k; l++)
        for (size_t i = 0; i < m && !*ws->run->stop; i++)
            add_multiple(ws->gradient.weights + l * d, z[i * k + l], ws->slopes + i * d, d);
    return !*ws->run->stop;
}

/* Add the gradients of the penalties: R1 goes with the real rows, the gradient penalty with G's
 * pictures. */
static void add_penalties(workspace *ws, int with_reals, int with_fakes)
{
    const size_t d = ws->run->d;
    const objective *o = &ws->algorithm.objective;
    for (size_t c = 0; c < ws->run->classes; c++) {
        const real *w = ws->parameters.w + c * d;
        real *gradient = ws->gradient.w + c * d;
        if (with_reals && o->r1_weight != 0)
            add_multiple(gradient, r1_coefficient(o, ws->shares[c]), w, d);
        if (with_fakes && o->gradient_penalty_weight != 0) {
            const real square = sum_of_row(w, w, d);
            const real factor = gradient_penalty_coefficient_1(o, square, ws->shares[c]);
            add_multiple(gradient, factor, w, d);
        }
    }
}

/* Move `count` parameters by their gradient. */
static void update(const optimizer *o, real rate, real *restrict parameters,
                   const real *restrict gradient, const optimizer_state *memory, size_t count)
{
    real *restrict first = memory->first, *restrict second = memory->second;
    if (o->kind == FASTGAN_SGD) {
        for (size_t i = 0; i < count; i++)
            parameters[i] = moved_by_descent_1(rate, parameters[i], gradient[i]);
    } else if (o->kind == FASTGAN_MOMENTUM) {
        for (size_t i = 0; i < count; i++)
            parameters[i] = moved_by_momentum_1(o, rate, parameters[i], gradient[i], &first[i]);
    } else {
        const optimizer copy = *o; /* a copy, which no store to an array can change */
        real *powers = memory->powers;
        powers[0] = powers[0] * o->momentum;
        powers[1] = powers[1] * o->second_momentum;
        const real step = rate / (1 - powers[0]), root = square_root_1(1 - powers[1]);
        for (size_t i = 0; i < count; i++)
            parameters[i] = moved_by_adam_1(&copy, step, root, parameters[i], gradient[i],
                                            &first[i], &second[i]);
    }
}

static void move_discriminator(workspace *ws)
{
    const algorithm *a = &ws->algorithm;
    const real most = a->clip_value; /* a copy, which no store to an array can change */
    real *w = ws->parameters.w;
    update(&a->optimizer, a->discriminator_learning_rate, w, ws->gradient.w,
           &ws->discriminator_state, ws->discriminator_count);
    for (size_t i = 0; i < ws->discriminator_count && most <= LARGEST_REAL; i++)
        w[i] = clipped_1(w[i], most);
}

static void move_generator(workspace *ws)
{
    const algorithm *a = &ws->algorithm;
    update(&a->optimizer, a->generator_learning_rate, ws->parameters.weights, ws->gradient.weights,
           &ws->generator_state, ws->parameter_count - ws->discriminator_count);
}

#endif
