/* The kernels of one dtype for one instruction set; compiled once for each pair (FASTGAN_REAL_BITS,
 * FASTGAN_VARIANT).
 *
 * A header includes only its own folder and those before it:
 *
 *   include < arithmetic < memory < random, objectives, optimizers < training < lanes < fast_paths
 *     < crowds < inference
 */
#include "arithmetic/elementary_arrays.h"
#include "crowds/train_crowd.h"
#include "fast_paths/train.h"
#include "inference/inference.h"
#include "kernels.h"
#include "training/train_by_algorithm.h"

const fastgan_kernels FASTGAN_KERNELS = {
    train,
    train_by_algorithm,
    train_crowd,
    generate,
    score,
    exp_of_each,
    log1p_of_each,
    sigmoid_of_each,
};
