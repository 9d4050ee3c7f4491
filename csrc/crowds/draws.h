/* The random numbers of a group's models: each draws from a stream of its own, in the order of a
 * single training. Several streams are advanced at a time.
 */
#ifndef FASTGAN_DRAWS_H
#define FASTGAN_DRAWS_H

#include <string.h>

#include "lanes/group.h"
#include "memory/limits.h"
#include "random/wide_streams.h"
#include "training/schedule.h"

/* Seed a stream as NumPy seeds PCG64, with four words of a SeedSequence: state, then increment. */
static void seed_stream(fastgan_stream *stream, const uint64_t *seed)
{
    stream->has_half = stream->half = 0;
    stream->increment_high = seed[2] << 1 | seed[3] >> 63;
    stream->increment_low = seed[3] << 1 | 1;
    stream->high = stream->low = 0;
    advance_stream(stream);
    stream->low += seed[1];
    stream->high += seed[0] + (stream->low < seed[1]);
    advance_stream(stream);
}

/* Draw the order of the rows of an epoch, as Generator.permutation does: Fisher and Yates, from the
 * last row down. Each index is a number of as many bits as the row's index has, drawn again while
 * it is larger. */
static fastgan_status shuffle_rows(fastgan_stream *stream, uint32_t *order, size_t n,
                                   size_t stride, const volatile int32_t *stop)
{
    uint32_t mask = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        order[i * stride] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--) {
        if (i % ITERATIONS_BETWEEN_STOP_CHECKS == 0 && *stop)
            return FASTGAN_STOPPED;
        while (mask >> 1 >= i)
            mask >>= 1;
        size_t j = next_32(stream) & mask;
        while (j > i)
            j = next_32(stream) & mask;
        const uint32_t kept = order[i * stride];
        order[i * stride] = order[j * stride];
        order[j * stride] = kept;
    }
    return FASTGAN_OK;
}

/* Draw normal numbers (count, lanes) for one lane. */
static int draw_normal(const group *g, fastgan_stream *stream, real *to, size_t count)
{
    for (size_t done = 0; done < count && !*g->crowd->stop; done += DRAWN_AT_ONCE) {
        const size_t left = count - done < DRAWN_AT_ONCE ? count - done : DRAWN_AT_ONCE;
        if (g->crowd->draw_normals(g->crowd->context, stream, 1, g->numbers, left))
            return 0;
        for (size_t i = 0; i < left; i++)
            to[(done + i) * g->lanes] = (real)g->numbers[i];
    }
    return 1;
}

/* Draw `latents` latent vectors in a row, the first of which has number `first` in the chunk and
 * number `done` in the training. */
static int draw_latents(group *g, size_t first, size_t latents, size_t done)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t k = crowd->k, count = latents * k;
    real *to = (real *)g->latents + first * k * g->lanes;
    if (crowd->latent == FASTGAN_UNIFORM && !g->vectors) {
        for (size_t i = 0; i < count && (i % ITERATIONS_BETWEEN_STOP_CHECKS || !*crowd->stop); i++)
            to[i] = (real)next_uniform(g->streams);
    } else if (crowd->latent == FASTGAN_UNIFORM) {
        for (size_t lane = 0; lane < g->lanes; lane += STREAMS_AT_ONCE)
            draw_uniform(g->streams + lane, to + lane, count, g->lanes);
    } else if (crowd->latent == FASTGAN_NORMAL) {
        for (size_t lane = 0; lane < g->models; lane++)
            if (!draw_normal(g, g->streams + lane, to + lane, count))
                return 0;
        for (size_t i = 0; i < count; i++)
            for (size_t lane = g->models; lane < g->lanes; lane++)
                to[i * g->lanes + lane] = to[i * g->lanes];
    } else {
        const real *given = (const real *)crowd->latents + done * k;
        for (size_t i = 0; i < count; i++)
            for (size_t lane = 0; lane < g->lanes; lane++)
                to[i * g->lanes + lane] = given[i];
    }
    return 1;
}

/* Latents of the steps that take `rows` rows, the first of which has number `step` in the
 * training. */
