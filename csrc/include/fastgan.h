/* fastgan: training kernels for generative adversarial networks of one layer each.
 *
 * Plain C11, independent of Python. Every function exists for float64 (double) and float32 (float),
 * and computes the bits that the reference backend of the Python package specifies. `void` stands
 * for the dtype that the function's name ends with.
 *
 * Matrices are dense and row-major. Shapes: n rows in the data, d features, k latent dimensions.
 */
#ifndef FASTGAN_H
#define FASTGAN_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    FASTGAN_OK = 0,
    FASTGAN_STOPPED,    /* *stop became non-zero */
    FASTGAN_NO_MEMORY,  /* the workspace could not be allocated */
    FASTGAN_NO_NORMALS, /* draw_normals of a crowd failed */
} fastgan_status; /* Unless the status is FASTGAN_OK, the parameters of a training are unchanged, or
                   * those of its last copy; the arrays that a crowd fills are undefined. */

/* A run over `rows` rows in mini-batches: one step of the Slanted Land schedule for each batch. The
 * last batch of an epoch may be short; a run ends with a batch. */
typedef struct {
    size_t n, d, k, rows;
    size_t batch_size;
    size_t first_row;              /* rows of the epoch before the first row of the run */
    const void *data;              /* (n, d) */
    const int64_t *order;          /* (rows,) index into the data of each row of the run; NULL for
                                      the order of the data, from first_row on */
    const void *latents;           /* (rows, k), consumed in order */
    void *discriminator_weights;   /* (d,), moved in place, as are the next three */
    void *discriminator_bias;      /* (1,) */
    void *generator_weights;       /* (k, d) */
    void *generator_biases;        /* (d,) */
    double discriminator_learning_rate, generator_learning_rate; /* rounded to the dtype */
    void *history;                 /* (5, ...), one column a recorded step: losses of D on real and
                                      on generated rows and of G, D's mean probability of real and
                                      of generated rows */
    size_t history_stride;         /* numbers from one row of the history to the next */
    size_t record_every;           /* record one step in `record_every`; 0 for none */
    size_t steps_to_record;        /* steps of the run before the first record */
    void *copies;                  /* (n_copies, d + 1 + k d + d) of the parameters in order */
    const int64_t *copy_after;     /* (n_copies,) numbers of steps of the run after which a copy is
                                      made: rising, at least 1 */
    size_t n_copies;
    const volatile int32_t *stop;  /* read now and then, within a step too; non-zero ends the run */
} fastgan_training;

fastgan_status fastgan_train_float64(const fastgan_training *run);
fastgan_status fastgan_train_float32(const fastgan_training *run);

/* An algorithm: the schedule, loss, penalties and optimizer of a training. fastgan_train uses the
 * sequential schedule, the non-saturating loss and plain gradient descent. The Python class
 * Algorithm has the same fields in the same order. */
typedef enum {
    FASTGAN_SEQUENTIAL,
    FASTGAN_ALTERNATING,
    FASTGAN_SIMULTANEOUS,
} fastgan_schedule;
typedef enum {
    FASTGAN_NON_SATURATING,
    FASTGAN_MINIMAX,
    FASTGAN_LEAST_SQUARES,
    FASTGAN_WASSERSTEIN,
} fastgan_loss;
typedef enum {
    FASTGAN_SGD,
    FASTGAN_MOMENTUM,
    FASTGAN_ADAM,
} fastgan_optimizer;

typedef struct {
    fastgan_schedule schedule;
    size_t discriminator_steps;    /* steps of D between two turns of G */
    size_t generator_steps;        /* moves of G in its turn */
    fastgan_loss loss;
    fastgan_optimizer optimizer;
    double discriminator_learning_rate, generator_learning_rate; /* rounded to the dtype, as are
                                                                    the numbers below */
    double label_smoothing;        /* the target of real rows is 1 - label_smoothing */
    double clip_value;             /* largest magnitude of D's parameters; infinite for no
                                      clipping */
    double gradient_penalty_weight, r1_weight;
    double momentum, second_momentum, epsilon; /* the first two are beta_1 and beta_2 of Adam */
} fastgan_algorithm;

