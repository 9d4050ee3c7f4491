/* Steps of a group of models by an algorithm: the schedules of training/steps.h, and their
 * records. */
#ifndef FASTGAN_STEPS_IN_LANES_H
#define FASTGAN_STEPS_IN_LANES_H

#include <string.h>
#include <math.h>

#include "lanes/moves_in_lanes.h"
#include "lanes/records.h"

/* A batch of a group: labels of the real rows, which are in lanes, and latents for G. */
typedef struct {
    const int64_t *labels; /* (m,) or NULL */
    const vec *z;          /* (m, k), followed by as many for each move of G in its turn */
    size_t m, g_moves;
} lane_batch;

static void sequential_lanes(group *g, const lane_batch *b)
{
    score_in_lanes(g, g->reals, b->labels, b->m, g->real_logits);
    d_gradient_in_lanes(g, g->reals, g->real_logits, LOSS_OF_REALS, b->labels, b->m, g->gradient);
    add_penalties_in_lanes(g, 1, 0);
    move_d_in_lanes(g);
    generate_in_lanes(g, b->z, b->labels, b->m);
    score_in_lanes(g, g->fakes, b->labels, b->m, g->fake_logits);
    d_gradient_in_lanes(g, g->fakes, g->fake_logits, LOSS_OF_FAKES, b->labels, b->m, g->gradient);
    add_penalties_in_lanes(g, 0, 1);
    move_d_in_lanes(g);
    score_in_lanes(g, g->fakes, b->labels, b->m, g->g_logits);
    g_gradient_in_lanes(g, g->g_logits, b->z, b->labels, b->m);
    move_g_in_lanes(g);
}

/* D's gradient on real rows and G's pictures together. */
static void joint_gradient_lanes(group *g, const lane_batch *b)
{
    const size_t count = g->crowd->places.generator_weights * g->vectors;
    generate_in_lanes(g, b->z, b->labels, b->m);
    score_in_lanes(g, g->reals, b->labels, b->m, g->real_logits);
    score_in_lanes(g, g->fakes, b->labels, b->m, g->fake_logits);
    d_gradient_in_lanes(g, g->reals, g->real_logits, LOSS_OF_REALS, b->labels, b->m, g->gradient);
    d_gradient_in_lanes(g, g->fakes, g->fake_logits, LOSS_OF_FAKES, b->labels, b->m,
                        g->second_gradient);
    for (size_t i = 0; i < count; i++)
        g->gradient[i] = g->gradient[i] + g->second_gradient[i];
    add_penalties_in_lanes(g, 1, 1);
}

/* The logits recorded for G are those of its first move, NaN without one. */
static void alternating_lanes(group *g, const lane_batch *b)
{
    const vec *z = b->z;
    joint_gradient_lanes(g, b);
    move_d_in_lanes(g);
    fill_lanes(g->g_logits, (real)NAN, b->m * g->vectors);
    for (size_t move = 0; move < b->g_moves; move++) {
        vec *logits = move ? g->later_logits : g->g_logits;
        z += b->m * g->crowd->k * g->vectors;
        generate_in_lanes(g, z, b->labels, b->m);
        score_in_lanes(g, g->fakes, b->labels, b->m, logits);
        g_gradient_in_lanes(g, logits, z, b->labels, b->m);
        move_g_in_lanes(g);
    }
}

static void simultaneous_lanes(group *g, const lane_batch *b)
{
    joint_gradient_lanes(g, b);
    g_gradient_in_lanes(g, g->fake_logits, b->z, b->labels, b->m);
    move_d_in_lanes(g);
    move_g_in_lanes(g);
    memcpy(g->g_logits, g->fake_logits, b->m * g->vectors * sizeof(vec));
}

/* Record the means over a batch of losses and probabilities: a column of each model's history. */
static void record_lanes(group *g, size_t m)
{
    const objective *o = &g->algorithm.objective;
    const size_t stride = g->crowd->records, vectors = g->vectors;
    for (size_t v = 0; v < vectors; v++) {
        vec means[5];
        fill_lanes(means, NO_TERM, 5);
        for (size_t i = v; i < m * vectors; i += vectors) {
            means[0] = means[0] + WIDE(real_loss)(o, g->real_logits[i]);
            means[1] = means[1] + WIDE(fake_loss)(o, g->fake_logits[i]);
            means[2] = means[2] + WIDE(generator_loss)(o, g->g_logits[i]);
            means[3] = means[3] + WIDE(sigmoid)(g->real_logits[i]).p;
            means[4] = means[4] + WIDE(sigmoid)(g->fake_logits[i]).p;
        }
        for (size_t i = 0; i < 5; i++) {
            real mean[LANES];
            WIDE(store)(mean, means[i] / (real)m);
            for (size_t lane = v * LANES; lane < (v + 1) * LANES && lane < g->models; lane++)
                if (!g->ended[lane])
                    history_of(g, lane)[i * stride + g->records_made] = mean[lane - v * LANES];
        }
    }
    g->records_made++;
}

/* Take the real rows of a batch that begins at `position` of its epoch, their labels, and the
 * fraction of rows of each class. */
static void take_lane_batch(group *g, lane_batch *b, size_t position, size_t row)
{
    const fastgan_crowd *crowd = g->crowd;
    const real *data = (const real *)crowd->data + position * crowd->d;
    b->labels = crowd->classes > 1 ? crowd->labels + position : NULL;
    if (crowd->shuffle)
        gather_rows(g, chunk_order(g, position, row), b->m);
    else
        for (size_t i = 0; i < b->m * crowd->d; i++)
            fill_lanes(g->reals + i * g->vectors, data[i], g->vectors);
    for (size_t c = 0; c < crowd->classes; c++)
        g->shares[c] = 0;
    for (size_t i = 0; i < b->m; i++)
        g->shares[class_of(b->labels, i)] += 1;
    for (size_t c = 0; c < crowd->classes; c++)
        g->shares[c] = g->shares[c] / (real)b->m;
}

static void step_lanes_by_algorithm(group *g, const lane_batch *b)
{
    const fastgan_schedule schedule = g->crowd->algorithm->schedule;
    if (schedule == FASTGAN_SEQUENTIAL)
        sequential_lanes(g, b);
    else if (schedule == FASTGAN_ALTERNATING)
        alternating_lanes(g, b);
    else
        simultaneous_lanes(g, b);
    if (is_recorded(g))
        record_lanes(g, b->m);
}

/* Train the models side by side over a chunk whose random numbers are drawn. */
static void train_lanes_by_algorithm(group *g, size_t step, size_t position, size_t rows)
{
    lane_batch b = {.z = g->latents};
    for (size_t row = 0; row < rows; row += b.m, step++) {
        b.m = rows_of_batch(g->batch_size, g->crowd->n, position);
        b.g_moves = generator_moves(g->crowd->algorithm, step);
        take_lane_batch(g, &b, position, row);
        step_lanes_by_algorithm(g, &b);
        b.z += (1 + b.g_moves) * b.m * g->crowd->k * g->vectors;
        position = position_after(position, b.m, g->crowd->n);
    }
}

#endif
