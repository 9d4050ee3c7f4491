/* A group: models of a crowd side by side in vector lanes, as a structure of arrays. Each number of
 * a model has its own vectors, and a model is in the same lane of all of them. With 2 vectors of 4
 * lanes, an array of the group holds 8 models:
 *
 *                     vector 0 (LANES = 4)        vector 1
 *                   lane 0   1    2    3       lane 0   1    2    3
 *                 +------+----+----+------+  +------+----+----+------+
 *     number 0    | m0   | m1 | m2 | m3   |  | m4   | m5 | m6 | m7   |   array[0], array[1]
 *                 +------+----+----+------+  +------+----+----+------+
 *     number 1    | m0   | m1 | m2 | m3   |  | m4   | m5 | m6 | m7   |   array[2], array[3]
 *                 +------+----+----+------+  +------+----+----+------+
 *     number i    | m0   | m1 | m2 | m3   |  | m4   | m5 | m6 | m7   |   array[i * vectors + v]
 *                 +------+----+----+------+  +------+----+----+------+
 *
 * Number i of the model in lane l of vector v is array[i * vectors + v][l]; seen as an array of
 * numbers, it is numbers[i * lanes + v * LANES + l]. Lanes past the last model repeat the first
 * model's work.
 *
 * A group has one vector of lanes, or CROWD_VECTORS or FEW_VECTORS of them to hide latencies. Large
 * models are faster alone, with their features side by side: then the group has one lane and no
 * vectors.
 */
#ifndef FASTGAN_GROUP_H
#define FASTGAN_GROUP_H

#include "arithmetic/widths.h"
#include "memory/arena.h"
#include "memory/limits.h"
#include "optimizers/moments.h"
#include "training/algorithm.h"
#include "training/schedule.h"

#define CROWD_VECTORS 4
/* Vectors of models with few features; with AVX-512 eight were no faster than four. */
#if defined(__AVX512F__)
#define FEW_VECTORS CROWD_VECTORS
#else
#define FEW_VECTORS 8
#endif
#define CROWD_LANES (FEW_VECTORS * LANES)
#define CROWD_CHUNK_BYTES 32768  /* bytes of latents that are drawn together and stay in the
                                    caches */
#define ALONE_CHUNK_BYTES 262144 /* more for a model alone, whose parameters are copied each time */

typedef struct {
    const fastgan_crowd *crowd;
    size_t vectors, lanes;
    size_t first, models;          /* the group's models in the crowd, at most as many as lanes */
    size_t batch_size, chunk_rows; /* largest numbers of rows of a batch and of a chunk */
    size_t parameter_count;        /* of a model */
    size_t state_count;            /* parameters and moments of a model */
    size_t latents_of_row;         /* largest number of latents of a row in a step */
    algorithm algorithm;           /* unless the crowd has none */
    fastgan_stream streams[CROWD_LANES];
    int ended[CROWD_LANES];        /* whether the model has ended, or there is none */
    vec discriminator_learning_rates[FEW_VECTORS], generator_learning_rates[FEW_VECTORS];
    vec *parameters;               /* (state,) as in the crowd, followed by the moments */
    real powers[4];                /* powers of Adam's betas: two for D, then two for G */
    vec *before;                   /* (state,) before the chunk */
    real powers_before[4];
    vec *epoch;                    /* (parameters,) at the end of the previous epoch */
    size_t unchanged_epochs[CROWD_LANES]; /* epochs in a row that hardly changed them */
    vec *latents;                  /* (latents of a chunk, k) */
    vec *reals, *fakes, *slopes;   /* (batch, d) */
    vec *real_logits, *fake_logits, *g_logits, *later_logits, *deltas; /* (batch,) */
    vec *records;                  /* (steps of a chunk, 3) logits to be recorded after it */
    vec *gradient;                 /* (parameters,) with an algorithm, as is the next */
    vec *second_gradient;          /* (parameters of D,), to be added to the first */
    real *shares;                  /* (classes,) fractions of the batch's rows */
    uint32_t *order;               /* (rows of an epoch or of a chunk, lanes) */
    double *numbers;               /* (DRAWN_AT_ONCE,) or (lanes, parameters), as drawn */
    size_t records_made;           /* columns of the history that are filled */
    size_t to_record;              /* steps until the next record */
    real *one;                     /* scratch space for a model of its own: see diverge */
    int64_t *one_order;
    void *memory;
} group;

#define DRAWN_AT_ONCE 1024

static size_t latents_of_row(const fastgan_crowd *crowd)
{
    const fastgan_algorithm *r = crowd->algorithm;
    return r && r->schedule == FASTGAN_ALTERNATING ? 1 + r->generator_steps : 1;
}

/* The number of rows of a chunk, which are whole epochs or whole batches of one epoch: parts of an
 * epoch if a snapshot falls within one, at most an epoch if models may end after each. */
static size_t rows_of_chunk(const fastgan_crowd *crowd, size_t m, size_t lanes)
{
    const size_t in_epoch = steps_of_epoch(crowd->n, m);
    const int is_cut = crowd->n_snapshots > 1 && crowd->snapshot_every % in_epoch;
    const size_t row_bytes = latents_of_row(crowd) * crowd->k * lanes * sizeof(real);
    const size_t bytes = lanes == 1 ? ALONE_CHUNK_BYTES : CROWD_CHUNK_BYTES;
    const size_t rows = bytes / row_bytes, epochs = rows / crowd->n;
    if (epochs && is_cut)
        return (crowd->n - 1) / m * m;
    if (epochs && crowd->patience)
        return crowd->n;
    if (epochs)
        return crowd->n * (epochs < crowd->epochs ? epochs : crowd->epochs);
    return rows > m ? rows / m * m : m;
}

