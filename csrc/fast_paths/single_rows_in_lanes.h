/* Mini-batches of one row for a group of models with few features and one latent dimension: Slanted
 * Land's own case. The parameters stay in the first cache, or in registers, and loops over features
 * are unrolled.
 *
 * A derivative is a single term here, not a sum. So where it is -(1 - D), the minus can be moved
 * out of the products and the step becomes an addition, with the same bits.
 *
 * Throughput is what counts, so many sigmoids are computed at a time: those of the pictures, which
 * wait for nothing, together with D's of the real row.
 */
#ifndef FASTGAN_SINGLE_ROWS_IN_LANES_H
#define FASTGAN_SINGLE_ROWS_IN_LANES_H

#include "lanes/forward.h"

#define CROWD_FEW_FEATURES 4
#define CROWD_FEW (CROWD_FEW_FEATURES * FEW_VECTORS)

/* b + the sum over j of x_j w_j for d <= 4: (0 + 2) + (1 + 3). */
ALWAYS_INLINE vec few_logit(const vec *terms, vec b, int d)
{
    if (d == 1)
        return b + terms[0];
    if (d == 2)
        return b + (terms[0] + terms[1]);
    if (d == 3)
        return b + ((terms[0] + terms[2]) + terms[1]);
    return b + ((terms[0] + terms[2]) + (terms[1] + terms[3]));
}

/* The parameters that a chunk moves, and the numbers of a step. Unlike in a group's arrays, all
 * features of a vector of lanes are next to each other, so that the sigmoids of the first vector
 * are ready when its turn comes. */
typedef struct {
    vec w[CROWD_FEW], b[FEW_VECTORS], weights[CROWD_FEW], biases[CROWD_FEW];
    vec discriminator_learning_rates[FEW_VECTORS], generator_learning_rates[FEW_VECTORS];
    /* The numbers of a step, for each vector: D's logit of the real row and G's pre-activations
     * (d,); their sigmoids p and q = 1 - p; D's logits of G's pictures, before and after its
     * move. */
    vec a[CROWD_FEW + FEW_VECTORS], p[CROWD_FEW + FEW_VECTORS], q[CROWD_FEW + FEW_VECTORS];
    vec fake_logits[FEW_VECTORS], g_logits[FEW_VECTORS];
} few_lanes;

/* A real row in lanes: feature j of vector v is x[j * feature + v * vector], where `vector` is 0 if
 * all models have the same row. */
typedef struct {
    const vec *x;
    size_t feature, vector;
} few_row;

ALWAYS_INLINE few_row few_real_row(group *g, size_t position, size_t row, int d)
{
    if (g->crowd->shuffle) {
        gather_rows(g, chunk_order(g, position, row), 1);
        return (few_row){g->reals, g->vectors, 1};
    }
    const real *data = (const real *)g->crowd->data + position * (size_t)d;
    for (int j = 0; j < d; j++)
        g->reals[j] = WIDE(broadcast)(data[j]);
    return (few_row){g->reals, 1, 0};
}

ALWAYS_INLINE vec few_number(few_row row, int j, int v)
{
    return row.x[(size_t)j * row.feature + (size_t)v * row.vector];
}

/* The logit of a real row, and the pre-activations of a picture. */
ALWAYS_INLINE void few_begin(few_lanes *f, few_row x, const vec *z, int d, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        vec terms[CROWD_FEW_FEATURES], *a = f->a + v * (d + 1);
        for (int j = 0; j < d; j++) {
            terms[j] = few_number(x, j, v) * f->w[v * d + j];
            a[1 + j] = f->biases[v * d + j] + z[v] * f->weights[v * d + j];
        }
        a[0] = few_logit(terms, f->b[v], d);
    }
}

/* D moves on the real row x, by -(1 - D), and scores G's pictures. */
ALWAYS_INLINE void few_real_move(few_lanes *f, few_row x, int d, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        vec terms[CROWD_FEW_FEATURES], *w = f->w + v * d;
        const vec rate = f->discriminator_learning_rates[v], delta = f->q[v * (d + 1)];
        for (int j = 0; j < d; j++) {
            w[j] = w[j] + rate * (delta * few_number(x, j, v));
            terms[j] = f->p[v * (d + 1) + 1 + j] * w[j];
        }
        f->b[v] = f->b[v] + rate * delta;
        f->fake_logits[v] = few_logit(terms, f->b[v], d);
    }
}

/* D moves on G's pictures, and scores them again and the next real row too. */
ALWAYS_INLINE void few_fake_move(few_lanes *f, const vec *deltas, few_row next, int d, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        vec terms[CROWD_FEW_FEATURES], real_terms[CROWD_FEW_FEATURES], *w = f->w + v * d;
        const vec rate = f->discriminator_learning_rates[v], *fake = f->p + v * (d + 1) + 1;
        for (int j = 0; j < d; j++) {
            w[j] = w[j] - rate * (deltas[v] * fake[j]);
            terms[j] = fake[j] * w[j];
            real_terms[j] = few_number(next, j, v) * w[j];
        }
        f->b[v] = f->b[v] - rate * deltas[v];
        f->g_logits[v] = few_logit(terms, f->b[v], d);
        f->a[v * (d + 1)] = few_logit(real_terms, f->b[v], d);
    }
}

