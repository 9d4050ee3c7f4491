/* fastgan: training kernels for generative adversarial networks of one layer each.
 *
 * Plain C11; nothing here knows of Python. Every function exists for float64 (double) and float32
 * (float) and computes what src/fastgan/backends/numpy_reference.py specifies, to the bit. `void`
 * stands for the dtype that the function's name ends with.
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
} fastgan_status; /* But for FASTGAN_OK, the parameters of a training are as they were, or as they were
                   * at its last copy; what a crowd was to fill is in no defined state. */

/* A run over `rows` rows in mini-batches: one step of the Slanted Land schedule for each batch.
 * A batch ends with its epoch, where a last short one is used; `rows` ends with a batch. */
typedef struct {
    size_t n, d, k, rows;
    size_t batch_size;
    size_t first_row;              /* rows of the epoch that lie before the first row of the run */
    const void *data;              /* (n, d) */
    const int64_t *order;          /* (rows,) the data's row for each row of the run, or NULL: */
                                   /* as they come, beginning with first_row */
    const void *latents;           /* (rows, k), consumed in order */
    void *discriminator_weights;   /* (d,), moved in place, as are the next three */
    void *discriminator_bias;      /* (1,) */
    void *generator_weights;       /* (k, d) */
    void *generator_biases;        /* (d,) */
    double discriminator_learning_rate, generator_learning_rate; /* rounded to the dtype */
    void *history;                 /* (5, ...): losses of D on real and on fake rows and of G, D's
                                      mean of real and of fake rows; a column a recorded step */
    size_t history_stride;         /* from one of its rows to the next, in numbers */
    size_t record_every;           /* record one step in so many (0: none), */
    size_t steps_to_record;        /* after so many that are not */
    void *copies;                  /* (n_copies, d + 1 + k d + d) of the parameters, as above, */
    const int64_t *copy_after;     /* (n_copies,) after so many of the run's steps, at least one; */
    size_t n_copies;               /* rising */
    const volatile int32_t *stop;  /* read now and then, within a step too: non-zero ends the run */
} fastgan_training;

fastgan_status fastgan_train_float64(const fastgan_training *run);
fastgan_status fastgan_train_float32(const fastgan_training *run);

/* How a training is done, where it is not the Slanted Land schedule with plain descent. Real numbers
 * are rounded to the dtype; src/fastgan/backends/recipe.py has the same numbers. */
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
    size_t discriminator_steps;    /* of D between two turns of G, */
    size_t generator_steps;        /* and moves of G in its turn */
    fastgan_loss loss;
    fastgan_optimizer optimizer;
    double discriminator_learning_rate, generator_learning_rate;
    double label_smoothing;        /* the target of real rows is 1 less this */
    double clip_value;             /* infinite for none */
    double gradient_penalty_weight, r1_weight;
    double momentum, second_momentum, epsilon; /* the two betas of Adam */
} fastgan_algorithm;

/* A run of `steps` steps by an algorithm, as numpy_recipes.train specifies it. Parameters are one
 * vector: D's weights (classes, d) and biases (classes,), G's weights (k, d) and biases (classes,
 * d). Latents are consumed in order: as many in a step as its batch has rows, and in G's turn of
 * the alternating schedule as many again for each of its moves. */
typedef struct {
    const fastgan_algorithm *algorithm;
    size_t n, d, k, classes, batch_size;
    size_t first_row, first_step;  /* rows of the epoch, steps of the training, before this run */
    size_t steps;
    const void *data;              /* (n, d) */
    const int64_t *labels;         /* (n,) the class of each row */
    const int64_t *order;          /* (rows,) or NULL, as above */
    const void *latents;
    void *parameters;              /* moved in place, as are the next two */
    void *moments;                 /* (1 or 2, parameters): what the optimizer remembers, NULL for SGD */
    void *powers;                  /* (4,) of Adam's two betas, for D and for G */
    void *history;                 /* as above, as are the next four */
    size_t history_stride, record_every, steps_to_record;
    void *copies;                  /* (n_copies, parameters) */
    const int64_t *copy_after;
    size_t n_copies;
    const volatile int32_t *stop;
} fastgan_algorithm_training;

fastgan_status fastgan_train_by_algorithm_float64(const fastgan_algorithm_training *run);
fastgan_status fastgan_train_by_algorithm_float32(const fastgan_algorithm_training *run);

