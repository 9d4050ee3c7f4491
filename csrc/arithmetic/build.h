/* The dtype and the instruction set that the kernels are compiled for, and the names and widths
 * that follow from them.
 *
 * Parameters:
 *   FASTGAN_REAL_BITS  64 or 32
 *   FASTGAN_VARIANT    generic, avx2 or avx512: the instruction set of the compiler's flags
 */
#ifndef FASTGAN_BUILD_H
#define FASTGAN_BUILD_H

#include <float.h>
#include <stdint.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "arithmetic/compiler.h"

#if defined(_MSC_VER) && !defined(__clang__)
#pragma fp_contract(off)
#endif

#if FLT_EVAL_METHOD != 0
#error "fastgan needs arithmetic in the precision of the operands (on x86: SSE2, not x87)"
#endif

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)

/* Names in templates: with a WIDTH of 4, W(real) is real4 and W_(load) is load_4. */
#define W(name) CONCAT(name, WIDTH)
#define W_(name) CONCAT(name##_, WIDTH)

#if FASTGAN_REAL_BITS == 64
typedef double real;
typedef uint64_t bits;
typedef int64_t signed_bits;
#define DTYPE float64
#define SIGN_BIT 0x8000000000000000u
#define LARGEST_REAL DBL_MAX
#else
typedef float real;
typedef uint32_t bits;
typedef int32_t signed_bits;
#define DTYPE float32
#define SIGN_BIT 0x80000000u
#define LARGEST_REAL FLT_MAX
#endif

/* The only exported name: fastgan_float64_avx2 and so on. */
#define FASTGAN_KERNELS CONCAT(CONCAT(fastgan_, DTYPE), CONCAT(_, FASTGAN_VARIANT))

/* LANES numbers fill a vector of the instruction set; rows of few features take at most four lanes,
 * however wide a vector is. Plain numbers, since names are made of them. */
#if !defined(__GNUC__)
#define LANES 1
#elif defined(__AVX512F__) && FASTGAN_REAL_BITS == 64
#define LANES 8
#elif defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__) && FASTGAN_REAL_BITS == 64
#define LANES 4
#elif defined(__AVX2__)
#define LANES 8
#elif FASTGAN_REAL_BITS == 64
#define LANES 2
#else
#define LANES 4
#endif

#if LANES > 4
#define ROW_LANES 4
#else
#define ROW_LANES LANES
#endif

#endif
