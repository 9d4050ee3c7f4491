/* The counts of fastgan.h, for callers that provide the arrays of a training. */
#include <stdint.h>

#include "optimizers/moments.h"
#include "training/schedule.h"

size_t fastgan_moments(fastgan_optimizer optimizer) { return moments_of(optimizer); }

size_t fastgan_records(size_t steps, size_t steps_to_record, size_t record_every)
{
    return records_of_steps(steps, steps_to_record, record_every);
}

size_t fastgan_steps_of_epoch(size_t n, size_t batch_size) { return steps_of_epoch(n, batch_size); }

size_t fastgan_steps(const fastgan_training *run)
{
    const size_t n = run->n, m = rows_of_batch(run->batch_size, n, 0);
    const size_t left = n - run->first_row, first = run->rows < left ? run->rows : left;
    const size_t rest = run->rows - first;
    const int first_is_whole = first == left || first % m == 0;
    const int last_is_whole = rest % n % m == 0;
    return first_is_whole && last_is_whole ? steps_of_rows(n, m, run->first_row, run->rows) : 0;
}

size_t fastgan_rows(const fastgan_algorithm_training *run, size_t latents)
{
    steps_taken taken = {.position = run->first_row};
    const int enough = take_steps(&taken, run->algorithm, run->n, run->batch_size, run->first_step,
                                  run->steps, latents);
    return enough ? taken.rows : 0;
}

static size_t greatest_common_divisor(size_t a, size_t b)
{
    while (b) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

size_t fastgan_latents(const fastgan_crowd *crowd)
{
    const fastgan_algorithm *by = crowd->algorithm;
    const size_t n = crowd->n, m = rows_of_batch(crowd->batch_size, n, 0);
    const size_t rows = crowd->epochs * n, in_epoch = steps_of_epoch(n, m);
    if (!by || by->schedule != FASTGAN_ALTERNATING)
        return rows;
    /* One in `between` turns of G falls on the last batch of an epoch, which may be short. */
    const size_t turns = crowd->epochs * in_epoch / by->discriminator_steps;
    const size_t between = in_epoch / greatest_common_divisor(in_epoch, by->discriminator_steps);
    const size_t rows_of_turns = turns * m - turns / between * (in_epoch * m - n);
    if (rows_of_turns > (SIZE_MAX / 2 - rows) / by->generator_steps)
        return 0;
    return rows + rows_of_turns * by->generator_steps;
}
