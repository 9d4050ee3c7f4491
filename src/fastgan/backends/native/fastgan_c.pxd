# The declarations of csrc/include/fastgan.h for Cython.
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t


cdef extern from "fastgan.h" nogil:
    ctypedef enum fastgan_status:
        FASTGAN_OK
        FASTGAN_STOPPED
        FASTGAN_NO_MEMORY
        FASTGAN_NO_NORMALS

    ctypedef struct fastgan_training:
        size_t n, d, k, rows
        size_t batch_size
        size_t first_row
        const void *data
        const int64_t *order
        const void *latents
        void *discriminator_weights
        void *discriminator_bias
        void *generator_weights
        void *generator_biases
        double discriminator_learning_rate, generator_learning_rate
        void *history
        size_t history_stride
        size_t record_every
        size_t steps_to_record
        void *copies
        const int64_t *copy_after
        size_t n_copies
        const int32_t *stop

    fastgan_status fastgan_train_float64(const fastgan_training *run)
    fastgan_status fastgan_train_float32(const fastgan_training *run)

    ctypedef enum fastgan_schedule:
        FASTGAN_SEQUENTIAL
        FASTGAN_ALTERNATING
        FASTGAN_SIMULTANEOUS

    ctypedef enum fastgan_loss:
        FASTGAN_NON_SATURATING
        FASTGAN_MINIMAX
        FASTGAN_LEAST_SQUARES
        FASTGAN_WASSERSTEIN

    ctypedef enum fastgan_optimizer:
        FASTGAN_SGD
        FASTGAN_MOMENTUM
        FASTGAN_ADAM

    ctypedef struct fastgan_algorithm:
        fastgan_schedule schedule
        size_t discriminator_steps, generator_steps
        fastgan_loss loss
        fastgan_optimizer optimizer
        double discriminator_learning_rate, generator_learning_rate
        double label_smoothing, clip_value, gradient_penalty_weight, r1_weight
        double momentum, second_momentum, epsilon

    ctypedef struct fastgan_parameter_places:
        size_t discriminator_weights, discriminator_biases, generator_weights, generator_biases
        size_t size

    ctypedef struct fastgan_algorithm_training:
        fastgan_parameter_places places
        const fastgan_algorithm *algorithm
        size_t n, d, k, classes, batch_size, first_row, first_step, steps
        const void *data
        const int64_t *labels
        const int64_t *order
        const void *latents
        void *parameters
        void *moments
        void *powers
        void *history
        size_t history_stride, record_every, steps_to_record
        void *copies
        const int64_t *copy_after
        size_t n_copies
        const int32_t *stop

    fastgan_status fastgan_train_by_algorithm_float64(const fastgan_algorithm_training *run)
    fastgan_status fastgan_train_by_algorithm_float32(const fastgan_algorithm_training *run)

    ctypedef struct fastgan_stream:
        uint64_t high, low, increment_high, increment_low
        uint32_t has_half, half

    uint64_t fastgan_next_64(fastgan_stream *stream)
    uint32_t fastgan_next_32(fastgan_stream *stream)
    double fastgan_next_uniform(fastgan_stream *stream)

    ctypedef enum fastgan_latent:
        FASTGAN_UNIFORM
        FASTGAN_NORMAL
        FASTGAN_EXPLICIT

    ctypedef struct fastgan_crowd:
        size_t n, d, k, models, epochs, batch_size
        const void *data
        const fastgan_algorithm *algorithm
        size_t classes
        fastgan_parameter_places places
        const int64_t *labels
        const uint64_t *seeds
        int draws_parameters
        void *parameters
        const double *discriminator_learning_rates
        const double *generator_learning_rates
        fastgan_latent latent
        const void *latents
        int shuffle
        int (*draw_normals)(void *context, fastgan_stream *from_, size_t streams,
                            double *numbers, size_t count) noexcept
        void *context
        void *history
        size_t records, record_every
        void *snapshots
        size_t n_snapshots, snapshot_every
        double tolerance
        size_t patience
        int64_t *settled_at
        int64_t *diverged_at
        const int32_t *stop

    fastgan_status fastgan_train_crowd_float64(const fastgan_crowd *crowd)
    fastgan_status fastgan_train_crowd_float32(const fastgan_crowd *crowd)

    size_t fastgan_moments(fastgan_optimizer optimizer)
    size_t fastgan_records(size_t steps, size_t steps_to_record, size_t record_every)
    size_t fastgan_steps_of_epoch(size_t n, size_t batch_size)
    size_t fastgan_steps(const fastgan_training *run)
    size_t fastgan_rows(const fastgan_algorithm_training *run, size_t latents)
    size_t fastgan_latents(const fastgan_crowd *crowd)

    fastgan_status fastgan_generate_float64(
        const void *latents, const void *weights, const void *biases, void *pictures,
        size_t rows, size_t d, size_t k, const int32_t *stop)
    fastgan_status fastgan_generate_float32(
        const void *latents, const void *weights, const void *biases, void *pictures,
        size_t rows, size_t d, size_t k, const int32_t *stop)

    fastgan_status fastgan_score_float64(
        const void *pictures, const void *weights, const void *bias, void *scores,
        size_t rows, size_t d, const int32_t *stop)
    fastgan_status fastgan_score_float32(
        const void *pictures, const void *weights, const void *bias, void *scores,
        size_t rows, size_t d, const int32_t *stop)

    void fastgan_exp_float64(const void *x, void *result, size_t count)
    void fastgan_exp_float32(const void *x, void *result, size_t count)
    void fastgan_log1p_float64(const void *x, void *result, size_t count)
    void fastgan_log1p_float32(const void *x, void *result, size_t count)
    void fastgan_sigmoid_float64(const void *x, void *p, void *one_minus_p, size_t count)
    void fastgan_sigmoid_float32(const void *x, void *p, void *one_minus_p, size_t count)

    const char *fastgan_variant(int index)
    int fastgan_variant_supported(int index)
    int fastgan_choose_variant(const char *name)
    const char *fastgan_chosen_variant()
