/* Run one training, one crowd and several algorithms in C alone, on the processor that this was
 * compiled for.
 *
 * Reads a case from standard input and writes the results to standard output, both as plain bytes
 * in the machine's byte order (all machines that are tested are little-endian):
 *
 *   in   int64: bits of the dtype, n, d, k, rows, batch size, records, samples, models, epochs,
 *        whether the crowd's rows are shuffled; float64: the rate
 *        data (n, d), latents (rows, k), parameters in one vector, sample latents (samples, k),
 *        the crowd's parameters (models, P); its rates (models,) in float64, its seeds (models, 4)
 *   out  parameters, history (5, records), pictures (samples, d), scores of the pictures; the
 *        crowd's parameters, histories (models, 5, records), steps of divergence (models,) int64;
 *        for each algorithm, with two classes that start alike: parameters, moments, powers (4,),
 *        history
 *
 * Parameters are D's weights (d,) and bias, then G's weights (k, d) and biases (d,).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastgan.h"

static void *get(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory || fread(memory, 1, bytes, stdin) != bytes) {
        fprintf(stderr, "the case is incomplete\n");
        exit(2);
    }
    return memory;
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "no memory\n");
        exit(2);
    }
    return memory;
}

/* Replace every NaN by the same one. */
static void unify(void *numbers, size_t count, size_t size)
{
    double *doubles = numbers;
    float *floats = numbers;
    const uint64_t quiet = 0x7ff8000000000000u;
    const uint32_t quiet_float = 0x7fc00000u;
    for (size_t i = 0; i < count; i++)
        if (size == 8 && doubles[i] != doubles[i])
            memcpy(&doubles[i], &quiet, size);
        else if (size == 4 && floats[i] != floats[i])
            memcpy(&floats[i], &quiet_float, size);
}

static void put(void *numbers, size_t count, size_t size)
{
    unify(numbers, count, size);
    fwrite(numbers, size, count, stdout);
}

static void require(fastgan_status status)
{
    if (status) {
        fprintf(stderr, "status %d\n", (int)status);
        exit(2);
    }
}

/* The algorithms of tests/helpers/variant_cases.py. */
static const fastgan_algorithm algorithms[] = {
    {FASTGAN_ALTERNATING, 3, 2, FASTGAN_MINIMAX, FASTGAN_ADAM, 0, 0, 0.125, INFINITY, 0, 0.5, 0.75,
     0.875, 0x1p-20},
    {FASTGAN_SEQUENTIAL, 1, 1, FASTGAN_WASSERSTEIN, FASTGAN_MOMENTUM, 0, 0, 0, 0.5, 0.25, 0, 0.5, 0,
     0},
    {FASTGAN_SIMULTANEOUS, 1, 1, FASTGAN_LEAST_SQUARES, FASTGAN_SGD, 0, 0, 0, INFINITY, 0, 0, 0, 0,
     0},
};

static void repeat(char **to, const char *from, size_t count, size_t size, int times)
{
    for (; times; times--, *to += count * size)
        memcpy(*to, from, count * size);
}

/* The places of the parameters, as src/fastgan/layers/parameter_table.py lays them out. */
static fastgan_parameter_places places_of(size_t classes, size_t d, size_t k)
{
    const size_t biases = classes * d, weights = biases + classes, g_biases = weights + k * d;
    return (fastgan_parameter_places){0, biases, weights, g_biases, g_biases + classes * d};
}

/* Repeat the training, over whole epochs, and train a crowd whose models all start there and take
 * the same latents: a model must have the same bits in every lane. */
