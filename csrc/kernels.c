/* The kernels of one dtype for one instruction set, put together; compiled once for each pair
 * (FASTGAN_REAL_BITS, FASTGAN_VARIANT).
 *
 * The order of the includes is the way of the numbers: lanes, elementary functions, sums, losses and
 * optimizers in every width in use, the history, then the two training loops and inference; trainings by recipe;
 * crowds.
 */
#include <math.h>
#include <stdlib.h>

#include "arithmetic/elementary_arrays.h"
#include "arithmetic/widths.h"
#include "memory/arena.h"
#include "memory/arrays.h"
#include "memory/limits.h"
#include "kernels.h"

#include "training/train_by_algorithm.h"
#include "panels.h"
#include "products.h"
#include "train_batches.h"
#include "train_single_rows.h"
#include "inference.h"

static fastgan_status train_whole(const fastgan_training *run)
{
    return has_few_features(run) ? train_few_features(run) : train_batches(run);
}

#include "train.h"

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
