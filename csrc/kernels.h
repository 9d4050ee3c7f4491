/* The table of kernels.c for each dtype and instruction set; dispatch.c chooses among them. */
#ifndef FASTGAN_KERNELS_H
#define FASTGAN_KERNELS_H

#include "include/fastgan.h"

/* The functions of fastgan.h, which compute in the floating-point environment of their caller. */
typedef struct {
    fastgan_status (*train)(const fastgan_training *run);
    fastgan_status (*train_by_algorithm)(const fastgan_algorithm_training *run);
    fastgan_status (*train_crowd)(const fastgan_crowd *crowd);
    fastgan_status (*generate)(const void *latents, const void *weights, const void *biases,
                               void *pictures, size_t rows, size_t d, size_t k,
                               const volatile int32_t *stop);
    fastgan_status (*score)(const void *pictures, const void *weights, const void *bias,
                            void *scores, size_t rows, size_t d, const volatile int32_t *stop);
    void (*exp)(const void *x, void *result, size_t count);
    void (*log1p)(const void *x, void *result, size_t count);
    void (*sigmoid)(const void *x, void *p, void *one_minus_p, size_t count);
} fastgan_kernels;

extern const fastgan_kernels fastgan_float64_generic, fastgan_float32_generic;
#if defined(FASTGAN_X86_VARIANTS)
extern const fastgan_kernels fastgan_float64_avx2, fastgan_float32_avx2;
extern const fastgan_kernels fastgan_float64_avx512, fastgan_float32_avx512;
#endif

#endif