static void run_algorithm_crowd(fastgan_algorithm_training run, const char *start, size_t size)
{
    const size_t in_epoch = (run.n + run.batch_size - 1) / run.batch_size;
    const size_t epochs = run.steps / in_epoch, records = epochs * in_epoch;
    const size_t count = run.places.size, history = 5 * records;
    char *moments = room(2 * count, size), *powers = room(4, size), *end = powers;
    const double one = 1;
    const float single = 1;
    repeat(&end, size == 8 ? (const char *)&one : (const char *)&single, 1, size, 4);
    enum { MODELS = 37 };
    char *moved = room((MODELS + 1) * count, size), *recorded = room((MODELS + 1) * history, size);
    uint64_t seeds[4 * MODELS] = {0};
    double rates[MODELS];
    int64_t ends[2][MODELS];
    end = moved;
    repeat(&end, start, count, size, MODELS + 1);
    for (size_t i = 0; i < MODELS; i++)
        rates[i] = run.algorithm->generator_learning_rate;
    run.steps = records, run.parameters = moved, run.moments = moments, run.powers = powers;
    run.history = recorded, run.history_stride = records;
    const fastgan_crowd crowd = {
        .n = run.n, .d = run.d, .k = run.k, .models = MODELS, .epochs = epochs,
        .batch_size = run.batch_size, .data = run.data, .algorithm = run.algorithm,
        .classes = run.classes, .places = run.places, .labels = run.labels, .seeds = seeds,
        .parameters = moved + count * size, .discriminator_learning_rates = rates,
        .generator_learning_rates = rates, .latent = FASTGAN_EXPLICIT, .latents = run.latents,
        .history = recorded + history * size, .records = records, .record_every = 1,
        .settled_at = ends[0], .diverged_at = ends[1], .stop = run.stop,
    };
    require(size == 8 ? fastgan_train_by_algorithm_float64(&run)
                      : fastgan_train_by_algorithm_float32(&run));
    require(size == 8 ? fastgan_train_crowd_float64(&crowd) : fastgan_train_crowd_float32(&crowd));
    unify(moved, (MODELS + 1) * count, size);
    unify(recorded, (MODELS + 1) * history, size);
    for (size_t i = 1; i <= MODELS; i++)
        if (memcmp(moved, moved + i * count * size, count * size) ||
            memcmp(recorded, recorded + i * history * size, history * size)) {
            fprintf(stderr, "a model of a crowd differs from the same model alone\n");
            exit(3);
        }
    free(moments), free(powers), free(moved), free(recorded);
}

/* Train by each algorithm from the initial parameters of `run`, and write the results. */
static void run_algorithms(const fastgan_training *run, const char *start, size_t size,
                           size_t steps)
{
    const size_t d = run->d, k = run->k, count = 2 * (2 * d + 1) + k * d;
    int64_t *labels = room(run->n, sizeof *labels);
    for (size_t i = 0; i < run->n; i++)
        labels[i] = (int64_t)(i % 2);
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        fastgan_algorithm algorithm = algorithms[i];
        algorithm.discriminator_learning_rate = algorithm.generator_learning_rate =
            run->discriminator_learning_rate;
        const size_t moments_each = fastgan_moments(algorithm.optimizer);
        char *parameters = room(count, size), *moments = room(moments_each * count, size);
        char *end = parameters;
        char *powers = room(4, size), *history = room(5 * steps, size), *from = room(count, size);
        repeat(&end, start, d, size, 2);
        repeat(&end, start + d * size, 1, size, 2);
        repeat(&end, start + (d + 1) * size, k * d, size, 1);
        repeat(&end, start + (d + 1 + k * d) * size, d, size, 2);
        memcpy(from, parameters, count * size);
        for (size_t j = 0; j < 4; j++)
            size == 8 ? (void)(((double *)powers)[j] = 1) : (void)(((float *)powers)[j] = 1);
        const fastgan_algorithm_training training = {
            .algorithm = &algorithm, .n = run->n, .d = d, .k = k, .classes = 2,
            .places = places_of(2, d, k),
            .batch_size = run->batch_size, .steps = steps, .data = run->data, .labels = labels,
            .latents = run->latents, .parameters = parameters,
            .moments = moments_each ? moments : NULL,
            .powers = powers, .history = history, .history_stride = steps, .record_every = 1,
            .stop = run->stop,
        };
        require(size == 8 ? fastgan_train_by_algorithm_float64(&training)
                          : fastgan_train_by_algorithm_float32(&training));
        run_algorithm_crowd(training, from, size);
        put(parameters, count, size);
        put(moments, moments_each * count, size);
        put(powers, 4, size);
        put(history, 5 * steps, size);
        free(parameters), free(moments), free(powers), free(history), free(from);
    }
    free(labels);
}

