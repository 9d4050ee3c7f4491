/* How a model of a group ends before the others: because its parameters stopped changing or became
 * non-finite. Its history and snapshots are set to NaN from that point on, and its lane keeps
 * running on zeros, with learning rate 0.
 */
#ifndef FASTGAN_ENDINGS_H
#define FASTGAN_ENDINGS_H

#include <string.h>

#include "optimizers/moments.h"
#include "memory/limits.h"
#include "crowds/draws.h"
#include "crowds/snapshots.h"
#include "fast_paths/train.h"
#include "lanes/records.h"
#include "training/train_by_algorithm.h"

/* End a model after `step` steps, with these parameters (parameters,). */
static void end_model(group *g, size_t lane, size_t step, const real *parameters)
{
    const fastgan_crowd *crowd = g->crowd;
    memcpy(parameters_of_model(g, lane), parameters, g->parameter_count * sizeof(real));
    if (crowd->record_every)
        clear_history(g, lane, records_of_steps(step, 0, crowd->record_every));
    if (crowd->snapshot_every)
        clear_snapshots(g, lane, step / crowd->snapshot_every + 1);
}

static void clear_lane(group *g, size_t lane)
{
    const real zero = 0;
    g->ended[lane] = 1;
    memset(g->one, 0, g->state_count * sizeof(real));
    numbers_into_lane(g->parameters, g->lanes, lane, g->one, g->state_count);
    numbers_into_lane(g->discriminator_learning_rates, g->lanes, lane, &zero, 1);
    numbers_into_lane(g->generator_learning_rates, g->lanes, lane, &zero, 1);
}

/* After an epoch, end the models whose parameters changed by at most `tolerance` in each of the
 * last `patience` epochs. */
static void end_settled(group *g, size_t step)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t lanes = g->lanes, numbers = g->parameter_count * lanes;
    const real *p = (const real *)g->parameters, tolerance = (real)crowd->tolerance;
    real *epoch = (real *)g->epoch;
    int moved[CROWD_LANES] = {0};
    for (size_t i = 0; i < numbers; i += lanes)
        for (size_t lane = 0; lane < lanes; lane++) {
            const real change = p[i + lane] - epoch[i + lane];
            moved[lane] |= !(change <= tolerance && -change <= tolerance); /* NaN is a change */
        }
    for (size_t lane = 0; lane < g->models; lane++) {
        g->unchanged_epochs[lane] = moved[lane] ? 0 : g->unchanged_epochs[lane] + 1;
        if (g->ended[lane] || g->unchanged_epochs[lane] < crowd->patience)
            continue;
        numbers_out_of_lane(g->one, g->parameters, lanes, lane, g->parameter_count);
        end_model(g, lane, step, g->one);
        crowd->settled_at[g->first + lane] = (int64_t)step;
        clear_lane(g, lane);
    }
    memcpy(epoch, p, numbers * sizeof(real));
}

/* The order of rows of the chunk, from `row` on, for one model; NULL for the order of the data. */
static const int64_t *order_of_one(group *g, size_t lane, size_t position, size_t row, size_t rows)
{
    const fastgan_crowd *crowd = g->crowd;
    if (!crowd->shuffle)
        return NULL;
    for (size_t i = 0; i < rows && (i % ITERATIONS_BETWEEN_STOP_CHECKS || !*crowd->stop); i++)
        g->one_order[i] = chunk_order(g, position, row)[i * g->lanes + lane];
    return g->one_order;
}

/* A model alone, over rows of the chunk from `row` on, as fastgan_train takes it. */
static fastgan_training one_training(group *g, size_t lane, size_t position, size_t row,
                                     size_t rows, real *parameters, const real *latents)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t d = crowd->d, k = crowd->k;
    const network_parts parts = network_parts_of(parameters, &crowd->places);
    return (fastgan_training){
        .n = crowd->n,
        .d = d,
        .k = k,
        .rows = rows,
        .batch_size = g->batch_size,
        .first_row = position,
        .data = crowd->data,
        .order = order_of_one(g, lane, position, row, rows),
        .latents = latents,
        .discriminator_weights = parts.w,
        .discriminator_bias = parts.b,
        .generator_weights = parts.weights,
        .generator_biases = parts.biases,
        .discriminator_learning_rate = crowd->discriminator_learning_rates[g->first + lane],
        .generator_learning_rate = crowd->generator_learning_rates[g->first + lane],
        .stop = crowd->stop,
    };
}