/* Where each array begins in the vector of parameters, in numbers; D's arrays come before G's. The
 * table in src/fastgan/layers/parameter_table.py makes it. */
typedef struct {
    size_t discriminator_weights;  /* (classes, d) */
    size_t discriminator_biases;   /* (classes,) */
    size_t generator_weights;      /* (k, d) */
    size_t generator_biases;       /* (classes, d) */
    size_t size;                   /* of the whole vector */
} fastgan_parameter_places;

/* A run of `steps` steps by an algorithm. The parameters are one vector. Latent vectors are
 * consumed in order: a step takes one for each row of its batch, and in G's turn of the alternating
 * schedule one more for each row and move of G. */
typedef struct {
    const fastgan_algorithm *algorithm;
    size_t n, d, k, classes, batch_size;
    fastgan_parameter_places places; /* of the arrays in the vector of parameters */
    size_t first_row, first_step;  /* rows of the epoch and steps of the training before this run */
    size_t steps;
    const void *data;              /* (n, d) */
    const int64_t *labels;         /* (n,) the class of each row */
    const int64_t *order;          /* (rows,) or NULL, as in fastgan_training */
    const void *latents;
    void *parameters;              /* moved in place, as are the next two */
    void *moments;                 /* (fastgan_moments(optimizer), parameters) of the optimizer;
                                      NULL if it has none */
    void *powers;                  /* (4,) powers of Adam's betas: two for D, then two for G */
    void *history;                 /* as in fastgan_training, as are the fields below */
    size_t history_stride, record_every, steps_to_record;
    void *copies;                  /* (n_copies, parameters) */
    const int64_t *copy_after;
    size_t n_copies;
    const volatile int32_t *stop;
} fastgan_algorithm_training;

fastgan_status fastgan_train_by_algorithm_float64(const fastgan_algorithm_training *run);
fastgan_status fastgan_train_by_algorithm_float32(const fastgan_algorithm_training *run);

/* A stream of random numbers in the state of NumPy's PCG64: 128 bits of state and of increment, and
 * the unused half of a number that was drawn for a call for 32 bits. */
typedef struct {
    uint64_t high, low, increment_high, increment_low;
    uint32_t has_half, half;
} fastgan_stream;

uint64_t fastgan_next_64(fastgan_stream *stream);
uint32_t fastgan_next_32(fastgan_stream *stream);
double fastgan_next_uniform(fastgan_stream *stream);

typedef enum {
    FASTGAN_UNIFORM,
    FASTGAN_NORMAL,
    FASTGAN_EXPLICIT,
} fastgan_latent;

/* Many models trained on the same data, each as fastgan_train or fastgan_train_by_algorithm would
 * train it alone. Model i draws from a stream of its own: its parameters, then for each epoch the
 * order of the rows, if they are shuffled, and the latent vectors of its steps. */
typedef struct {
    size_t n, d, k, models, epochs, batch_size;
    const void *data;       /* (n, d) */
    const fastgan_algorithm *algorithm; /* its learning rates are ignored; NULL as in
                                           fastgan_train */
    size_t classes;         /* 1 without labels; with several, rows are not shuffled */
    fastgan_parameter_places places; /* of the arrays in the vector of parameters */
    const int64_t *labels;  /* (n,) with an algorithm */
    const uint64_t *seeds;  /* (models, 4) words with which a SeedSequence seeds PCG64 */
    int draws_parameters;   /* 1 to draw the initial parameters, 0 for the given ones */
    void *parameters;       /* (models, P): D's weights and biases, G's weights and biases; those
                               before the step in which a model diverges */
    const double *discriminator_learning_rates, *generator_learning_rates; /* (models,) */
    fastgan_latent latent;
    const void *latents;    /* (..., k) if they are explicit, the same for every model */
    int shuffle;
    /* Fills numbers (streams, count) with standard normal numbers of each stream; returns 0 unless
     * it fails. */
    int (*draw_normals)(void *context, fastgan_stream *from, size_t streams, double *numbers,
                        size_t count);
    void *context;
    void *history;          /* (models, 5, records); NaN after a model's last step */
    size_t records, record_every;
    void *snapshots;        /* (models, n_snapshots, P): copies before the first step and every
                               `snapshot_every` steps; NaN after a model's last step */
    size_t n_snapshots, snapshot_every; /* 0 and 0 for none */
    double tolerance;       /* a model has converged after `patience` epochs in a row that change
                               none of its parameters by more than this */
    size_t patience;        /* 0 to train for all epochs */
    int64_t *settled_at;    /* (models,) the step at which a model converged, or -1 */
    int64_t *diverged_at;   /* (models,) the first step after which a parameter was not finite, or
                               -1 */
    const volatile int32_t *stop;
} fastgan_crowd;

