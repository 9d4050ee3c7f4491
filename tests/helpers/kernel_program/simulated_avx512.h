/* AVX-512's instructions, which SIMDe builds from others, so that kernels.c as compiled for AVX-512
 * runs on any processor. Must be included before everything else.
 */
#include <immintrin.h> /* before SIMDe redefines its names */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#define __AVX2__ 1
#define __AVX512F__ 1
#define __AVX512DQ__ 1
#define __AVX512BW__ 1
#define __AVX512VL__ 1

/* Instructions that SIMDe lacks. */
static inline simde__m512d simulated_cvtepi64_pd(simde__m512i integers)
{
    simde__m512i_private from = simde__m512i_to_private(integers);
    simde__m512d_private to;
    for (int lane = 0; lane < 8; lane++)
        to.f64[lane] = (double)from.i64[lane];
    return simde__m512d_from_private(to);
}
#define _mm512_cvtepi64_pd simulated_cvtepi64_pd

static inline unsigned char simulated_cmplt_epu64_mask(simde__m512i a, simde__m512i b)
{
    const simde__m512i_private x = simde__m512i_to_private(a), y = simde__m512i_to_private(b);
    unsigned char mask = 0;
    for (int lane = 0; lane < 8; lane++)
        mask |= (unsigned char)((x.u64[lane] < y.u64[lane]) << lane);
    return mask;
}
#define _mm512_cmplt_epu64_mask simulated_cmplt_epu64_mask

static inline simde__m256 simulated_cvtpd_ps(simde__m512d numbers)
{
    const simde__m512d_private from = simde__m512d_to_private(numbers);
    simde__m256_private to;
    for (int lane = 0; lane < 8; lane++)
        to.f32[lane] = (float)from.f64[lane];
    return simde__m256_from_private(to);
}
#define _mm512_cvtpd_ps simulated_cvtpd_ps
