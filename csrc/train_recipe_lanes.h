/* Steps of a group of models by recipe: the schedules of train_recipes.h, and what is recorded. */

/* Rows of a step: real ones in lanes, with their classes, and latents for G. */
typedef struct {
    const int64_t *labels; /* (m,) or NULL */
    const vec *z;          /* (m, k), as many again for each move of G in its turn */
    size_t m, g_moves;
} lane_batch;

/* D's logits of G's pictures. */
ALWAYS_INLINE void score_pictures(group *g, const lane_batch *b, vec *logits, size_t vectors)
{
    score_rows(g, (row_batch){NULL, g->fakes}, 1, b->labels, b->m, logits, vectors);
}

ALWAYS_INLINE void score_real_rows(group *g, const lane_batch *b, size_t vectors)
{
    score_rows(g, (row_batch){NULL, g->reals}, 1, b->labels, b->m, g->real_logits, vectors);
}

ALWAYS_INLINE void sequential_lanes(group *g, const lane_batch *b, size_t vectors)
{
    score_real_rows(g, b, vectors);
    d_gradient_lanes(g, g->reals, g->real_logits, OF_REALS, b->labels, b->m, g->gradient, vectors);
    add_penalties_in_lanes(g, 1, 0, vectors);
    move_d_lanes(g, vectors);
    draw_pictures(g, b->z, b->labels, b->m, vectors);
    score_pictures(g, b, g->fake_logits, vectors);
    d_gradient_lanes(g, g->fakes, g->fake_logits, OF_FAKES, b->labels, b->m, g->gradient, vectors);
    add_penalties_in_lanes(g, 0, 1, vectors);
    move_d_lanes(g, vectors);
    score_pictures(g, b, g->g_logits, vectors);
    g_gradient_lanes(g, g->g_logits, b->z, b->labels, b->m, vectors);
    move_g_lanes(g, vectors);
}

/* D's gradient on real rows and G's pictures together. */
ALWAYS_INLINE void joint_gradient_lanes(group *g, const lane_batch *b, size_t vectors)
{
    const size_t count = g->crowd->classes * (g->crowd->d + 1) * vectors;
    draw_pictures(g, b->z, b->labels, b->m, vectors);
    score_real_rows(g, b, vectors);
    score_pictures(g, b, g->fake_logits, vectors);
    d_gradient_lanes(g, g->reals, g->real_logits, OF_REALS, b->labels, b->m, g->gradient, vectors);
    d_gradient_lanes(g, g->fakes, g->fake_logits, OF_FAKES, b->labels, b->m, g->more, vectors);
    for (size_t i = 0; i < count; i++)
        g->gradient[i] = g->gradient[i] + g->more[i];
    add_penalties_in_lanes(g, 1, 1, vectors);
}

/* The scores for G that are recorded are those of its first move, NaN where it has none. */
ALWAYS_INLINE void alternating_lanes(group *g, const lane_batch *b, size_t vectors)
{
    const vec *z = b->z;
    joint_gradient_lanes(g, b, vectors);
    move_d_lanes(g, vectors);
    fill_lanes(g->g_logits, (real)NAN, b->m * vectors);
    for (size_t move = 0; move < b->g_moves; move++) {
        vec *logits = move ? g->later_logits : g->g_logits;
        z += b->m * g->crowd->k * vectors;
        draw_pictures(g, z, b->labels, b->m, vectors);
        score_pictures(g, b, logits, vectors);
        g_gradient_lanes(g, logits, z, b->labels, b->m, vectors);
        move_g_lanes(g, vectors);
    }
}

ALWAYS_INLINE void simultaneous_lanes(group *g, const lane_batch *b, size_t vectors)
{
    joint_gradient_lanes(g, b, vectors);
    g_gradient_lanes(g, g->fake_logits, b->z, b->labels, b->m, vectors);
    move_d_lanes(g, vectors);
    move_g_lanes(g, vectors);
    memcpy(g->g_logits, g->fake_logits, b->m * vectors * sizeof(vec));
}

/* The means over a batch of losses and probabilities, a column of each model's history. */
ALWAYS_INLINE void record_lanes(group *g, size_t m, size_t vectors)
{
    const size_t stride = g->crowd->records;
    for (size_t v = 0; v < vectors; v++) {
        vec means[5];
        fill_lanes(means, NO_TERM, 5);
        for (size_t i = v; i < m * vectors; i += vectors) {
            means[0] = means[0] + WIDE(real_loss)(&g->r, g->real_logits[i]);
            means[1] = means[1] + WIDE(fake_loss)(&g->r, g->fake_logits[i]);
            means[2] = means[2] + WIDE(generator_loss)(&g->r, g->g_logits[i]);
            means[3] = means[3] + WIDE(sigmoid)(g->real_logits[i]).p;
            means[4] = means[4] + WIDE(sigmoid)(g->fake_logits[i]).p;
        }
        for (size_t i = 0; i < 5; i++) {
            real mean[LANES];
            WIDE(store)(mean, means[i] / (real)m);
            for (size_t lane = v * LANES; lane < (v + 1) * LANES && lane < g->models; lane++)
                if (!g->dead[lane])
                    history_of(g, lane)[i * stride + g->records_made] = mean[lane - v * LANES];
        }
    }
    g->records_made++;
}

/* The real rows of a batch that begins with `position` in its epoch, and what else they have. */
static void take_lane_batch(group *g, lane_batch *b, size_t position, size_t row)
{
    const fastgan_crowd *crowd = g->crowd;
    const real *data = (const real *)crowd->data + position * crowd->d;
    b->labels = crowd->classes > 1 ? crowd->labels + position : NULL;
    if (crowd->shuffle)
        gather_rows(g, chunk_order(g, position, row), b->m);
    else
        for (size_t i = 0; i < b->m * crowd->d; i++)
            fill_lanes(g->reals + i * g->vectors, data[i], g->vectors);
    for (size_t c = 0; c < crowd->classes; c++)
        g->shares[c] = 0;
    for (size_t i = 0; i < b->m; i++)
        g->shares[class_of(b->labels, i)] += 1;
    for (size_t c = 0; c < crowd->classes; c++)
        g->shares[c] = g->shares[c] / (real)b->m;
}

ALWAYS_INLINE void step_lanes_by_recipe(group *g, const lane_batch *b, size_t vectors)
{
    const fastgan_schedule schedule = g->crowd->recipe->schedule;
    if (schedule == FASTGAN_SEQUENTIAL)
        sequential_lanes(g, b, vectors);
    else if (schedule == FASTGAN_ALTERNATING)
        alternating_lanes(g, b, vectors);
    else
        simultaneous_lanes(g, b, vectors);
    if (is_recorded(g))
        record_lanes(g, b->m, vectors);
}

/* Train the models side by side over a chunk that is drawn. */
static void train_recipe_lanes(group *g, size_t step, size_t position, size_t rows)
{
    lane_batch b = {.z = g->latents};
    for (size_t row = 0; row < rows; row += b.m, step++) {
        const size_t left = g->crowd->n - position;
        b.m = g->batch_size < left ? g->batch_size : left;
        b.g_moves = generator_moves(g->crowd->recipe, step);
        take_lane_batch(g, &b, position, row);
        if (g->vectors == 1)
            step_lanes_by_recipe(g, &b, 1);
        else
            step_lanes_by_recipe(g, &b, CROWD_VECTORS);
        b.z += (1 + b.g_moves) * b.m * g->crowd->k * g->vectors;
        position = position + b.m == g->crowd->n ? 0 : position + b.m;
    }
}
