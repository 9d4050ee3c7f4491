/* The Slanted Land schedule with plain descent for one model, from copy to copy. */
#ifndef FASTGAN_TRAIN_H
#define FASTGAN_TRAIN_H

#include "fast_paths/batches.h"
#include "fast_paths/single_rows.h"
#include "training/copies.h"

static fastgan_status train_segment(const fastgan_training *run)
{
    return has_few_features(run) ? train_few_features(run) : train_batches(run);
}

static fastgan_status train(const fastgan_training *run)
{
    if (*run->stop)
        return FASTGAN_STOPPED;
    if (!run->n_copies)
        return train_segment(run);
    const size_t n = run->n, d = run->d, k = run->k;
    fastgan_training segment = *run;
    real *copy = run->copies;
    size_t step = 0, copied = 0;
    for (size_t done = 0; done < run->rows; done += segment.rows) {
        const size_t first = step, end = next_copy(run->copy_after, run->n_copies, copied);
        size_t position = segment.first_row;
        for (segment.rows = 0; step < end && done + segment.rows < run->rows; step++) {
            const size_t m = rows_of_batch(run->batch_size, n, position);
            segment.rows += m;
            position = position + m == n ? 0 : position + m;
        }
        const fastgan_status status = *run->stop ? FASTGAN_STOPPED : train_segment(&segment);
        if (status != FASTGAN_OK)
            return status;
        if (step == end) {
            copy = copy_numbers(copy, run->discriminator_weights, d);
            copy = copy_numbers(copy, run->discriminator_bias, 1);
            copy = copy_numbers(copy, run->generator_weights, k * d);
            copy = copy_numbers(copy, run->generator_biases, d);
            copied++;
        }
        pass_history(&segment.history, &segment.steps_to_record, run->record_every, step - first);
        segment.first_row = position;
        segment.order = run->order ? segment.order + segment.rows : NULL;
        segment.latents = (const real *)segment.latents + segment.rows * k;
    }
    return FASTGAN_OK;
}

#endif