static int all_finite(const real *numbers, size_t count)
{
    int finite = 1;
    for (size_t i = 0; i < count; i++)
        finite &= numbers[i] - numbers[i] == 0;
    return finite;
}

/* A step of a model alone, by the crowd's algorithm if there is one; `state` holds its parameters
 * and the optimizer's moments. */
static fastgan_status step_alone(group *g, size_t lane, size_t step, size_t position, size_t row,
                                 size_t m, real *state, real *powers, const real *latents)
{
    const fastgan_crowd *crowd = g->crowd;
    const fastgan_training run = one_training(g, lane, position, row, m, state, latents);
    if (*run.stop)
        return FASTGAN_STOPPED; /* perhaps before its order was complete */
    if (!crowd->algorithm)
        return train(&run);
    fastgan_algorithm by = *crowd->algorithm;
    by.discriminator_learning_rate = run.discriminator_learning_rate;
    by.generator_learning_rate = run.generator_learning_rate;
    return train_by_algorithm(&(fastgan_algorithm_training){
        .algorithm = &by,
        .n = run.n,
        .d = run.d,
        .k = run.k,
        .classes = crowd->classes,
        .places = crowd->places,
        .batch_size = run.batch_size,
        .first_row = position,
        .first_step = step,
        .steps = 1,
        .data = run.data,
        .labels = crowd->labels,
        .order = run.order,
        .latents = latents,
        .parameters = state,
        .moments = moments_of(by.optimizer) ? state + g->parameter_count : NULL,
        .powers = powers,
        .stop = run.stop,
    });
}

/* A model is not finite after the chunk, and will not be again. Find the first step after which it
 * was not finite, by training it alone step by step, and keep the parameters before that step. */
static fastgan_status diverge(group *g, size_t lane, size_t position, size_t rows, int64_t step)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t count = g->parameter_count, k = crowd->k, bytes = g->state_count * sizeof(real);
    real *state = g->one, *kept = state + g->state_count, *copied = kept + g->state_count;
    real powers[4];
    memcpy(powers, g->powers_before, sizeof powers);
    numbers_out_of_lane(kept, g->before, g->lanes, lane, g->state_count);
    for (size_t row = 0, m, drawn = 0, taken; row < rows; row += m, drawn += taken, step++) {
        m = rows_of_batch(g->batch_size, crowd->n, position);
        taken = latents_of_step(crowd->algorithm, (size_t)step, m);
        if (g->vectors)
            numbers_out_of_lane(copied, g->latents + drawn * k * g->vectors, g->lanes, lane,
                                taken * k);
        const real *latents = g->vectors ? copied : (const real *)g->latents + drawn * k;
        memcpy(state, kept, bytes);
        const fastgan_status status =
            step_alone(g, lane, (size_t)step, position, row, m, state, powers, latents);
        if (status != FASTGAN_OK)
            return status;
        if (!all_finite(state, count))
            break;
        memcpy(kept, state, bytes);
        position = position_after(position, m, crowd->n);
    }
    crowd->diverged_at[g->first + lane] = step;
    end_model(g, lane, (size_t)step, kept);
    return FASTGAN_OK;
}

static int group_is_finite(const group *g)
{
    if (!g->vectors)
        return all_finite((const real *)g->parameters, g->parameter_count);
    const vec_bits largest = WIDE(as_bits)(WIDE(broadcast)(LARGEST_REAL));
    vec_bits beyond = largest - largest;
    for (size_t i = 0; i < g->parameter_count * g->vectors; i++)
        beyond |= largest - WIDE(as_bits)(WIDE(absolute)(g->parameters[i]));
    return !WIDE(any_sign)(beyond);
}

/* End the models that are no longer finite. */
static fastgan_status end_diverged(group *g, size_t position, size_t rows, int64_t step)
{
    for (size_t lane = 0; lane < g->lanes; lane++) {
        numbers_out_of_lane(g->one, g->parameters, g->lanes, lane, g->parameter_count);
        if (all_finite(g->one, g->parameter_count))
            continue;
        if (!g->ended[lane]) {
            const fastgan_status status = diverge(g, lane, position, rows, step);
            if (status != FASTGAN_OK)
                return status;
        }
        clear_lane(g, lane);
    }
    return FASTGAN_OK;
}

#endif
