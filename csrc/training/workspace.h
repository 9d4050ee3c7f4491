/* The workspace of a training by an algorithm. It holds copies of the parameters and of the
 * optimizer's state, which are written back once all steps are done.
 */
#ifndef FASTGAN_WORKSPACE_H
#define FASTGAN_WORKSPACE_H

#include <string.h>

#include "include/fastgan.h"
#include "memory/arena.h"
#include "memory/limits.h"
#include "optimizers/moments.h"
#include "training/algorithm.h"

/* The optimizer's state for one network: moments of its parameters, and powers (2,) of Adam's
 * betas. */
typedef struct {
    real *first, *second, *powers;
} optimizer_state;

/* The parameters of both networks, or a gradient by them. */
typedef struct {
    real *w, *b;            /* D: (classes, d) and (classes,) */
    real *weights, *biases; /* G: (k, d) and (classes, d) */
} network_parts;

typedef struct {
    const fastgan_algorithm_training *run;
    algorithm algorithm;
    size_t discriminator_count, parameter_count; /* parameters of D, and of both networks */
    size_t moment_count;                         /* moments of all of them */
    network_parts parameters, gradient;
    real *second_gradient;                       /* (parameters of D,), to be added to the first */
    optimizer_state discriminator_state, generator_state;
    const real **reals;                          /* (m,) pointers to the batch's rows */
    int64_t *labels;                             /* (m,) their classes */
    real *shares;                                /* (classes,) fractions of the batch's rows */
    real *fakes, *slopes;                        /* (m, d) G's pictures x, and x (1 - x) */
    real *real_logits, *fake_logits, *g_logits;  /* (m,) */
    real *terms;                                 /* (m,) scratch space */
    real *vector, *moments, *powers;             /* copies of the run's arrays */
    void *memory;
} workspace;

static network_parts network_parts_of(real *vector, const fastgan_parameter_places *places)
{
    return (network_parts){
        vector + places->discriminator_weights,
        vector + places->discriminator_biases,
        vector + places->generator_weights,
        vector + places->generator_biases,
    };
}

static void lay_out_workspace(workspace *ws, arena *memory, size_t m)
{
    const fastgan_algorithm_training *run = ws->run;
    const size_t d = run->d, pictures = m * d;
    ws->reals = take(memory, m, sizeof(real *));
    ws->labels = take(memory, m, sizeof(int64_t));
    ws->shares = take(memory, run->classes, sizeof(real));
    ws->fakes = take(memory, pictures, sizeof(real));
    ws->slopes = take(memory, pictures, sizeof(real));
    ws->real_logits = take(memory, m, sizeof(real));
    ws->fake_logits = take(memory, m, sizeof(real));
    ws->g_logits = take(memory, m, sizeof(real));
    ws->terms = take(memory, m, sizeof(real));
    real *gradient = take(memory, ws->parameter_count, sizeof(real));
    ws->second_gradient = take(memory, ws->discriminator_count, sizeof(real));
    ws->vector = take(memory, ws->parameter_count, sizeof(real));
    ws->moments = take(memory, ws->moment_count, sizeof(real));
    ws->powers = take(memory, 4, sizeof(real));
    if (!memory->base)
        return;
    real *moments = ws->moments, *powers = ws->powers;
    ws->parameters = network_parts_of(ws->vector, &run->places);
    ws->gradient = network_parts_of(gradient, &run->places);
    ws->discriminator_state = (optimizer_state){moments, moments + ws->parameter_count, powers};
    ws->generator_state = ws->discriminator_state;
    ws->generator_state.first += ws->discriminator_count;
    ws->generator_state.second += ws->discriminator_count;
    ws->generator_state.powers += 2;
}

static int allocate_workspace(workspace *ws, const fastgan_algorithm_training *run)
{
    const size_t m = run->batch_size < run->n ? run->batch_size : run->n;
    arena memory = {NULL, 0, 0};
    if (!product(run->classes + run->k, run->d + 1) || !product(m, run->d))
        return 0;
    ws->run = run;
    ws->algorithm = algorithm_of(run->algorithm);
    ws->discriminator_count = run->places.generator_weights;
    ws->parameter_count = run->places.size;
    ws->moment_count = moments_of(ws->algorithm.optimizer.kind) * ws->parameter_count;
    lay_out_workspace(ws, &memory, m);
    ws->memory = allocate(&memory);
    if (!ws->memory)
        return 0;
    lay_out_workspace(ws, &memory, m);
    return 1;
}

static void load_state(workspace *ws)
{
    const fastgan_algorithm_training *run = ws->run;
    memcpy(ws->vector, run->parameters, ws->parameter_count * sizeof(real));
    if (run->moments)
        memcpy(ws->moments, run->moments, ws->moment_count * sizeof(real));
    memcpy(ws->powers, run->powers, 4 * sizeof(real));
}

static void store_state(const workspace *ws)
{
    const fastgan_algorithm_training *run = ws->run;
    memcpy(run->parameters, ws->vector, ws->parameter_count * sizeof(real));
    if (run->moments)
        memcpy(run->moments, ws->moments, ws->moment_count * sizeof(real));
    memcpy(run->powers, ws->powers, 4 * sizeof(real));
}

#endif
