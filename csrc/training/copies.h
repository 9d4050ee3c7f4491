/* Copies of the parameters after some of the steps: a run is trained in segments between copies,
 * each of which continues the previous one, so that copies change no bit of the result.
 */
#ifndef FASTGAN_COPIES_H
#define FASTGAN_COPIES_H

#include "arithmetic/build.h"
#include "training/schedule.h"

/* Advance the history by the columns that `steps` steps filled. */
static void pass_history(void **history, size_t *to_record, size_t record_every, size_t steps)
{
    const size_t columns = pass_steps(steps, to_record, record_every);
    if (columns) /* without room for records there is no pointer to advance */
        *history = (real *)*history + columns;
}

/* The number of steps after which the next copy is made; SIZE_MAX after the last. */
static size_t next_copy(const int64_t *copy_after, size_t n_copies, size_t copied)
{
    return copied < n_copies ? (size_t)copy_after[copied] : SIZE_MAX;
}

#endif
