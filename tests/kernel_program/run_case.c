/* Run one training in C alone, on whatever processor this was compiled for.
 *
 * Reads a case from standard input and writes what it computes to standard output, both as plain
 * bytes of the machine's own order (all that are tested are little-endian):
 *
 *   in   int64: bits of the dtype, n, d, k, rows, batch size, records, samples; float64: the rate
 *        data (n, d), latents (rows, k), parameters in one vector, sample latents (samples, k)
 *   out  parameters, history (5, records), pictures (samples, d), scores of the pictures
 *
 * Parameters are D's weights (d,) and bias, then G's weights (k, d) and biases (d,).
 */
#include <stdio.h>
#include <stdlib.h>

#include "fastgan.h"

static void *get(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory || fread(memory, 1, bytes, stdin) != bytes) {
        fprintf(stderr, "the case is cut short\n");
        exit(2);
    }
    return memory;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !fastgan_choose_variant(argv[1])) {
        fprintf(stderr, "no variant %s here\n", argv[1]);
        return 2;
    }
    int64_t *head = get(8 * sizeof *head);
    double *rate = get(sizeof *rate);
    const size_t size = (size_t)head[0] / 8, n = (size_t)head[1], d = (size_t)head[2];
    const size_t k = (size_t)head[3], rows = (size_t)head[4], records = (size_t)head[6];
    const size_t samples = (size_t)head[7], parameters = d + 1 + k * d + d;
    char *data = get(n * d * size), *latents = get(rows * k * size);
    char *moved = get(parameters * size), *z = get(samples * k * size);
    char *history = calloc(5 * records, size), *pictures = calloc(samples * d, size);
    char *scores = calloc(samples, size);
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
    fastgan_status status = FASTGAN_NO_MEMORY;
    if (history && pictures && scores && size == 8) {
        status = fastgan_train_float64(&run);
        if (!status)
            status = fastgan_generate_float64(z, g_weights, g_biases, pictures, samples, d, k, &stop);
        if (!status)
            status = fastgan_score_float64(pictures, moved, moved + d * size, scores, samples, d, &stop);
    } else if (history && pictures && scores) {
        status = fastgan_train_float32(&run);
        if (!status)
            status = fastgan_generate_float32(z, g_weights, g_biases, pictures, samples, d, k, &stop);
        if (!status)
            status = fastgan_score_float32(pictures, moved, moved + d * size, scores, samples, d, &stop);
    }
    if (status) {
        fprintf(stderr, "status %d\n", (int)status);
        return 2;
    }
    fwrite(moved, size, parameters, stdout);
    fwrite(history, size, 5 * records, stdout);
    fwrite(pictures, size, samples * d, stdout);
    fwrite(scores, size, samples, stdout);
    free(head), free(rate), free(data), free(latents), free(moved), free(z);
    free(history), free(pictures), free(scores);
    return 0;
}
