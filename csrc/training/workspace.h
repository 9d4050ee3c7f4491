/* The workspace of a training by recipe. What the run moves is copied here, and back once all steps
 * are done.
 */
#ifndef FASTGAN_WORKSPACE_H
#define FASTGAN_WORKSPACE_H

#include <string.h>

#include "include/fastgan.h"
#include "memory/arena.h"
#include "memory/limits.h"
#include "optimizers/moments.h"
#include "training/algorithm.h"

/* What the optimizer remembers of a network's parameters, and of the betas' powers (2,). */
typedef struct {
    real *first, *second, *powers;
} memory_of_moves;

/* A network's parameters, or a gradient by them. */
typedef struct {
    real *w, *b;            /* D: (classes, d) and (classes,) */
    real *weights, *biases; /* G: (k, d) and (classes, d) */
} network_parts;

typedef struct {
    const fastgan_recipe_training *run;
    algorithm algorithm;
    size_t d_count, count;    /* parameters of D, and of both */
    network_parts parameters, gradient;
    real *more;               /* (parameters of D,): another gradient, to be added */
    memory_of_moves d_memory, g_memory;
    const real **reals;       /* (m,) rows of the batch */
    int64_t *labels;          /* (m,) of the batch */
    real *shares;             /* (classes,) */
    real *fakes, *slopes;     /* (m, d): G's pictures, and x (1 - x) */
    real *real_logits, *fake_logits, *g_logits, *deltas, *terms; /* (m,) */
    real *moved, *moments, *powers; /* of the run, while it lasts */
    void *memory;
} recipe_workspace;

static network_parts network_parts_of(real *vector, size_t classes, size_t d, size_t k)
{
    real *b = vector + classes * d, *weights = b + classes;
    return (network_parts){vector, b, weights, weights + k * d};
}

static void lay_out_recipe(recipe_workspace *ws, arena *memory, size_t m)
{
    const fastgan_recipe_training *run = ws->run;
    const size_t d = run->d, pictures = m * d;
    ws->reals = take(memory, m, sizeof(real *));
    ws->labels = take(memory, m, sizeof(int64_t));
    ws->shares = take(memory, run->classes, sizeof(real));
    ws->fakes = take(memory, pictures, sizeof(real));
    ws->slopes = take(memory, pictures, sizeof(real));
    ws->real_logits = take(memory, m, sizeof(real));
    ws->fake_logits = take(memory, m, sizeof(real));
    ws->g_logits = take(memory, m, sizeof(real));
    ws->deltas = take(memory, m, sizeof(real));
    ws->terms = take(memory, m, sizeof(real));
    real *gradient = take(memory, ws->count, sizeof(real));
    ws->more = take(memory, ws->d_count, sizeof(real));
    ws->moved = take(memory, ws->count, sizeof(real));
    ws->moments = take(memory, moments_of(ws->algorithm.optimizer.kind) * ws->count, sizeof(real));
    ws->powers = take(memory, 4, sizeof(real));
    if (!memory->base)
        return;
    real *moments = ws->moments, *powers = ws->powers;
    ws->parameters = network_parts_of(ws->moved, run->classes, d, run->k);
    ws->gradient = network_parts_of(gradient, run->classes, d, run->k);
    ws->d_memory = (memory_of_moves){moments, moments + ws->count, powers};
    ws->g_memory = (memory_of_moves){moments + ws->d_count, moments + ws->count + ws->d_count,
                                     powers + 2};
}

static int allocate_recipe(recipe_workspace *ws, const fastgan_recipe_training *run)
{
    const size_t m = run->batch_size < run->n ? run->batch_size : run->n;
    arena memory = {NULL, 0, 0};
    if (!product(run->classes + run->k, run->d + 1) || !product(m, run->d))
        return 0;
    ws->run = run;
    ws->algorithm = algorithm_of(run->recipe);
    ws->d_count = run->classes * run->d + run->classes;
    ws->count = ws->d_count + run->k * run->d + run->classes * run->d;
    lay_out_recipe(ws, &memory, m);
    ws->memory = allocate(&memory);
    if (!ws->memory)
        return 0;
    lay_out_recipe(ws, &memory, m);
    return 1;
}

static void begin_recipe(recipe_workspace *ws)
{
    const fastgan_recipe_training *run = ws->run;
    memcpy(ws->moved, run->parameters, ws->count * sizeof(real));
    if (run->moments)
        memcpy(ws->moments, run->moments, moments_of(ws->algorithm.optimizer.kind) * ws->count * sizeof(real));
    memcpy(ws->powers, run->powers, 4 * sizeof(real));
}

static void end_recipe(const recipe_workspace *ws)
{
    const fastgan_recipe_training *run = ws->run;
    memcpy(run->parameters, ws->moved, ws->count * sizeof(real));
    if (run->moments)
        memcpy(run->moments, ws->moments, moments_of(ws->algorithm.optimizer.kind) * ws->count * sizeof(real));
    memcpy(run->powers, ws->powers, 4 * sizeof(real));
}

#endif