static void lay_out_group(group *g, arena *memory)
{
    const fastgan_crowd *crowd = g->crowd;
    const size_t n = crowd->n, d = crowd->d, k = crowd->k, v = g->lanes * sizeof(real);
    const size_t m = g->batch_size, rows = g->chunk_rows, count = g->parameter_count;
    const size_t pictures = g->vectors ? product(m, d) : 0, numbers = g->latents_of_row * k;
    const size_t by_algorithm = crowd->algorithm ? count : 0;
    memory->too_large |= (g->vectors && !pictures) || !product(rows, numbers);
    g->parameters = take(memory, g->state_count, v);
    g->before = take(memory, g->state_count, v);
    g->epoch = take(memory, crowd->patience ? count : 0, v);
    g->latents = take(memory, rows * numbers, v);
    g->reals = take(memory, pictures, v);
    g->fakes = take(memory, pictures, v);
    g->slopes = take(memory, pictures, v);
    g->real_logits = take(memory, m, v);
    g->fake_logits = take(memory, m, v);
    g->g_logits = take(memory, m, v);
    g->later_logits = take(memory, crowd->algorithm ? m : 0, v);
    g->deltas = take(memory, m, v);
    g->records = take(memory, crowd->record_every ? rows : 0, 3 * v);
    g->gradient = take(memory, by_algorithm, v);
    g->second_gradient = take(memory, by_algorithm, v);
    g->shares = take(memory, crowd->classes, sizeof(real));
    g->order = take(memory, crowd->shuffle ? (rows > n ? rows : n) : 0,
                    g->lanes * sizeof(uint32_t));
    const size_t drawn = count * g->lanes; /* both were checked above, as vectors of reals */
    g->numbers = take(memory, drawn > DRAWN_AT_ONCE ? drawn : DRAWN_AT_ONCE, sizeof(double));
    g->one = take(memory, 2 * g->state_count + m * (numbers + 4), sizeof(real));
    g->one_order = take(memory, g->vectors ? m : rows, sizeof(int64_t));
}

static int allocate_group(group *g, const fastgan_crowd *crowd, size_t vectors)
{
    g->crowd = crowd;
    g->vectors = vectors;
    g->lanes = vectors ? vectors * LANES : 1;
    g->batch_size = crowd->batch_size < crowd->n ? crowd->batch_size : crowd->n;
    g->chunk_rows = rows_of_chunk(crowd, g->batch_size, g->lanes);
    g->parameter_count = g->state_count = crowd->places.size;
    g->latents_of_row = latents_of_row(crowd);
    if (crowd->algorithm) {
        g->algorithm = algorithm_of(crowd->algorithm);
        g->state_count += moments_of(g->algorithm.optimizer.kind) * g->parameter_count;
    }
    arena memory = {NULL, 0, 0};
    lay_out_group(g, &memory);
    g->memory = allocate(&memory);
    if (!g->memory)
        return 0;
    lay_out_group(g, &memory);
    return 1;
}

/* The arrays of parameters, at their places. */
ALWAYS_INLINE vec *array_at(const group *g, size_t place)
{
    return g->parameters + place * g->vectors;
}
ALWAYS_INLINE vec *w_of(const group *g)
{
    return array_at(g, g->crowd->places.discriminator_weights);
}
ALWAYS_INLINE vec *b_of(const group *g)
{
    return array_at(g, g->crowd->places.discriminator_biases);
}
ALWAYS_INLINE vec *g_weights_of(const group *g)
{
    return array_at(g, g->crowd->places.generator_weights);
}
ALWAYS_INLINE vec *g_biases_of(const group *g)
{
    return array_at(g, g->crowd->places.generator_biases);
}

static real *parameters_of_model(const group *g, size_t lane)
{
    return (real *)g->crowd->parameters + (g->first + lane) * g->parameter_count;
}

static void numbers_into_lane(vec *array, size_t lanes, size_t lane, const real *from, size_t count)
{
    real *to = (real *)array + lane;
    for (size_t i = 0; i < count; i++)
        to[i * lanes] = from[i];
}

static void numbers_out_of_lane(real *to, const vec *array, size_t lanes, size_t lane, size_t count)
{
    const real *from = (const real *)array + lane;
    for (size_t i = 0; i < count; i++)
        to[i] = from[i * lanes];
}

/* The order (rows, lanes) from a row of the chunk on, which is row `position` of its epoch. Chunks
 * of whole epochs store an order for all their rows, other chunks that of the epoch. */
static const uint32_t *chunk_order(const group *g, size_t position, size_t row)
{
    return g->order + (g->chunk_rows > g->crowd->n ? row : position) * g->lanes;
}

/* Return whether the history takes a column for the next step. Must be called once a step. */
ALWAYS_INLINE int is_recorded(group *g)
{
    return next_is_recorded(&g->to_record, g->crowd->record_every);
}

#endif