fastgan_status fastgan_train_crowd_float64(const fastgan_crowd *crowd);
fastgan_status fastgan_train_crowd_float32(const fastgan_crowd *crowd);

/* Counts for allocating and checking the arrays of a training. */
size_t fastgan_moments(fastgan_optimizer optimizer); /* numbers that it keeps of each parameter */
size_t fastgan_records(size_t steps, size_t steps_to_record, size_t record_every);
size_t fastgan_steps_of_epoch(size_t n, size_t batch_size);

/* Steps of a run, or 0 where its rows end within a batch. */
size_t fastgan_steps(const fastgan_training *run);

/* Rows of a run, or 0 where its steps need more than `latents` latent vectors. */
size_t fastgan_rows(const fastgan_algorithm_training *run, size_t latents);

/* Latent vectors that each model of a crowd takes, or 0 where the number exceeds SIZE_MAX / 2. The
 * product of its epochs and rows must not exceed SIZE_MAX / 2. */
size_t fastgan_latents(const fastgan_crowd *crowd);

/* pictures (rows, d) = sigmoid(biases (d,) + latents (rows, k) times weights (k, d)) */
fastgan_status fastgan_generate_float64(const void *latents, const void *weights,
                                        const void *biases, void *pictures, size_t rows, size_t d,
                                        size_t k, const volatile int32_t *stop);
fastgan_status fastgan_generate_float32(const void *latents, const void *weights,
                                        const void *biases, void *pictures, size_t rows, size_t d,
                                        size_t k, const volatile int32_t *stop);

/* scores (rows,) = bias (1,) + pictures (rows, d) times weights (d,) */
fastgan_status fastgan_score_float64(const void *pictures, const void *weights, const void *bias,
                                     void *scores, size_t rows, size_t d,
                                     const volatile int32_t *stop);
fastgan_status fastgan_score_float32(const void *pictures, const void *weights, const void *bias,
                                     void *scores, size_t rows, size_t d,
                                     const volatile int32_t *stop);

/* The elementary functions of `count` numbers; the arguments of log1p must be in [0, 1]. */
void fastgan_exp_float64(const void *x, void *result, size_t count);
void fastgan_exp_float32(const void *x, void *result, size_t count);
void fastgan_log1p_float64(const void *x, void *result, size_t count);
void fastgan_log1p_float32(const void *x, void *result, size_t count);
void fastgan_sigmoid_float64(const void *x, void *p, void *one_minus_p, size_t count);
void fastgan_sigmoid_float32(const void *x, void *p, void *one_minus_p, size_t count);

/* The name of an instruction set that this library was compiled for, from the plainest (index 0) to
 * the widest; NULL past the last. */
const char *fastgan_variant(int index);
/* Return whether processor and operating system support it. */
int fastgan_variant_supported(int index);

/* Use the variant of this name from now on, or the widest supported one if NULL. Returns 0, and
 * changes nothing, if there is none. Must not be called while another thread is in a kernel. */
int fastgan_choose_variant(const char *name);
const char *fastgan_chosen_variant(void);

#endif
