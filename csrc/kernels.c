/* The kernels of one dtype for one instruction set, put together; compiled once for each pair
 * (FASTGAN_REAL_BITS, FASTGAN_VARIANT).
 *
 * The order of the includes is the way of the numbers: lanes, elementary functions, sums, losses and
 * optimizers in every width in use, the history, then the two training loops and inference; trainings by recipe;
 * crowds.
 */
#include <math.h>
#include <stdlib.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernels.h"
#include "names.h"

#include "recipe.h"

#define WIDTH 1
#include "lanes.h"

#include "elementary.h"

#include "sums.h"

#include "objectives.h"

#include "optimizers.h"
#undef WIDTH

#if LANES > 1
#define WIDTH LANES
#include "lanes.h"

#include "elementary.h"

#include "sums.h"

#include "objectives.h"

#include "optimizers.h"
#undef WIDTH
#endif

#if ROW_LANES != LANES
#define WIDTH 4
#include "lanes.h"

#include "elementary.h"

#include "sums.h"

#include "objectives.h"

#include "optimizers.h"
#undef WIDTH
#endif

typedef CONCAT(real, LANES) vec;
typedef CONCAT(real, ROW_LANES) row_vec;
typedef CONCAT(mask, ROW_LANES) row_mask;
typedef CONCAT(sigmoids, LANES) wide_sigmoids;
typedef CONCAT(sigmoids, ROW_LANES) row_sigmoids;
#define WIDE(name) CONCAT(name##_, LANES)
#define ROW(name) CONCAT(name##_, ROW_LANES)

#include "history.h"
#include "panels.h"
#include "products.h"
#include "train_batches.h"
#include "train_single_rows.h"
#include "inference.h"

static fastgan_status train_whole(const fastgan_training *run)
{
    return has_few_features(run) ? train_few_features(run) : train_batches(run);
}

#include "arena.h"
#include "recipe_workspace.h"
#include "recipe_moves.h"
#include "train_recipes.h"
#include "copies.h"

#include "crowd_group.h"
#include "crowd_draws.h"
#include "train_lanes.h"
#include "train_few_lanes.h"
#include "crowd_history.h"
#include "recipe_lanes.h"
#include "train_recipe_lanes.h"
#include "crowd_snapshots.h"
#include "crowd_endings.h"
#include "train_crowd.h"

/* Vectors first and single numbers last, so that a test of these functions tests both. */

static void exp_of_each(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        WIDE(store)(to + i, WIDE(exp)(WIDE(load)(from + i)));
    for (size_t i = whole; i < count; i++)
        to[i] = exp_1(from[i]);
}

static void log1p_of_each(const void *x, void *result, size_t count)
{
    const real *from = x;
    real *to = result;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        WIDE(store)(to + i, WIDE(log1p)(WIDE(load)(from + i)));
    for (size_t i = whole; i < count; i++)
        to[i] = log1p_1(from[i]);
}

static void sigmoid_of_each(const void *x, void *p, void *one_minus_p, size_t count)
{
    const real *from = x;
    real *to_p = p, *to_one_minus_p = one_minus_p;
    const size_t whole = count - count % LANES;
    for (size_t i = 0; i < whole; i += LANES) {
        wide_sigmoids s = WIDE(sigmoid)(WIDE(load)(from + i));
        WIDE(store)(to_p + i, s.p);
        WIDE(store)(to_one_minus_p + i, s.one_minus_p);
    }
    for (size_t i = whole; i < count; i++) {
        sigmoids1 s = sigmoid_1(from[i]);
        to_p[i] = s.p;
        to_one_minus_p[i] = s.one_minus_p;
    }
}

const fastgan_kernels FASTGAN_KERNELS = {
    train,
    train_by_recipe,
    train_crowd,
    generate,
    score,
    exp_of_each,
    log1p_of_each,
    sigmoid_of_each,
};
