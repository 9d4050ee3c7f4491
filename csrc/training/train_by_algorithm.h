/* Training one model by an algorithm: the loop over the steps, and the segments between copies. */
#ifndef FASTGAN_TRAIN_BY_ALGORITHM_H
#define FASTGAN_TRAIN_BY_ALGORITHM_H

#include <stdlib.h>

#include "memory/arrays.h"
#include "training/copies.h"
#include "training/steps.h"

static fastgan_status train_steps(workspace *ws)
{
    const fastgan_algorithm_training *run = ws->run;
    const real *z = run->latents;
    size_t position = run->first_row, done = 0, to_record = run->steps_to_record, column = 0;
    for (size_t step = run->first_step; step < run->first_step + run->steps; step++) {
        const size_t g_moves = generator_moves(run->algorithm, step);
        const size_t m = rows_of_batch(run->batch_size, run->n, position);
        take_batch(ws, done, position, m);
        if (*run->stop || !step_by_algorithm(ws, z, m, g_moves))
            return FASTGAN_STOPPED;
        if (next_is_recorded(&to_record, run->record_every))
            record_step(ws, column++, m);
        z += m * run->k * (1 + g_moves);
        done += m;
        position = position_after(position, m, run->n);
    }
    return FASTGAN_OK;
}

static fastgan_status train_segment_by_algorithm(const fastgan_algorithm_training *run)
{
    workspace ws;
    if (!allocate_workspace(&ws, run))
        return FASTGAN_NO_MEMORY;
    load_state(&ws);
    const fastgan_status status = train_steps(&ws);
    if (status == FASTGAN_OK)
        store_state(&ws);
    free(ws.memory);
    return status;
}

static fastgan_status train_by_algorithm(const fastgan_algorithm_training *run)
{
    if (*run->stop)
        return FASTGAN_STOPPED;
    if (!run->n_copies)
        return train_segment_by_algorithm(run);
    const size_t count = run->places.size;
    fastgan_algorithm_training segment = *run;
    real *copy = run->copies;
    size_t copied = 0;
    for (size_t done = 0; done < run->steps; done += segment.steps) {
        const size_t end = next_copy(run->copy_after, run->n_copies, copied);
        steps_taken taken = {.position = segment.first_row};
        segment.steps = (end < run->steps ? end : run->steps) - done;
        take_steps(&taken, run->algorithm, run->n, run->batch_size, segment.first_step,
                   segment.steps, SIZE_MAX);
        const fastgan_status status =
            *run->stop ? FASTGAN_STOPPED : train_segment_by_algorithm(&segment);
        if (status != FASTGAN_OK)
            return status;
        if (done + segment.steps == end) {
            copy = copy_numbers(copy, run->parameters, count);
            copied++;
        }
        pass_history(&segment.history, &segment.steps_to_record, run->record_every, segment.steps);
        segment.first_row = taken.position;
        segment.first_step += segment.steps;
        segment.order = run->order ? segment.order + taken.rows : NULL;
        segment.latents = (const real *)segment.latents + taken.latents * run->k;
    }
    return FASTGAN_OK;
}

#endif
