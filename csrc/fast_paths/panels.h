/* The workspace of mini-batches: matrices over features, cut into panels that fit the first cache.
 *
 * A panel is PANEL columns wide, and stores its rows one after the other. A matrix of m rows and d
 * features, with 2 PANEL < d < 3 PANEL:
 *
 *      feature 0      PANEL       2 PANEL    d    stride = 3 PANEL
 *            +-----------+-----------+-------+---+
 *     row 0  | a a a a a | c c c c c | e e e . . |      in memory:
 *     row 1  | b b b b b | d d d d d | f f f . . |      aaaaabbbbb...cccccddddd...eee..fff.. ...
 *      ...   |    ...    |    ...    |    ...    |      \_ panel 0 _/\_ panel 1 _/\_ panel 2 _/
 *    row m-1 |           |           |       . . |
 *            +-----------+-----------+-------+---+
 *
 * The panel of column j (a multiple of PANEL) begins at number j m. PANEL is a multiple of the 16
 * partial sums of a sum over features.
 *
 * The columns past the last feature never change a result: there, pictures, slopes and G's
 * parameters are 0 and D's weights -1, so that the products of D are -0.0, which changes no sum,
 * and no parameter moves.
 */
#ifndef FASTGAN_PANELS_H
#define FASTGAN_PANELS_H

#include <string.h>

#include "arithmetic/widths.h"
#include "include/fastgan.h"
#include "memory/arena.h"
#include "memory/arrays.h"
#include "memory/limits.h"

#define PANEL_VECS 4
#if PANEL_VECS * LANES > PARTIAL_SUMS
#define PANEL (PANEL_VECS * LANES)
#else
#define PANEL PARTIAL_SUMS
#endif
#define PARTIAL_SUM_VECS (PARTIAL_SUMS / LANES)

typedef struct {
    size_t stride;           /* columns of all panels together */
    real *w;                 /* (stride,) D's weights */
    real b;                  /* D's bias */
    real *g_biases;          /* (stride,) */
    real *g_weights;         /* panels of (k, PANEL) */
    real *fakes, *slopes;    /* panels of (batch, PANEL): G's pictures x, and x (1 - x) */
    real *real_rows;         /* (batch, stride), unless rows can be read from the data */
    real *sums;              /* (batch, PARTIAL_SUMS) partial sums over features */
    real *real_logits, *fake_logits, *g_logits, *deltas; /* (batch,) */
    void *memory;
} panel_workspace;

static void lay_out_panels(panel_workspace *ws, arena *memory, size_t m, size_t k)
{
    const size_t stride = ws->stride, rows = rounded_up(m, PARTIAL_SUMS);
    ws->w = take(memory, stride, sizeof(real));
    ws->g_biases = take(memory, stride, sizeof(real));
    ws->g_weights = take(memory, k * stride, sizeof(real));
    ws->fakes = take(memory, m * stride, sizeof(real));
    ws->slopes = take(memory, m * stride, sizeof(real));
    ws->real_rows = take(memory, m * stride, sizeof(real));
    ws->sums = take(memory, rows * PARTIAL_SUMS, sizeof(real));
    ws->real_logits = take(memory, rows, sizeof(real));
    ws->fake_logits = take(memory, rows, sizeof(real));
    ws->g_logits = take(memory, rows, sizeof(real));
    ws->deltas = take(memory, rows, sizeof(real));
}

static int allocate_panels(panel_workspace *ws, const fastgan_training *run)
{
    const size_t m = run->batch_size < run->n ? run->batch_size : run->n, d = run->d, k = run->k;
    arena memory = {NULL, 0, 0};
    if (d > SIZE_MAX / 128 || k > SIZE_MAX / 128 || m > SIZE_MAX / 64 / (PARTIAL_SUMS + 1))
        return 0;
    ws->stride = rounded_up(d, PANEL);
    if (!product(ws->stride, k) || !product(ws->stride, m))
        return 0;
    lay_out_panels(ws, &memory, m, k);
    ws->memory = allocate(&memory);
    if (!ws->memory)
        return 0;
    lay_out_panels(ws, &memory, m, k);
    return 1;
}

/* Copy rows (count, d) into panels of (count, PANEL). */
static void into_panels(real *panels, const real *rows, size_t count, size_t d)
{
    for (size_t j = 0; j < d; j += PANEL)
        for (size_t i = 0; i < count; i++)
            pad_row(panels + j * count + i * PANEL, rows + i * d + j, d - j < PANEL ? d - j : PANEL,
                    PANEL, 0);
}

static void out_of_panels(real *rows, const real *panels, size_t count, size_t d)
{
    for (size_t j = 0; j < d; j += PANEL)
        for (size_t i = 0; i < count; i++)
            memcpy(rows + i * d + j, panels + j * count + i * PANEL,
                   (d - j < PANEL ? d - j : PANEL) * sizeof(real));
}

#endif