/* G moves on its latents z, by -(1 - D), and starts on the next ones. */
ALWAYS_INLINE void few_generator_move(few_lanes *f, const vec *deltas, const vec *z,
                                      const vec *next, int d, int vectors)
{
    for (int v = 0; v < vectors; v++)
        for (int j = 0; j < d; j++) {
            const int i = v * d + j, at = v * (d + 1) + 1 + j;
            const vec derivative = deltas[v] * (f->w[i] * (f->p[at] * f->q[at]));
            const vec weight = f->weights[i] + f->generator_learning_rates[v] * (z[v] * derivative);
            const vec bias = f->biases[i] + f->generator_learning_rates[v] * derivative;
            f->weights[i] = weight;
            f->biases[i] = bias;
            f->a[at] = bias + next[v] * weight;
        }
}

ALWAYS_INLINE void few_load(few_lanes *f, const group *g, int d, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        for (int j = 0; j < d; j++) {
            f->w[v * d + j] = w_of(g)[j * vectors + v];
            f->weights[v * d + j] = g_weights_of(g)[j * vectors + v];
            f->biases[v * d + j] = g_biases_of(g)[j * vectors + v];
        }
        f->b[v] = b_of(g)[v];
        f->discriminator_learning_rates[v] = g->discriminator_learning_rates[v];
        f->generator_learning_rates[v] = g->generator_learning_rates[v];
    }
}

ALWAYS_INLINE void few_store(const few_lanes *f, const group *g, int d, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        for (int j = 0; j < d; j++) {
            w_of(g)[j * vectors + v] = f->w[v * d + j];
            g_weights_of(g)[j * vectors + v] = f->weights[v * d + j];
            g_biases_of(g)[j * vectors + v] = f->biases[v * d + j];
        }
        b_of(g)[v] = f->b[v];
    }
}

/* Train a chunk. Returns the number of steps whose logits are kept to be recorded. */
ALWAYS_INLINE size_t train_few_lanes(group *g, size_t position, size_t rows, int d, int vectors)
{
    few_lanes f;
    size_t kept = 0;
    const vec *z = g->latents;
    few_load(&f, g, d, vectors);
    few_row x = few_real_row(g, position, 0, d);
    few_begin(&f, x, z, d, vectors);
    for (size_t row = 0; row < rows; row++) {
        /* After the last row, the same row and latents are taken again, to no effect. */
        const size_t step = row + 1 < rows;
        const vec *next_z = z + step * (size_t)vectors;
        vec p[FEW_VECTORS], one_minus_p[FEW_VECTORS];
        vec *record = is_recorded(g) ? g->records + 3 * (size_t)vectors * kept++ : NULL;
        for (int v = 0; v < vectors && record; v++)
            record[v] = f.a[v * (d + 1)];
        WIDE(sigmoid_each)(f.a, f.p, f.q, (d + 1) * vectors);
        few_real_move(&f, x, d, vectors);
        WIDE(sigmoid_each)(f.fake_logits, p, one_minus_p, vectors);
        position = position_after(position, step, g->crowd->n);
        x = few_real_row(g, position, row + step, d);
        few_fake_move(&f, p, x, d, vectors);
        WIDE(sigmoid_each)(f.g_logits, p, one_minus_p, vectors);
        few_generator_move(&f, one_minus_p, z, next_z, d, vectors);
        for (int v = 0; v < vectors && record; v++) {
            record[vectors + v] = f.fake_logits[v];
            record[2 * vectors + v] = f.g_logits[v];
        }
        z = next_z;
    }
    few_store(&f, g, d, vectors);
    return kept;
}

/* One loop is compiled for each number of features and of vectors. */
#define DEFINE_FEW(d)                                                            \
    static size_t train_few_##d##_narrow(group *g, size_t position, size_t rows) \
    {                                                                            \
        return train_few_lanes(g, position, rows, d, 1);                         \
    }                                                                            \
    static size_t train_few_##d##_wide(group *g, size_t position, size_t rows)   \
    {                                                                            \
        return train_few_lanes(g, position, rows, d, CROWD_VECTORS);             \
    }
DEFINE_FEW(1)
DEFINE_FEW(2)
DEFINE_FEW(3)
DEFINE_FEW(4)

#if FEW_VECTORS > CROWD_VECTORS
#define DEFINE_WIDEST(d)                                                         \
    static size_t train_few_##d##_widest(group *g, size_t position, size_t rows) \
    {                                                                            \
        return train_few_lanes(g, position, rows, d, FEW_VECTORS);               \
    }
DEFINE_WIDEST(1)
DEFINE_WIDEST(2)
DEFINE_WIDEST(3)
DEFINE_WIDEST(4)
#define WIDEST(d) train_few_##d##_widest
#else
#define WIDEST(d) NULL
#endif

typedef size_t (*chunk_trainer)(group *g, size_t position, size_t rows);

static int has_few_lanes(const fastgan_crowd *crowd)
{
    return crowd->d <= CROWD_FEW_FEATURES && crowd->k == 1 &&
           (crowd->batch_size == 1 || crowd->n == 1);
}

/* The loop for the sizes of a group, or NULL if only batches_in_lanes.h supports them. */
static chunk_trainer few_trainer(const group *g)
{
    static const chunk_trainer trainers[CROWD_FEW_FEATURES][3] = {
        {train_few_1_narrow, train_few_1_wide, WIDEST(1)},
        {train_few_2_narrow, train_few_2_wide, WIDEST(2)},
        {train_few_3_narrow, train_few_3_wide, WIDEST(3)},
        {train_few_4_narrow, train_few_4_wide, WIDEST(4)},
    };
    if (!has_few_lanes(g->crowd))
        return NULL;
    return trainers[g->crowd->d - 1][(g->vectors > 1) + (g->vectors > CROWD_VECTORS)];
}

#endif
