/* Steps of the three schedules, as orders of moves, and their records. */
#ifndef FASTGAN_STEPS_H
#define FASTGAN_STEPS_H

#include <math.h>
#include <string.h>

#include "memory/arrays.h"
#include "training/history.h"
#include "training/moves.h"

/* D moves on the real rows, then on G's pictures; G moves on the same latents. */
static int sequential_step(workspace *ws, const real *z, size_t m)
{
    score_reals(ws, m);
    if (!discriminator_gradient(ws, 0, ws->gradient.w, m))
        return 0;
    add_penalties(ws, 1, 0);
    move_discriminator(ws);
    if (!generate_pictures(ws, z, m))
        return 0;
    score_fakes(ws, ws->fake_logits, m);
    if (!discriminator_gradient(ws, 1, ws->gradient.w, m))
        return 0;
    add_penalties(ws, 0, 1);
    move_discriminator(ws);
    score_fakes(ws, ws->g_logits, m);
    if (!generator_gradient(ws, ws->g_logits, z, m))
        return 0;
    move_generator(ws);
    return 1;
}

/* D's gradient on real rows and G's pictures together. */
static int joint_gradient(workspace *ws, const real *z, size_t m)
{
    if (!generate_pictures(ws, z, m))
        return 0;
    score_reals(ws, m);
    score_fakes(ws, ws->fake_logits, m);
    if (!discriminator_gradient(ws, 0, ws->gradient.w, m) ||
        !discriminator_gradient(ws, 1, ws->second_gradient, m))
        return 0;
    for (size_t i = 0; i < ws->discriminator_count; i++)
        ws->gradient.w[i] = ws->gradient.w[i] + ws->second_gradient[i];
    add_penalties(ws, 1, 1);
    return 1;
}

/* D moves on real rows and pictures together, then G moves `g_moves` times, on fresh latents each
 * time. The logits recorded for G are those of its first move, NaN without one. */
static int alternating_step(workspace *ws, const real *z, size_t m, size_t g_moves)
{
    if (!joint_gradient(ws, z, m))
        return 0;
    move_discriminator(ws);
    fill(ws->g_logits, (real)NAN, m);
    for (size_t move = 0; move < g_moves; move++) {
        real *logits = move ? ws->terms : ws->g_logits;
        z += m * ws->run->k;
        if (!generate_pictures(ws, z, m))
            return 0;
        score_fakes(ws, logits, m);
        if (!generator_gradient(ws, logits, z, m))
            return 0;
        move_generator(ws);
    }
    return 1;
}

/* Both gradients are computed at the same parameters, then both networks move. */
static int simultaneous_step(workspace *ws, const real *z, size_t m)
{
    if (!joint_gradient(ws, z, m) || !generator_gradient(ws, ws->fake_logits, z, m))
        return 0;
    move_discriminator(ws);
    move_generator(ws);
    memcpy(ws->g_logits, ws->fake_logits, m * sizeof(real));
    return 1;
}

static void record_step(const workspace *ws, size_t column, size_t m)
{
    real *to = (real *)ws->run->history + column, *terms = ws->terms;
    const objective *o = &ws->algorithm.objective;
    const size_t stride = ws->run->history_stride;
    for (size_t i = 0; i < m; i++)
        terms[i] = real_loss_1(o, ws->real_logits[i]);
    to[0] = mean_in_order(terms, m);
    for (size_t i = 0; i < m; i++)
        terms[i] = fake_loss_1(o, ws->fake_logits[i]);
    to[stride] = mean_in_order(terms, m);
    for (size_t i = 0; i < m; i++)
        terms[i] = generator_loss_1(o, ws->g_logits[i]);
    to[2 * stride] = mean_in_order(terms, m);
    to[3 * stride] = mean_probability(ws->real_logits, terms, m);
    to[4 * stride] = mean_probability(ws->fake_logits, terms, m);
}

/* Take the rows of a batch, which begins with row `done` of the run, their labels, and the fraction
 * of rows of each class. */
static void take_batch(workspace *ws, size_t done, size_t position, size_t m)
{
    const fastgan_algorithm_training *run = ws->run;
    fill(ws->shares, 0, run->classes);
    for (size_t i = 0; i < m; i++) {
        const size_t row = run->order ? (size_t)run->order[done + i] : position + i;
        ws->reals[i] = (const real *)run->data + row * run->d;
        ws->labels[i] = run->labels[row];
        ws->shares[ws->labels[i]] += 1;
    }
    for (size_t c = 0; c < run->classes; c++)
        ws->shares[c] = ws->shares[c] / (real)m;
}

static int step_by_algorithm(workspace *ws, const real *z, size_t m, size_t g_moves)
{
    const fastgan_schedule schedule = ws->run->algorithm->schedule;
    if (schedule == FASTGAN_SEQUENTIAL)
        return sequential_step(ws, z, m);
    return schedule == FASTGAN_ALTERNATING ? alternating_step(ws, z, m, g_moves)
                                           : simultaneous_step(ws, z, m);
}

#endif
