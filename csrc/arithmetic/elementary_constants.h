/* The numbers that define the project's own exp, log1p and sigmoid.
 *
 * tools/elementary_coefficients.py computes them and describes the method; the tests recompute them
 * and compare them with this file and with the elementary_constants.py of the reference backend.
 */
#ifndef FASTGAN_ELEMENTARY_CONSTANTS_H
#define FASTGAN_ELEMENTARY_CONSTANTS_H

#include "arithmetic/build.h"

#if FASTGAN_REAL_BITS == 64

#define TABLE_BITS 4
#define SIGNIFICAND_BITS 52
#define EXPONENT_BIAS 1023
/* The bias plus a multiple of twice the exponent's range, which a shift to the left drops. */
#define EXPONENT_ORIGIN 5119
#define EXPONENT_MASK 0x1fff
/* Adding ROUNDER to a number rounds it to an integer, in the low bits of the sum. */
#define ROUNDER (0x1.8p52 + (1 << TABLE_BITS) * EXPONENT_ORIGIN)
#define STEPS_PER_UNIT 0x1.71547652b82fep+4 /* 2^TABLE_BITS / ln 2 */
#define STEP_HIGH 0x1.62e42fefa0000p-5 /* ln 2 / 2^TABLE_BITS; its multiples are exact */
#define STEP_LOW 0x1.cf79abc9e3b3ap-44 /* ln 2 / 2^TABLE_BITS - STEP_HIGH */
/* Up to this |x| the sigmoid's common path neither overflows nor underflows. */
#define SIGMOID_LIMIT 700.0
#define LOWEST_EXP -746.0
#define HIGHEST_EXP 710.0

/* 2^(-j / 2^TABLE_BITS): its first digits in table_high, the rest in table_low. */
static const real table_high[16] = {
    0x1.0000000000000p+0,
    0x1.e000000000000p-1,
    0x1.e000000000000p-1,
    0x1.c000000000000p-1,
    0x1.a000000000000p-1,
    0x1.a000000000000p-1,
    0x1.8000000000000p-1,
    0x1.8000000000000p-1,
    0x1.6000000000000p-1,
    0x1.6000000000000p-1,
    0x1.4000000000000p-1,
    0x1.4000000000000p-1,
    0x1.4000000000000p-1,
    0x1.2000000000000p-1,
    0x1.2000000000000p-1,
    0x1.0000000000000p-1,
};

static const real table_low[16] = {
    0x0.0p+0,
    0x1.495f454921b31p-6,
    -0x1.4fce4608b6f1bp-6,
    0x1.99bdd85529c22p-9,
    0x1.d13f32b5a75acp-6,
    -0x1.db73eae07b7f2p-8,
    0x1.59ca845541b6bp-6,
    -0x1.7bae3053f9e4ap-7,
    0x1.413cccfe77992p-6,
    -0x1.53e08adeaf5aap-7,
    0x1.7fb5aa6c544e4p-6,
    -0x1.0acd9f6e5eee5p-8,
    -0x1.f203eb9c91d5ap-6,
    0x1.c3d373ab11c33p-8,
    -0x1.1a8f87055d0a4p-6,
    0x1.6ab0d9f3121ecp-6,
};

/* The same in pairs, for vectors whose lanes load their entries one by one. */
static const real table_pairs[32] = {
    0x1.0000000000000p+0, 0x0.0p+0,
    0x1.e000000000000p-1, 0x1.495f454921b31p-6,
    0x1.e000000000000p-1, -0x1.4fce4608b6f1bp-6,
    0x1.c000000000000p-1, 0x1.99bdd85529c22p-9,
    0x1.a000000000000p-1, 0x1.d13f32b5a75acp-6,
    0x1.a000000000000p-1, -0x1.db73eae07b7f2p-8,
    0x1.8000000000000p-1, 0x1.59ca845541b6bp-6,
    0x1.8000000000000p-1, -0x1.7bae3053f9e4ap-7,
    0x1.6000000000000p-1, 0x1.413cccfe77992p-6,
    0x1.6000000000000p-1, -0x1.53e08adeaf5aap-7,
    0x1.4000000000000p-1, 0x1.7fb5aa6c544e4p-6,
    0x1.4000000000000p-1, -0x1.0acd9f6e5eee5p-8,
    0x1.4000000000000p-1, -0x1.f203eb9c91d5ap-6,
    0x1.2000000000000p-1, 0x1.c3d373ab11c33p-8,
    0x1.2000000000000p-1, -0x1.1a8f87055d0a4p-6,
    0x1.0000000000000p-1, 0x1.6ab0d9f3121ecp-6,
};

