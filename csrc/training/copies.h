/* Copies of the parameters after some of the steps: a run is trained segment by segment, each of which
 * begins where the one before has ended, so that no bit is another than without copies.
 */
#ifndef FASTGAN_COPIES_H
#define FASTGAN_COPIES_H

#include "arithmetic/build.h"
#include "memory/arrays.h"

static size_t rows_of_batch(size_t batch_size, size_t n, size_t position)
{
    return batch_size < n - position ? batch_size : n - position;
}

/* So many steps later: past the columns that they filled. */
static void pass_history(void **history, size_t *to_record, size_t record_every, size_t steps)
{
    if (!record_every)
        return;
    const size_t columns = steps > *to_record ? (steps - *to_record - 1) / record_every + 1 : 0;
    if (columns) /* there may be no room at all, and no pointer to move */
        *history = (real *)*history + columns;
    *to_record += columns * record_every - steps;
}

/* After which step the next copy is made, if there is one. */
static size_t next_copy(const int64_t *copy_after, size_t n_copies, size_t copied)
{
    return copied < n_copies ? (size_t)copy_after[copied] : SIZE_MAX;
}

#endif