/* Repeat the trainings with copies, which must not change the results. */
static void run_in_segments(fastgan_training run, fastgan_crowd crowd, char *start,
                            char *crowd_start, size_t size)
{
    const size_t d = run.d, count = d + 1 + run.k * d + d, steps = run.history_stride;
    const char *moved = run.discriminator_weights, *crowd_moved = crowd.parameters;
    const size_t n_copies = (steps + 1) / 3;
    int64_t *copy_after = room(n_copies + 1, sizeof *copy_after);
    for (size_t i = 0; i < n_copies; i++)
        copy_after[i] = (int64_t)(3 * i + 2);
    char *copies = room(n_copies * count + 1, size);
    char *snapshots = room(crowd.models * (steps / 3 + 1) * count, size);
    run.discriminator_weights = start, run.discriminator_bias = start + d * size;
    run.generator_weights = start + (d + 1) * size;
    run.generator_biases = start + (d + 1 + run.k * d) * size;
    run.record_every = steps + 1, run.steps_to_record = steps, run.history = NULL;
    run.copies = copies, run.copy_after = copy_after, run.n_copies = n_copies;
    crowd.parameters = crowd_start, crowd.record_every = 0, crowd.records = 0;
    crowd.snapshots = snapshots, crowd.n_snapshots = steps / 3 + 1, crowd.snapshot_every = 3;
    require(size == 8 ? fastgan_train_float64(&run) : fastgan_train_float32(&run));
    require(size == 8 ? fastgan_train_crowd_float64(&crowd) : fastgan_train_crowd_float32(&crowd));
    if (memcmp(start, moved, count * size) ||
        memcmp(crowd_start, crowd_moved, crowd.models * count * size)) {
        fprintf(stderr, "copies change the results\n");
        exit(3);
    }
    free(copies), free(copy_after), free(snapshots);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !fastgan_choose_variant(argv[1])) {
        fprintf(stderr, "no variant %s here\n", argv[1]);
        return 2;
    }
    int64_t *head = get(11 * sizeof *head);
    double *rate = get(sizeof *rate);
    const size_t size = (size_t)head[0] / 8, n = (size_t)head[1], d = (size_t)head[2];
    const size_t k = (size_t)head[3], rows = (size_t)head[4], records = (size_t)head[6];
    const size_t samples = (size_t)head[7], models = (size_t)head[8];
    const size_t parameters = d + 1 + k * d + d;
    char *data = get(n * d * size), *latents = get(rows * k * size);
    char *moved = get(parameters * size), *start = room(parameters, size);
    char *z = get(samples * k * size);
    char *crowd_moved = get(models * parameters * size);
    double *rates = get(models * sizeof *rates);
    uint64_t *seeds = get(4 * models * sizeof *seeds);
    memcpy(start, moved, parameters * size);
    char *crowd_start = room(models * parameters, size);
    memcpy(crowd_start, crowd_moved, models * parameters * size);
    char *history = room(5 * records, size), *pictures = room(samples * d, size);
    char *scores = room(samples, size), *histories = room(models * 5 * records, size);
    int64_t *diverged_at = room(models, sizeof *diverged_at);
    int64_t *settled_at = room(models, sizeof *settled_at);
    const int32_t stop = 0;
    char *g_weights = moved + (d + 1) * size, *g_biases = g_weights + k * d * size;
    fastgan_training run = {
        .n = n, .d = d, .k = k, .rows = rows, .batch_size = (size_t)head[5],
        .data = data, .latents = latents,
        .discriminator_weights = moved, .discriminator_bias = moved + d * size,
        .generator_weights = g_weights, .generator_biases = g_biases,
        .discriminator_learning_rate = *rate, .generator_learning_rate = *rate,
        .history = history, .history_stride = records, .record_every = 1, .stop = &stop,
    };
    fastgan_crowd crowd = {
        .n = n, .d = d, .k = k, .models = models, .epochs = (size_t)head[9],
        .batch_size = (size_t)head[5], .data = data, .classes = 1, .seeds = seeds,
        .places = places_of(1, d, k),
        .parameters = crowd_moved,
        .discriminator_learning_rates = rates, .generator_learning_rates = rates,
        .latent = FASTGAN_UNIFORM, .shuffle = (int)head[10], .history = histories,
        .records = records, .record_every = 1, .settled_at = settled_at,
        .diverged_at = diverged_at, .stop = &stop,
    };
    if (size == 8) {
        require(fastgan_train_float64(&run));
        require(fastgan_generate_float64(z, g_weights, g_biases, pictures, samples, d, k, &stop));
        require(
            fastgan_score_float64(pictures, moved, moved + d * size, scores, samples, d, &stop));
        require(fastgan_train_crowd_float64(&crowd));
    } else {
        require(fastgan_train_float32(&run));
        require(fastgan_generate_float32(z, g_weights, g_biases, pictures, samples, d, k, &stop));
        require(
            fastgan_score_float32(pictures, moved, moved + d * size, scores, samples, d, &stop));
        require(fastgan_train_crowd_float32(&crowd));
    }
    put(moved, parameters, size);
    put(history, 5 * records, size);
    put(pictures, samples * d, size);
    put(scores, samples, size);
    put(crowd_moved, models * parameters, size);
    put(histories, models * 5 * records, size);
    fwrite(diverged_at, sizeof *diverged_at, models, stdout);
    run_algorithms(&run, start, size, records / 2);
    run_in_segments(run, crowd, start, crowd_start, size);
    free(head), free(rate), free(data), free(latents), free(moved), free(z), free(crowd_moved);
    free(rates), free(seeds), free(history), free(pictures), free(scores), free(histories);
    free(diverged_at), free(settled_at), free(start), free(crowd_start);
    return 0;
}
