/* Inference: G's pictures and D's scores of any number of rows. */
#ifndef FASTGAN_INFERENCE_H
#define FASTGAN_INFERENCE_H

#include <stdlib.h>
#include <string.h>

#include "memory/limits.h"
#include "fast_paths/batches.h"

#define ROWS_OF_INFERENCE 48 /* a multiple of TILE_ROWS in every variant */

static fastgan_status generate_panels(const real *z, const real *weights, const real *biases,
                                      real *pictures, size_t rows, size_t d, size_t k,
                                      const volatile int32_t *stop)
{
    real panel[ROWS_OF_INFERENCE * PANEL], slopes[ROWS_OF_INFERENCE * PANEL];
    for (size_t i = 0; i < rows; i += ROWS_OF_INFERENCE) {
        const size_t m = rows - i < ROWS_OF_INFERENCE ? rows - i : ROWS_OF_INFERENCE;
        for (size_t j = 0; j < d; j += PANEL) {
            const size_t used = d - j < PANEL ? d - j : PANEL;
            if (!pre_activations(z + i * k, m, k, weights + j * k, biases + j, panel, stop) ||
                !activate(panel, slopes, m, used, stop))
                return FASTGAN_STOPPED;
            for (size_t r = 0; r < m; r++)
                memcpy(pictures + (i + r) * d + j, panel + r * PANEL, used * sizeof(real));
        }
    }
    return FASTGAN_OK;
}

static fastgan_status generate(const void *latents, const void *weights, const void *biases,
                               void *pictures, size_t rows, size_t d, size_t k,
                               const volatile int32_t *stop)
{
    if (d > SIZE_MAX / 128 || k > SIZE_MAX / 128 || !product(rounded_up(d, PANEL), k + 1))
        return FASTGAN_NO_MEMORY;
    const size_t stride = rounded_up(d, PANEL);
    real *padded = malloc(stride * (k + 1) * sizeof(real));
    if (!padded)
        return FASTGAN_NO_MEMORY;
    pad_row(padded, biases, d, stride, 0);
    into_panels(padded + stride, weights, k, d);
    fastgan_status status =
        generate_panels(latents, padded + stride, padded, pictures, rows, d, k, stop);
    free(padded);
    return status;
}

static fastgan_status score(const void *pictures, const void *weights, const void *bias,
                            void *scores, size_t rows, size_t d, const volatile int32_t *stop)
{
    const real *from = pictures;
    real *to = scores;
    const size_t stride = rounded_up(d, PARTIAL_SUMS);
    real *padded = d > SIZE_MAX / 128 ? NULL : malloc(2 * stride * sizeof(real));
    if (!padded)
        return FASTGAN_NO_MEMORY;
    pad_row(padded, weights, d, stride, -1);
    for (size_t i = 0; i < rows && !*stop; i++) {
        real sums[PARTIAL_SUMS], *picture = padded + stride;
        pad_row(picture, from + i * d, d, stride, 0);
        fill(sums, NO_TERM, PARTIAL_SUMS); /* cleared even when asked to stop, since they are
                                              read */
        add_to_sums(picture, stride, padded, stride, sums, 1);
        logits_from_sums(sums, 1, *(const real *)bias, to + i, stop);
    }
    free(padded);
    return *stop ? FASTGAN_STOPPED : FASTGAN_OK;
}

#endif
