/* The functions of fastgan.h. They choose an instruction set, and compute in IEEE 754's default
 * environment, whatever another library has done to rounding, subnormal numbers or traps. */
#include <fenv.h>
#include <string.h>

#include "kernels.h"

typedef struct {
    const char *name;
    const fastgan_kernels *float64, *float32;
} variant;

static const variant variants[] = {
    {"generic", &fastgan_float64_generic, &fastgan_float32_generic},
#if defined(FASTGAN_X86_VARIANTS)
    {"avx2", &fastgan_float64_avx2, &fastgan_float32_avx2},
    {"avx512", &fastgan_float64_avx512, &fastgan_float32_avx512},
#endif
};
enum { VARIANTS = sizeof variants / sizeof variants[0] };

/* Return whether processor and operating system support it; the compiler's built-in checks both. */
static int is_supported(int index)
{
#if defined(FASTGAN_X86_VARIANTS)
    __builtin_cpu_init();
    if (index == 1)
        return __builtin_cpu_supports("avx2") != 0;
    if (index == 2)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    return index == 0;
}

/* The only global state, set while Python imports the module, before any kernel runs. */
static const variant *chosen = &variants[0];

const char *fastgan_variant(int index) { return index < VARIANTS ? variants[index].name : NULL; }

int fastgan_variant_supported(int index) { return index < VARIANTS && is_supported(index); }

const char *fastgan_chosen_variant(void) { return chosen->name; }

int fastgan_choose_variant(const char *name)
{
    for (int i = VARIANTS - 1; i >= 0; i--)
        if (is_supported(i) && (!name || strcmp(name, variants[i].name) == 0)) {
            chosen = &variants[i];
            return 1;
        }
    return 0;
}

#define IN_DEFAULT_ENVIRONMENT(statement) \
    do {                                  \
        fenv_t callers;                   \
        fegetenv(&callers);               \
        fesetenv(FE_DFL_ENV);             \
        statement;                        \
        fesetenv(&callers);               \
    } while (0)

#define DEFINE(dtype)                                                                           \
    fastgan_status fastgan_train_##dtype(const fastgan_training *run)                           \
    {                                                                                           \
        fastgan_status status;                                                                  \
        IN_DEFAULT_ENVIRONMENT(status = chosen->dtype->train(run));                             \
        return status;                                                                          \
    }                                                                                           \
    fastgan_status fastgan_train_by_algorithm_##dtype(const fastgan_algorithm_training *run)    \
    {                                                                                           \
        fastgan_status status;                                                                  \
        IN_DEFAULT_ENVIRONMENT(status = chosen->dtype->train_by_algorithm(run));                \
        return status;                                                                          \
    }                                                                                           \
    fastgan_status fastgan_train_crowd_##dtype(const fastgan_crowd *crowd)                      \
    {                                                                                           \
        fastgan_status status;                                                                  \
        IN_DEFAULT_ENVIRONMENT(status = chosen->dtype->train_crowd(crowd));                     \
        return status;                                                                          \
    }                                                                                           \
    fastgan_status fastgan_generate_##dtype(const void *latents, const void *weights,           \
                                            const void *biases, void *pictures, size_t rows,    \
                                            size_t d, size_t k, const volatile int32_t *stop)   \
    {                                                                                           \
        fastgan_status status;                                                                  \
        IN_DEFAULT_ENVIRONMENT(status = chosen->dtype->generate(latents, weights, biases,       \
                                                                pictures, rows, d, k, stop));   \
        return status;                                                                          \
    }                                                                                           \
    fastgan_status fastgan_score_##dtype(const void *pictures, const void *weights,             \
                                         const void *bias, void *scores, size_t rows, size_t d, \
                                         const volatile int32_t *stop)                          \
    {                                                                                           \
        fastgan_status status;                                                                  \
        IN_DEFAULT_ENVIRONMENT(                                                                 \
            status = chosen->dtype->score(pictures, weights, bias, scores, rows, d, stop));     \
        return status;                                                                          \
    }                                                                                           \
    void fastgan_exp_##dtype(const void *x, void *result, size_t count)                         \
    {                                                                                           \
        IN_DEFAULT_ENVIRONMENT(chosen->dtype->exp(x, result, count));                           \
    }                                                                                           \
    void fastgan_log1p_##dtype(const void *x, void *result, size_t count)                       \
    {                                                                                           \
        IN_DEFAULT_ENVIRONMENT(chosen->dtype->log1p(x, result, count));                         \
    }                                                                                           \
    void fastgan_sigmoid_##dtype(const void *x, void *p, void *one_minus_p, size_t count)       \
    {                                                                                           \
        IN_DEFAULT_ENVIRONMENT(chosen->dtype->sigmoid(x, p, one_minus_p, count));               \
    }

DEFINE(float64)
DEFINE(float32)