/* c_2, c_3, ... of e^r = 1 + r + r^2 (c_2 + c_3 r + ...). */
static const real exp_coefficients[5] = {
    0x1.fffffffffffb9p-2,
    0x1.555555548ec20p-3,
    0x1.55555558f9fe4p-5,
    0x1.11123b43e4ba3p-7,
    0x1.6c14ca11f7942p-10,
};

/* l_1, l_2, ... of log((1 + f) / (1 - f)) = 2 f + f z (l_1 + l_2 z + ...), z = f^2. */
static const real log1p_coefficients[10] = {
    0x1.5555555555535p-1,
    0x1.99999999a06c1p-2,
    0x1.24924920910f8p-2,
    0x1.c71c741a08580p-3,
    0x1.745cb45969f6ap-3,
    0x1.3b1dd3b3426bap-3,
    0x1.10682e7ec8bc1p-3,
    0x1.efd19304f878ap-4,
    0x1.55cf3e8701341p-4,
    0x1.5c5c3b601021fp-3,
};

#else

#define TABLE_BITS 3
#define SIGNIFICAND_BITS 23
#define EXPONENT_BIAS 127
/* The bias plus a multiple of twice the exponent's range, which a shift to the left drops. */
#define EXPONENT_ORIGIN 639
#define EXPONENT_MASK 0x3ff
/* Adding ROUNDER to a number rounds it to an integer, in the low bits of the sum. */
#define ROUNDER (0x1.8p23f + (1 << TABLE_BITS) * EXPONENT_ORIGIN)
#define STEPS_PER_UNIT 0x1.7154760000000p+3f /* 2^TABLE_BITS / ln 2 */
#define STEP_HIGH 0x1.62e0000000000p-4f /* ln 2 / 2^TABLE_BITS; its multiples are exact */
#define STEP_LOW 0x1.0bfbe80000000p-18f /* ln 2 / 2^TABLE_BITS - STEP_HIGH */
/* Up to this |x| the sigmoid's common path neither overflows nor underflows. */
#define SIGMOID_LIMIT 80.0f
#define LOWEST_EXP -104.0f
#define HIGHEST_EXP 89.0f

/* 2^(-j / 2^TABLE_BITS): its first digits in table_high, the rest in table_low. */
static const real table_high[8] = {
    0x1.0000000000000p+0f,
    0x1.d800000000000p-1f,
    0x1.b000000000000p-1f,
    0x1.8800000000000p-1f,
    0x1.6800000000000p-1f,
    0x1.4800000000000p-1f,
    0x1.3000000000000p-1f,
    0x1.1800000000000p-1f,
};

static const real table_low[8] = {
    0x0.0p+0f,
    -0x1.3f39180000000p-8f,
    -0x1.76066a0000000p-9f,
    0x1.672a120000000p-8f,
    0x1.04f3340000000p-8f,
    0x1.fed6aa0000000p-8f,
    0x1.bf828c0000000p-11f,
    -0x1.a8f8700000000p-10f,
};

/* c_2, c_3, ... of e^r = 1 + r + r^2 (c_2 + c_3 r + ...). */
static const real exp_coefficients[3] = {
    0x1.0000000000000p-1f,
    0x1.555c7a0000000p-3f,
    0x1.5548380000000p-5f,
};

/* l_1, l_2, ... of log((1 + f) / (1 - f)) = 2 f + f z (l_1 + l_2 z + ...), z = f^2. */
static const real log1p_coefficients[5] = {
    0x1.5555580000000p-1f,
    0x1.9996b00000000p-2f,
    0x1.2508b00000000p-2f,
    0x1.b6e6cc0000000p-3f,
    0x1.f173440000000p-3f,
};

#endif
#endif
