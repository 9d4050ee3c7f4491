/* Matrix products of a step, on one panel: a tile of rows and columns at a time stays in registers.
 *
 * Each sum adds its terms in the order of their index; only the choice of sums that are computed
 * side by side is free.
 */
#ifndef FASTGAN_PRODUCTS_H
#define FASTGAN_PRODUCTS_H

#include "fast_paths/panels.h"

/* Rows of a tile, which leave registers for a row of the other factor: of 32 vectors or of 16. */
#if defined(__AVX512F__)
#define TILE_ROWS 6
#else
#define TILE_ROWS 3
#endif

typedef struct {
    vec of[TILE_ROWS][PANEL_VECS];
} tile;

/* Add to sums[r] the products a[r a_row + p a_step] panel[p], for p in rising order. */
ALWAYS_INLINE void add_products(tile *sums, const real *a, size_t a_row, size_t a_step,
                                const real *panel, size_t count, int rows)
{
    for (size_t p = 0; p < count; p++) {
        vec row[PANEL_VECS];
        for (int v = 0; v < PANEL_VECS; v++)
            row[v] = WIDE(load)(panel + p * PANEL + v * LANES);
        for (int r = 0; r < rows; r++) {
            const real factor = a[r * a_row + p * a_step];
            for (int v = 0; v < PANEL_VECS; v++)
                sums->of[r][v] = sums->of[r][v] + factor * row[v];
        }
    }
}

/* result (rows, columns of a tile) = biases + z (rows, k) times weights (k, panel). */
ALWAYS_INLINE void pre_activation_rows(const real *z, size_t k, const real *weights,
                                       const real *biases, real *result, int rows)
{
    tile sums;
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL_VECS; v++)
            sums.of[r][v] = WIDE(load)(biases + v * LANES);
    add_products(&sums, z, k, 1, weights, k, rows);
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL_VECS; v++)
            WIDE(store)(result + r * PANEL + v * LANES, sums.of[r][v]);
}

/* weights (rows of k, panel) -= rate * the sum over the batch of z_i delta_i. */
ALWAYS_INLINE void move_weight_rows(const real *z, size_t k, const real *deltas, size_t m,
                                    real rate, real *weights, int rows)
{
    tile sums;
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL_VECS; v++)
            sums.of[r][v] = WIDE(broadcast)(NO_TERM);
    add_products(&sums, z, 1, k, deltas, m, rows);
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL_VECS; v++) {
            real *to = weights + r * PANEL + v * LANES;
            WIDE(store)(to, WIDE(load)(to) - rate * sums.of[r][v]);
        }
}

/* Run `call` with a constant number of rows, so that each number has code that keeps its sums in
 * registers. */
/* clang-format off */
#if TILE_ROWS == 6
#define WITH_CONSTANT_ROWS(rows, call)                                                            \
    switch (rows) {                                                                               \
    case 1: { enum { ROWS = 1 }; call; } break;                                                   \
    case 2: { enum { ROWS = 2 }; call; } break;                                                   \
    case 3: { enum { ROWS = 3 }; call; } break;                                                   \
    case 4: { enum { ROWS = 4 }; call; } break;                                                   \
    case 5: { enum { ROWS = 5 }; call; } break;                                                   \
    default: { enum { ROWS = 6 }; call; } break;                                                  \
    }
#else
#define WITH_CONSTANT_ROWS(rows, call)                                                            \
    switch (rows) {                                                                               \
    case 1: { enum { ROWS = 1 }; call; } break;                                                   \
    case 2: { enum { ROWS = 2 }; call; } break;                                                   \
    default: { enum { ROWS = 3 }; call; } break;                                                  \
    }
#endif
/* clang-format on */

/* Columns of a tile; where vectors are short, a panel has several tiles side by side. */
#define TILE_COLUMNS (PANEL_VECS * LANES)

static int pre_activations(const real *z, size_t m, size_t k, const real *weights,
                           const real *biases, real *result, const volatile int32_t *stop)
{
    for (size_t i = 0; i < m && !*stop; i += TILE_ROWS)
        for (size_t j = 0; j < PANEL; j += TILE_COLUMNS)
            WITH_CONSTANT_ROWS(m - i, pre_activation_rows(z + i * k, k, weights + j, biases + j,
                                                          result + i * PANEL + j, ROWS))
    return !*stop;
}

static int move_weights(const real *z, size_t m, size_t k, const real *deltas, real rate,
                        real *weights, const volatile int32_t *stop)
{
    for (size_t l = 0; l < k && !*stop; l += TILE_ROWS)
        for (size_t j = 0; j < PANEL; j += TILE_COLUMNS)
            WITH_CONSTANT_ROWS(k - l, move_weight_rows(z + l, k, deltas + j, m, rate,
                                                       weights + l * PANEL + j, ROWS))
    return !*stop;
}

#endif
