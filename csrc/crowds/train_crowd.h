/* Training a crowd: group after group, each chunk by chunk. */
#ifndef FASTGAN_TRAIN_CROWD_H
#define FASTGAN_TRAIN_CROWD_H

#include <stdlib.h>
#include <string.h>

#include "crowds/draws.h"
#include "crowds/endings.h"
#include "crowds/snapshots.h"
#include "fast_paths/train_lanes.h"
#include "lanes/steps_in_lanes.h"

/* Train the group's only model over a chunk. */
static fastgan_status train_alone(group *g, size_t position, size_t rows)
{
    const size_t steps = steps_of_rows(g->crowd->n, g->batch_size, position, rows);
    const size_t every = g->crowd->record_every;
    fastgan_training run =
        one_training(g, 0, position, 0, rows, (real *)g->parameters, (const real *)g->latents);
    if (*run.stop)
        return FASTGAN_STOPPED; /* perhaps before its order was complete */
    if (every) {
        run.history = history_of(g, 0) + g->records_made;
        run.history_stride = g->crowd->records;
        run.record_every = every;
        run.steps_to_record = g->to_record;
        g->records_made += pass_steps(steps, &g->to_record, every);
    }
    return train(&run);
}

static fastgan_status train_chunk(group *g, size_t step, size_t position, size_t rows)
{
    if (!g->vectors)
        return train_alone(g, position, rows);
    if (g->crowd->algorithm)
        train_lanes_by_algorithm(g, step, position, rows);
    else
        train_lanes(g, position, rows);
    return FASTGAN_OK;
}

static int all_ended(const group *g)
{
    for (size_t lane = 0; lane < g->models; lane++)
        if (!g->ended[lane])
            return 0;
    return 1;
}

static fastgan_status train_group(group *g)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t total = crowd->epochs * crowd->n;
    const size_t state_bytes = g->state_count * g->lanes * sizeof(real);
    size_t step = 0, latents = 0;
    take_snapshots(g, 0);
    for (size_t done = 0, rows; done < total && !all_ended(g); done += rows) {
        const size_t position = done % crowd->n;
        const size_t left = g->chunk_rows >= crowd->n ? total - done : crowd->n - position;
        rows = g->chunk_rows < left ? g->chunk_rows : left;
        if (crowd->n_snapshots > 1) {
            const size_t to_snapshot = rows_to_snapshot(g, step, position);
            rows = to_snapshot < rows ? to_snapshot : rows;
        }
        if (*crowd->stop)
            return FASTGAN_STOPPED;
        fastgan_status status = draw_chunk(g, step, position, rows, &latents);
        if (status != FASTGAN_OK)
            return status;
        memcpy(g->before, g->parameters, state_bytes);
        memcpy(g->powers_before, g->powers, sizeof g->powers);
        status = train_chunk(g, step, position, rows);
        if (status == FASTGAN_OK && !group_is_finite(g))
            status = end_diverged(g, position, rows, (int64_t)step);
        if (status != FASTGAN_OK)
            return status;
        step += steps_of_rows(crowd->n, g->batch_size, position, rows);
        take_snapshots(g, step);
        if (crowd->patience && position + rows == crowd->n)
            end_settled(g, step);
    }
    for (size_t lane = 0; lane < g->models; lane++)
        if (!g->ended[lane])
            numbers_out_of_lane(parameters_of_model(g, lane), g->parameters, g->lanes, lane,
                                g->parameter_count);
    return FASTGAN_OK;
}

/* The number of vectors of lanes that is fastest, 0 for models alone, as measured on the sizes of
 * bench/. Large models fill vectors by themselves, and would not fit the caches side by side. The
 * limits are in numbers of a model. */
#define MOST_NUMBERS_IN_LANES 800
#define MOST_NUMBERS_IN_MANY_VECTORS 256
#define MOST_SHUFFLED_ROWS (1 << 15) /* longer orders of all lanes would leave the caches */

static size_t vectors_for(const fastgan_crowd *crowd, size_t models)
{
    const size_t m = crowd->batch_size < crowd->n ? crowd->batch_size : crowd->n;
    const size_t most = MOST_NUMBERS_IN_LANES;
    if (crowd->algorithm)
        return models <= LANES ? 1 : CROWD_VECTORS;
    if (models == 1 || crowd->d > most || crowd->k > most || m > most)
        return 0;
    if (crowd->shuffle && crowd->n > MOST_SHUFFLED_ROWS)
        return 0;
    const size_t numbers = crowd->places.size + 2 * m * crowd->d;
    if (numbers > most)
        return 0;
    if (models >= FEW_VECTORS * LANES && has_few_lanes(crowd))
        return FEW_VECTORS;
    return models <= LANES || numbers > MOST_NUMBERS_IN_MANY_VECTORS ? 1 : CROWD_VECTORS;
}

static fastgan_status train_crowd(const fastgan_crowd *crowd)
{
    group g;
    fastgan_status status = FASTGAN_OK;
    for (size_t first = 0; first < crowd->models && status == FASTGAN_OK;) {
        const size_t left = crowd->models - first;
        if (!allocate_group(&g, crowd, vectors_for(crowd, left)))
            return FASTGAN_NO_MEMORY;
        do {
            const size_t models = crowd->models - first < g.lanes ? crowd->models - first : g.lanes;
            status = begin_group(&g, first, models) ? train_group(&g) : FASTGAN_NO_NORMALS;
            first += models;
        } while (status == FASTGAN_OK && crowd->models - first >= g.lanes);
        free(g.memory);
    }
    return status;
}

#endif
