/* Training one model by the Slanted Land schedule with plain descent: the choice of a fast path,
 * and the segments between copies. */
#ifndef FASTGAN_TRAIN_H
#define FASTGAN_TRAIN_H

#include "memory/arrays.h"
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
    const size_t steps = steps_of_rows(n, run->batch_size, run->first_row, run->rows);
    fastgan_training segment = *run;
    real *copy = run->copies;
    size_t copied = 0;
    for (size_t done = 0, next; done < steps; done = next) {
        const size_t end = next_copy(run->copy_after, run->n_copies, copied);
        steps_taken taken = {.position = segment.first_row};
        next = end < steps ? end : steps;
        take_steps(&taken, NULL, n, run->batch_size, done, next - done, SIZE_MAX);
        segment.rows = taken.rows;
        const fastgan_status status = *run->stop ? FASTGAN_STOPPED : train_segment(&segment);
        if (status != FASTGAN_OK)
            return status;
        if (next == end) {
            copy = copy_numbers(copy, run->discriminator_weights, d);
            copy = copy_numbers(copy, run->discriminator_bias, 1);
            copy = copy_numbers(copy, run->generator_weights, k * d);
            copy = copy_numbers(copy, run->generator_biases, d);
            copied++;
        }
        pass_history(&segment.history, &segment.steps_to_record, run->record_every, next - done);
        segment.first_row = taken.position;
        segment.order = run->order ? segment.order + segment.rows : NULL;
        segment.latents = (const real *)segment.latents + segment.rows * k;
    }
    return FASTGAN_OK;
}

#endif
