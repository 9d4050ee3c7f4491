/* Copies of the parameters after some of the steps: a run is trained segment by segment, each of which
 * begins where the one before has ended, so that no bit is another than without copies.
 */
#ifndef FASTGAN_COPIES_H
#define FASTGAN_COPIES_H

#include "arithmetic/build.h"
#include "memory/arrays.h"
#include "training/schedule.h"

/* Move the history past the columns that `steps` steps filled. */
static void pass_history(void **history, size_t *to_record, size_t record_every, size_t steps)
{
    const size_t columns = pass_steps(steps, to_record, record_every);
    if (columns) /* there may be no room at all, and no pointer to move */
        *history = (real *)*history + columns;
}

/* After which step the next copy is made, if there is one. */
static size_t next_copy(const int64_t *copy_after, size_t n_copies, size_t copied)
{
    return copied < n_copies ? (size_t)copy_after[copied] : SIZE_MAX;
}

#endif
