/* A training by recipe: the loop over its steps, from copy to copy. */
#ifndef FASTGAN_TRAIN_BY_ALGORITHM_H
#define FASTGAN_TRAIN_BY_ALGORITHM_H

#include "training/copies.h"
#include "training/steps.h"

static fastgan_status train_in_recipe_workspace(recipe_workspace *ws)
{
    const fastgan_recipe_training *run = ws->run;
    const real *z = run->latents;
    size_t position = run->first_row, done = 0, to_record = run->steps_to_record, column = 0;
    for (size_t step = run->first_step; step < run->first_step + run->steps; step++) {
        const size_t left = run->n - position, g_moves = generator_moves(run->recipe, step);
        const size_t m = run->batch_size < left ? run->batch_size : left;
        take_batch(ws, done, position, m);
        if (*run->stop || !step_by_recipe(ws, z, m, g_moves))
            return FASTGAN_STOPPED;
        if (run->record_every) {
            if (to_record == 0) {
                record_recipe_step(ws, column++, m);
                to_record = run->record_every;
            }
            to_record--;
        }
        z += m * run->k * (1 + g_moves);
        done += m;
        position = position + m == run->n ? 0 : position + m;
    }
    return FASTGAN_OK;
}

static fastgan_status train_whole_by_recipe(const fastgan_recipe_training *run)
{
    recipe_workspace ws;
    if (!allocate_recipe(&ws, run))
        return FASTGAN_NO_MEMORY;
    begin_recipe(&ws);
    const fastgan_status status = train_in_recipe_workspace(&ws);
    if (status == FASTGAN_OK)
        end_recipe(&ws);
    free(ws.memory);
    return status;
}

static fastgan_status train_by_recipe(const fastgan_recipe_training *run)
{
    if (*run->stop)
        return FASTGAN_STOPPED;
    if (!run->n_copies)
        return train_whole_by_recipe(run);
    const size_t count = run->classes * (2 * run->d + 1) + run->k * run->d;
    fastgan_recipe_training piece = *run;
    real *copy = run->copies;
    size_t copied = 0;
    for (size_t done = 0; done < run->steps; done += piece.steps) {
        const size_t end = next_copy(run->copy_after, run->n_copies, copied);
        size_t rows = 0, latents = 0, position = piece.first_row;
        piece.steps = (end < run->steps ? end : run->steps) - done;
        for (size_t step = 0; step < piece.steps; step++) {
            const size_t m = rows_of_batch(run->batch_size, run->n, position);
            rows += m;
            latents += m + m * generator_moves(run->recipe, piece.first_step + step);
            position = position + m == run->n ? 0 : position + m;
        }
        const fastgan_status status = *run->stop ? FASTGAN_STOPPED : train_whole_by_recipe(&piece);
        if (status != FASTGAN_OK)
            return status;
        if (done + piece.steps == end) {
            copy = copy_numbers(copy, run->parameters, count);
            copied++;
        }
        pass_history(&piece.history, &piece.steps_to_record, run->record_every, piece.steps);
        piece.first_row = position;
        piece.first_step += piece.steps;
        piece.order = run->order ? piece.order + rows : NULL;
        piece.latents = (const real *)piece.latents + latents * run->k;
    }
    return FASTGAN_OK;
}

#endif
