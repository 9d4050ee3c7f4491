/* Snapshots: copies of the parameters of a group's models before the first step and every
 * `snapshot_every` steps. Each model has an array (snapshots, parameters). A chunk ends where a
 * snapshot is due.
 */
#ifndef FASTGAN_SNAPSHOTS_H
#define FASTGAN_SNAPSHOTS_H

#include <math.h>

#include "lanes/group.h"

static real *snapshot_of(const group *g, size_t lane, size_t snapshot)
{
    const size_t of_model = (g->first + lane) * g->crowd->n_snapshots;
    return (real *)g->crowd->snapshots + (of_model + snapshot) * g->parameter_count;
}

static void take_snapshots(group *g, size_t step)
{
    const size_t every = g->crowd->snapshot_every;
    if (!every || step % every)
        return;
    for (size_t lane = 0; lane < g->models; lane++)
        if (!g->ended[lane])
            numbers_out_of_lane(snapshot_of(g, lane, step / every), g->parameters, g->lanes, lane,
                                g->parameter_count);
}

/* Set the snapshots of a model from this one on to NaN. */
static void clear_snapshots(group *g, size_t lane, size_t snapshot)
{
    for (; snapshot < g->crowd->n_snapshots; snapshot++)
        for (size_t i = 0; i < g->parameter_count; i++)
            snapshot_of(g, lane, snapshot)[i] = (real)NAN;
}

/* Rows until the next snapshot; at most to the end of the epoch where chunks are parts of
 * epochs. */
static size_t rows_to_snapshot(const group *g, size_t step, size_t position)
{
    const size_t n = g->crowd->n, m = g->batch_size, every = g->crowd->snapshot_every;
    const size_t steps = every - step % every;
    if (g->chunk_rows >= n)
        return steps / steps_of_epoch(n, m) * n;
    return steps > (n - position) / m ? n - position : steps * m;
}

#endif
