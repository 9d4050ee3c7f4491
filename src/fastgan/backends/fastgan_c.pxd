# Every C function of csrc/fastgan.h, as Cython sees it.
from libc.stdint cimport int32_t, int64_t


cdef extern from "fastgan.h" nogil:
    ctypedef enum fastgan_status:
        FASTGAN_OK
        FASTGAN_STOPPED
        FASTGAN_NO_MEMORY

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
        const int32_t *stop

    fastgan_status fastgan_train_float64(const fastgan_training *run)
    fastgan_status fastgan_train_float32(const fastgan_training *run)

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
