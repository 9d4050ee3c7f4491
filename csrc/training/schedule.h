/* Counts of the steps, rows, latents and records of a training, for all of C and Cython.
 *
 * A step takes a batch of rows; the last batch of an epoch may be short. A step takes one latent
 * vector for each row and, in G's turn of the alternating schedule, one more for each row and move
 * of G. Without an algorithm (NULL) G has no such turns.
 */
#ifndef FASTGAN_SCHEDULE_H
#define FASTGAN_SCHEDULE_H

#include "include/fastgan.h"

static inline size_t divided_up(size_t count, size_t by) { return count / by + (count % by != 0); }

/* Rows of the batch that begins at row `position` of an epoch of n rows. */
static inline size_t rows_of_batch(size_t batch_size, size_t n, size_t position)
{
    return batch_size < n - position ? batch_size : n - position;
}

/* The position in its epoch of the row that follows a batch of m rows. */
static inline size_t position_after(size_t position, size_t m, size_t n)
{
    return position + m == n ? 0 : position + m;
}

static inline size_t steps_of_epoch(size_t n, size_t batch_size)
{
    return divided_up(n, batch_size);
}

/* Steps that take `rows` rows, which begin with a batch, at row `position` of an epoch. */
static inline size_t steps_of_rows(size_t n, size_t batch_size, size_t position, size_t rows)
{
    const size_t first = rows < n - position ? rows : n - position, rest = rows - first;
    return divided_up(first, batch_size) + rest / n * steps_of_epoch(n, batch_size) +
           divided_up(rest % n, batch_size);
}

/* Moves of G in its turn of the alternating schedule; 0 where the step ends without one. */
static inline size_t generator_moves(const fastgan_algorithm *algorithm, size_t step)
{
    if (!algorithm || algorithm->schedule != FASTGAN_ALTERNATING)
        return 0;
    return (step + 1) % algorithm->discriminator_steps == 0 ? algorithm->generator_steps : 0;
}

static inline size_t latents_of_step(const fastgan_algorithm *algorithm, size_t step, size_t m)
{
    return m + m * generator_moves(algorithm, step);
}

typedef struct {
    size_t rows, latents; /* taken by the steps */
    size_t position;      /* of the next row in its epoch */
} steps_taken;

/* Take `steps` more steps, the first of which has number `step` in the training. Returns 0 where
 * they bring the latents to more than `most`. */
static inline int take_steps(steps_taken *taken, const fastgan_algorithm *algorithm, size_t n,
                             size_t batch_size, size_t step, size_t steps, size_t most)
{
    for (; steps; steps--, step++) {
        const size_t m = rows_of_batch(batch_size, n, taken->position);
        const size_t moves = generator_moves(algorithm, step), left = most - taken->latents;
        if (m > left || (moves && moves > (left - m) / m))
            return 0;
        taken->rows += m;
        taken->latents += m + m * moves;
        taken->position = position_after(taken->position, m, n);
    }
    return 1;
}

/* Records made in `steps` steps: the first one `to_record` steps from now, then one every `every`
 * steps; none if `every` is 0. */
static inline size_t records_of_steps(size_t steps, size_t to_record, size_t every)
{
    return every && steps > to_record ? (steps - to_record - 1) / every + 1 : 0;
}

/* Records made in `steps` steps; updates `to_record` for the steps that follow. */
static inline size_t pass_steps(size_t steps, size_t *to_record, size_t every)
{
    const size_t records = records_of_steps(steps, *to_record, every);
    if (every)
        *to_record += records * every - steps;
    return records;
}

/* Return whether the next step is recorded. Must be called once a step. */
static inline int next_is_recorded(size_t *to_record, size_t every)
{
    if (!every)
        return 0;
    const int recorded = *to_record == 0;
    if (recorded)
        *to_record = every;
    (*to_record)--;
    return recorded;
}

#endif