/* A stream of random numbers as NumPy's PCG64 keeps it: 128 bits of state and of increment, and
 * half of a number that waits for the next call for 32 bits. */
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

/* Many models trained on the same data, each as fastgan_train or fastgan_train_by_algorithm would train
 * it alone. Model i draws from a stream of its own: its parameters, then for each epoch the order of
 * the rows, if they are shuffled, and the latent vectors of its steps. */
typedef struct {
    size_t n, d, k, models, epochs, batch_size;
    const void *data;       /* (n, d) */
    const fastgan_algorithm *algorithm; /* but for its learning rates, or NULL for none; */
    size_t classes;         /* 1 without labels; if there are more, rows are not shuffled */
    const int64_t *labels;  /* (n,) with an algorithm */
    const uint64_t *seeds;  /* (models, 4), what a SeedSequence seeds PCG64 with */
    int draws_parameters;   /* or begins with those that are there */
    void *parameters;       /* (models, P): D's weights and biases, G's weights and biases, as */
                            /* above; where a model diverges, those before that step */
    const double *discriminator_learning_rates, *generator_learning_rates; /* (models,) */
    fastgan_latent latent;
    const void *latents;    /* (..., k) where they are given, for every model the same */
    int shuffle;
    /* Fills numbers (streams, count) with standard normal ones of each stream; not 0 if it failed. */
    int (*draw_normals)(void *context, fastgan_stream *from, size_t streams, double *numbers,
                        size_t count);
    void *context;
    void *history;          /* (models, 5, records); NaN from where a model ends on */
    size_t records, record_every;
    void *snapshots;        /* (models, n_snapshots, P): copies before the first step and */
                            /* after every so many; NaN from where a model ends on */
    size_t n_snapshots, snapshot_every; /* of all steps; 0 and 0 for none */
    double tolerance;       /* a model ends after an epoch that changes none of its parameters by */
    size_t patience;        /* more, and so many such epochs in a row (0: it never does) */
    int64_t *settled_at;    /* (models,) the steps after which it has, or -1 */
    int64_t *diverged_at;   /* (models,) the first step after which a parameter was not finite, or */
                            /* -1 */
    const volatile int32_t *stop;
} fastgan_crowd;

fastgan_status fastgan_train_crowd_float64(const fastgan_crowd *crowd);
fastgan_status fastgan_train_crowd_float32(const fastgan_crowd *crowd);

/* Counts that the arrays of a training have to fit; steps_to_record is the number of steps before the
 * first record. */
size_t fastgan_parameter_count(size_t classes, size_t d, size_t k);
size_t fastgan_moments(fastgan_optimizer optimizer); /* of each parameter */
size_t fastgan_records(size_t steps, size_t steps_to_record, size_t record_every);
size_t fastgan_steps_of_epoch(size_t n, size_t batch_size);

/* Steps of a run, or 0 where its rows end within a batch. */
size_t fastgan_steps(const fastgan_training *run);

/* Rows of a run, or 0 where its steps need more than `latents` latent vectors. */
size_t fastgan_rows(const fastgan_algorithm_training *run, size_t latents);

/* Latent vectors of each model of a crowd, or 0 where they are too many to count. Its epochs times its
 * rows must be at most SIZE_MAX / 2. */
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

/* The elementary functions of `count` numbers; log1p for arguments in [0, 1]. */
void fastgan_exp_float64(const void *x, void *result, size_t count);
void fastgan_exp_float32(const void *x, void *result, size_t count);
void fastgan_log1p_float64(const void *x, void *result, size_t count);
void fastgan_log1p_float32(const void *x, void *result, size_t count);
void fastgan_sigmoid_float64(const void *x, void *p, void *one_minus_p, size_t count);
void fastgan_sigmoid_float32(const void *x, void *p, void *one_minus_p, size_t count);

/* Instruction sets that this library was compiled for, from the plainest to the widest: the name
 * of one (NULL past the last), and whether processor and operating system support it. */
const char *fastgan_variant(int index);
int fastgan_variant_supported(int index);

/* Use the variant of this name from now on, or the widest that is supported if NULL. Returns 0,
 * and changes nothing, if there is none. Not while another thread is in a kernel. */
int fastgan_choose_variant(const char *name);
const char *fastgan_chosen_variant(void);

#endif
