/* Training a group of models by the Slanted Land schedule with plain descent: the choice of a fast
 * path for a chunk. */
#ifndef FASTGAN_TRAIN_LANES_H
#define FASTGAN_TRAIN_LANES_H

#include "fast_paths/batches_in_lanes.h"
#include "fast_paths/single_rows_in_lanes.h"
#include "lanes/records.h"

/* A step of a group on the rows of a batch that begins at `position` of its epoch. */
static void step_group(group *g, size_t position, size_t row, size_t m)
{
    const fastgan_crowd *crowd = g->crowd;
    const real *data = (const real *)crowd->data + position * crowd->d;
    const uint32_t *order = crowd->shuffle ? chunk_order(g, position, row) : NULL;
    const vec *z = g->latents + row * crowd->k * g->vectors;
    if (g->vectors == 1)
        step_lanes(g, data, order, z, m, 1);
    else
        step_lanes(g, data, order, z, m, CROWD_VECTORS);
}

/* Train the models side by side over a chunk whose random numbers are drawn. */
static void train_lanes(group *g, size_t position, size_t rows)
{
    const chunk_trainer few = few_trainer(g);
    size_t kept = 0;
    if (few) {
        record_kept(g, few(g, position, rows));
        return;
    }
    for (size_t row = 0, m; row < rows; row += m) {
        m = rows_of_batch(g->batch_size, g->crowd->n, position);
        step_group(g, position, row, m);
        if (is_recorded(g)) {
            if (g->batch_size > 1)
                record_group_step(g, m);
            else
                keep_logits(g, g->records + 3 * g->vectors * kept++);
        }
        position = position_after(position, m, g->crowd->n);
    }
    record_kept(g, kept);
}

#endif
