/* Copies of the parameters after some of the steps: a run is trained piece by piece, each of which
 * begins where the one before has ended, so that no bit is another than without copies.
 */

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

static fastgan_status train(const fastgan_training *run)
{
    if (*run->stop)
        return FASTGAN_STOPPED;
    if (!run->n_copies)
        return train_whole(run);
    const size_t n = run->n, d = run->d, k = run->k;
    fastgan_training piece = *run;
    real *copy = run->copies;
    size_t step = 0, copied = 0;
    for (size_t done = 0; done < run->rows; done += piece.rows) {
        const size_t first = step, end = next_copy(run->copy_after, run->n_copies, copied);
        size_t position = piece.first_row;
        for (piece.rows = 0; step < end && done + piece.rows < run->rows; step++) {
            const size_t m = rows_of_batch(run->batch_size, n, position);
            piece.rows += m;
            position = position + m == n ? 0 : position + m;
        }
        const fastgan_status status = *run->stop ? FASTGAN_STOPPED : train_whole(&piece);
        if (status != FASTGAN_OK)
            return status;
        if (step == end) {
            copy = copy_numbers(copy, run->discriminator_weights, d);
            copy = copy_numbers(copy, run->discriminator_bias, 1);
            copy = copy_numbers(copy, run->generator_weights, k * d);
            copy = copy_numbers(copy, run->generator_biases, d);
            copied++;
        }
        pass_history(&piece.history, &piece.steps_to_record, run->record_every, step - first);
        piece.first_row = position;
        piece.order = run->order ? piece.order + piece.rows : NULL;
        piece.latents = (const real *)piece.latents + piece.rows * k;
    }
    return FASTGAN_OK;
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