static size_t latents_of_rows(const group *g, size_t step, size_t position, size_t rows)
{
    if (g->latents_of_row == 1)
        return rows;
    const size_t n = g->crowd->n, steps = steps_of_rows(n, g->batch_size, position, rows);
    steps_taken taken = {.position = position};
    take_steps(&taken, g->crowd->algorithm, n, g->batch_size, step, steps, SIZE_MAX);
    return taken.latents;
}

/* Draw the random numbers of a chunk, which begins at a step with row `position` of its epoch.
 * `done` counts the latents of the training. */
static fastgan_status draw_chunk(group *g, size_t step, size_t position, size_t rows, size_t *done)
{
    const size_t n = g->crowd->n;
    const volatile int32_t *stop = g->crowd->stop;
    size_t drawn = 0;
    for (size_t row = 0, left; row < rows; row += left) {
        /* Epochs are drawn one by one only where an order is drawn between their latents. */
        left = g->crowd->shuffle ? n - (position + row) % n : rows;
        left = left < rows - row ? left : rows - row;
        const int begins = g->crowd->shuffle && (position + row) % n == 0;
        for (size_t lane = 0; lane < g->lanes && begins; lane++) {
            uint32_t *order = g->order + row * g->lanes + lane;
            if (*stop || shuffle_rows(&g->streams[lane], order, n, g->lanes, stop) != FASTGAN_OK)
                return FASTGAN_STOPPED;
        }
        const size_t latents = latents_of_rows(g, step, (position + row) % n, left);
        if (!draw_latents(g, drawn, latents, *done))
            return FASTGAN_NO_NORMALS;
        if (*stop)
            return FASTGAN_STOPPED;
        step += steps_of_rows(n, g->batch_size, (position + row) % n, left);
        drawn += latents;
        *done += latents;
    }
    return FASTGAN_OK;
}

/* Draw the initial parameters of the group's models, in one call, since each call may have to wait
 * for its turn. */
static int draw_parameters(group *g)
{
    const size_t count = g->parameter_count;
    real *parameters = parameters_of_model(g, 0);
    if (g->crowd->draw_normals(g->crowd->context, g->streams, g->models, g->numbers, count))
        return 0;
    for (size_t i = 0; i < g->models * count; i++)
        parameters[i] = (real)g->numbers[i];
    return 1;
}

static int begin_group(group *g, size_t first, size_t models)
{
    const fastgan_crowd *crowd = g->crowd;
    g->first = first;
    g->models = models;
    g->records_made = g->to_record = 0;
    for (size_t lane = 0; lane < models; lane++)
        seed_stream(&g->streams[lane], crowd->seeds + 4 * (first + lane));
    if (crowd->draws_parameters && !draw_parameters(g))
        return 0;
    for (size_t lane = 0; lane < g->lanes; lane++) {
        const size_t of = lane < models ? lane : 0;
        const real d_rate = (real)crowd->discriminator_learning_rates[first + of];
        const real g_rate = (real)crowd->generator_learning_rates[first + of];
        g->ended[lane] = lane >= models;
        g->unchanged_epochs[lane] = 0;
        if (lane < models)
            crowd->diverged_at[first + lane] = crowd->settled_at[first + lane] = -1;
        else
            g->streams[lane] = g->streams[0];
        numbers_into_lane(g->discriminator_learning_rates, g->lanes, lane, &d_rate, 1);
        numbers_into_lane(g->generator_learning_rates, g->lanes, lane, &g_rate, 1);
        numbers_into_lane(g->parameters, g->lanes, lane, parameters_of_model(g, of),
                          g->parameter_count);
    }
    memset(g->parameters + g->parameter_count * g->vectors, 0,
           (g->state_count - g->parameter_count) * g->lanes * sizeof(real));
    for (size_t i = 0; i < 4; i++)
        g->powers[i] = 1;
    if (crowd->patience)
        memcpy(g->epoch, g->parameters, g->parameter_count * g->lanes * sizeof(real));
    return 1;
}

#endif
