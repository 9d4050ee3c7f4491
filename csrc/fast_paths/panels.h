/* The workspace of a training: matrices over features, cut into panels that fit the first cache.
 *
 * A panel is PANEL columns wide and holds all its rows one after the other; PANEL is a whole
 * number of the groups of 16 in which features are summed. Columns past the last feature never
 * change a result: there pictures, slopes and the generator's parameters are 0 and D's weights -1,
 * so that D's products are -0.0, which changes no sum, and no parameter moves.
 */
#ifndef FASTGAN_PANELS_H
#define FASTGAN_PANELS_H

#include <stdlib.h>
#include <string.h>

#include "arithmetic/widths.h"
#include "include/fastgan.h"
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
    size_t stride, panels;                 /* columns of all panels together, and their number */
    real *w;                               /* (stride,), D's weights */
    real b;                                /* D's bias */
    real *g_biases;                        /* (stride,) */
    real *g_weights;                       /* panels of (k, PANEL) */
    real *fakes, *slopes;                  /* panels of (batch, PANEL): x and x (1 - x) */
    real *real_rows;                       /* (batch, stride), where the data cannot be used */
    real *sums;                            /* (batch, PARTIAL_SUMS), partial sums over features */
    real *real_logits, *fake_logits, *g_logits, *deltas; /* (batch,) */
    real *memory;
} panel_workspace;

static int allocate_panels(panel_workspace *ws, const fastgan_training *run)
{
    const size_t m = run->batch_size < run->n ? run->batch_size : run->n;
    if (run->d > SIZE_MAX / 128 || run->k > SIZE_MAX / 128 || m > SIZE_MAX / 128)
        return 0;
    const size_t stride = rounded_up(run->d, PANEL), rows = rounded_up(m, PARTIAL_SUMS);
    const size_t count = product(stride, run->k + 2 + 3 * m);
    const size_t row_count = product(rows, PARTIAL_SUMS + 4);
    if (!count || !row_count || count > SIZE_MAX / 64 - row_count)
        return 0;
    real *next = ws->memory = malloc((count + row_count + PARTIAL_SUMS) * sizeof(real));
    if (!next)
        return 0;
    next += PARTIAL_SUMS - (uintptr_t)next / sizeof(real) % PARTIAL_SUMS; /* vectors do not straddle lines */
    ws->stride = stride;
    ws->panels = stride / PANEL;
    ws->w = next, next += stride;
    ws->g_biases = next, next += stride;
    ws->g_weights = next, next += run->k * stride;
    ws->fakes = next, next += m * stride;
    ws->slopes = next, next += m * stride;
    ws->real_rows = next, next += m * stride;
    ws->sums = next, next += rows * PARTIAL_SUMS;
    ws->real_logits = next, next += rows;
    ws->fake_logits = next, next += rows;
    ws->g_logits = next, next += rows;
    ws->deltas = next;
    return 1;
}

/* Rows (count, d) into panels of (count, PANEL). */
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
