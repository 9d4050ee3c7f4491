/* Uniform numbers from STREAMS_AT_ONCE streams side by side, with the bits of streams.h. A product
 * of two numbers of 64 bits is the sum of four products of their halves.
 */
#ifndef FASTGAN_WIDE_STREAMS_H
#define FASTGAN_WIDE_STREAMS_H

#include <string.h>

#include "arithmetic/build.h"
#include "random/streams.h"

#if defined(__AVX512DQ__) && LANES >= 8
#define STREAMS_AT_ONCE 8
#elif LANES >= 4
#define STREAMS_AT_ONCE 4
#else
#define STREAMS_AT_ONCE LANES
#endif

#if defined(__AVX2__) && LANES >= 4
/* States and increments of the streams, as arrays of their halves. */
typedef struct {
    uint64_t high[STREAMS_AT_ONCE], low[STREAMS_AT_ONCE];
    uint64_t increment_high[STREAMS_AT_ONCE], increment_low[STREAMS_AT_ONCE];
} stream_parts;

static stream_parts parts_of(const fastgan_stream *streams)
{
    stream_parts parts;
    for (int i = 0; i < STREAMS_AT_ONCE; i++) {
        parts.high[i] = streams[i].high, parts.low[i] = streams[i].low;
        parts.increment_high[i] = streams[i].increment_high;
        parts.increment_low[i] = streams[i].increment_low;
    }
    return parts;
}

static void keep_states(fastgan_stream *streams, const stream_parts *parts)
{
    for (int i = 0; i < STREAMS_AT_ONCE; i++)
        streams[i].high = parts->high[i], streams[i].low = parts->low[i];
}
#endif

#if STREAMS_AT_ONCE == 8
/* The high halves of the products with a constant. */
ALWAYS_INLINE __m512i high_halves(__m512i a, uint64_t b)
{
    const __m512i b_low = _mm512_set1_epi64((long long)(b & 0xffffffff));
    const __m512i b_high = _mm512_set1_epi64((long long)(b >> 32));
    const __m512i a_high = _mm512_srli_epi64(a, 32);
    const __m512i middle = _mm512_add_epi64(_mm512_mul_epu32(a_high, b_low),
                                            _mm512_srli_epi64(_mm512_mul_epu32(a, b_low), 32));
    const __m512i low_middle = _mm512_and_si512(middle, _mm512_set1_epi64(0xffffffff));
    const __m512i other = _mm512_add_epi64(_mm512_mul_epu32(a, b_high), low_middle);
    return _mm512_add_epi64(
        _mm512_mul_epu32(a_high, b_high),
        _mm512_add_epi64(_mm512_srli_epi64(middle, 32), _mm512_srli_epi64(other, 32)));
}

/* Uniform numbers (count, lanes) from eight streams, to eight neighbouring lanes. */
static void draw_uniform(fastgan_stream *streams, real *to, size_t count, size_t lanes)
{
    stream_parts parts = parts_of(streams);
    __m512i high = _mm512_loadu_si512(parts.high), low = _mm512_loadu_si512(parts.low);
    const __m512i increment_high = _mm512_loadu_si512(parts.increment_high);
    const __m512i increment_low = _mm512_loadu_si512(parts.increment_low);
    const __m512i multiplier_high = _mm512_set1_epi64((long long)MULTIPLIER_HIGH);
    const __m512i multiplier_low = _mm512_set1_epi64((long long)MULTIPLIER_LOW);
    for (size_t i = 0; i < count; i++) {
        const __m512i next_low =
            _mm512_add_epi64(_mm512_mullo_epi64(low, multiplier_low), increment_low);
        const __mmask8 carry = _mm512_cmplt_epu64_mask(next_low, increment_low);
        const __m512i crossed = _mm512_add_epi64(_mm512_mullo_epi64(high, multiplier_low),
                                                 _mm512_mullo_epi64(low, multiplier_high));
        high = _mm512_add_epi64(_mm512_add_epi64(high_halves(low, MULTIPLIER_LOW), crossed),
                                increment_high);
        high = _mm512_mask_add_epi64(high, carry, high, _mm512_set1_epi64(1));
        low = next_low;
        const __m512i mixed =
            _mm512_rorv_epi64(_mm512_xor_si512(high, low), _mm512_srli_epi64(high, 58));
        const __m512d number = _mm512_mul_pd(_mm512_cvtepi64_pd(_mm512_srli_epi64(mixed, 11)),
                                             _mm512_set1_pd(0x1p-53));
#if FASTGAN_REAL_BITS == 64
        _mm512_storeu_pd(to + i * lanes, number);
#else
        _mm256_storeu_ps(to + i * lanes, _mm512_cvtpd_ps(number));
#endif
    }
    _mm512_storeu_si512(parts.high, high);
    _mm512_storeu_si512(parts.low, low);
    keep_states(streams, &parts);
}

#elif defined(__AVX2__) && LANES >= 4
/* The states of four streams, or their increments. */
typedef struct {
    __m256i high, low;
} four_states;

#define LOW_HALF(x) _mm256_set1_epi64x((long long)((x) & 0xffffffff))
#define HIGH_HALF(x) _mm256_set1_epi64x((long long)((x) >> 32))
/* With exchanged halves, a product half by half consists of the two cross products. */
#define CROSSED(x) _mm256_set1_epi64x((long long)((x) << 32 | (x) >> 32))

ALWAYS_INLINE four_states advance_four(four_states state, four_states increment)
{
    const __m256i low_high = _mm256_srli_epi64(state.low, 32), zero = _mm256_setzero_si256();
    const __m256i lowest = _mm256_mul_epu32(state.low, LOW_HALF(MULTIPLIER_LOW));
    const __m256i middle =
        _mm256_add_epi64(_mm256_mul_epu32(low_high, LOW_HALF(MULTIPLIER_LOW)),
                         _mm256_srli_epi64(lowest, 32));
    const __m256i other = _mm256_add_epi64(_mm256_mul_epu32(state.low, HIGH_HALF(MULTIPLIER_LOW)),
                                           _mm256_blend_epi32(middle, zero, 0xaa));
    const __m256i carried =
        _mm256_add_epi64(_mm256_add_epi64(_mm256_mul_epu32(low_high, HIGH_HALF(MULTIPLIER_LOW)),
                                          _mm256_srli_epi64(middle, 32)),
                         _mm256_srli_epi64(other, 32));
    const __m256i low = _mm256_add_epi64(
        _mm256_blend_epi32(lowest, _mm256_slli_epi64(other, 32), 0xaa), increment.low);
    /* Only the low 64 bits of the products with a high part matter. */
    const __m256i cross = _mm256_add_epi32(_mm256_mullo_epi32(state.high, CROSSED(MULTIPLIER_LOW)),
                                           _mm256_mullo_epi32(state.low, CROSSED(MULTIPLIER_HIGH)));
    const __m256i crossed = _mm256_blend_epi32(
        zero, _mm256_add_epi32(cross, _mm256_slli_epi64(cross, 32)), 0xaa);
    const __m256i straight =
        _mm256_add_epi64(_mm256_mul_epu32(state.high, LOW_HALF(MULTIPLIER_LOW)),
                         _mm256_mul_epu32(state.low, LOW_HALF(MULTIPLIER_HIGH)));
    const __m256i high = _mm256_add_epi64(_mm256_add_epi64(carried, increment.high),
                                          _mm256_add_epi64(crossed, straight));
    /* Comparisons are of signed numbers, and yield -1 where they hold. */
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    const __m256i carry = _mm256_cmpgt_epi64(_mm256_xor_si256(increment.low, sign),
                                             _mm256_xor_si256(low, sign));
    return (four_states){_mm256_sub_epi64(high, carry), low};
}

/* The upper 53 bits of each number as a fraction in [0, 1). The upper 21 bits are added to 2^31, in
 * units of 2^-21, and the other 32 to 1/2, in units of 2^-53; then 2^31 + 1/2 is subtracted. All
 * these differences and sums are exact. */
ALWAYS_INLINE __m256d four_fractions(__m256i x)
{
    const __m256i above = _mm256_castpd_si256(_mm256_set1_pd(0x1p31));
    const __m256i below = _mm256_castpd_si256(_mm256_set1_pd(0.5));
    const __m256i upper = _mm256_or_si256(_mm256_srli_epi64(x, 43), above);
    const __m256i lower = _mm256_blend_epi32(_mm256_srli_epi64(x, 11), below, 0xaa);
    return _mm256_add_pd(
        _mm256_sub_pd(_mm256_castsi256_pd(upper), _mm256_set1_pd(0x1p31 + 0.5)),
        _mm256_castsi256_pd(lower));
}

/* Uniform numbers (count, lanes) from four streams, to four neighbouring lanes. */
static void draw_uniform(fastgan_stream *streams, real *to, size_t count, size_t lanes)
{
    stream_parts parts = parts_of(streams);
    four_states state = {_mm256_loadu_si256((const __m256i *)parts.high),
                         _mm256_loadu_si256((const __m256i *)parts.low)};
    const four_states increment = {_mm256_loadu_si256((const __m256i *)parts.increment_high),
                                   _mm256_loadu_si256((const __m256i *)parts.increment_low)};
    for (size_t i = 0; i < count; i++) {
        state = advance_four(state, increment);
        const __m256i mixed = _mm256_xor_si256(state.high, state.low);
        const __m256i right = _mm256_srli_epi64(state.high, 58);
        /* A rotation by 0 shifts left by 64 bits, which yields 0. */
        const __m256i left = _mm256_sub_epi64(_mm256_set1_epi64x(64), right);
        const __m256d number = four_fractions(_mm256_or_si256(_mm256_srlv_epi64(mixed, right),
                                                              _mm256_sllv_epi64(mixed, left)));
#if FASTGAN_REAL_BITS == 64
        _mm256_storeu_pd(to + i * lanes, number);
#else
        _mm_storeu_ps(to + i * lanes, _mm256_cvtpd_ps(number));
#endif
    }
    _mm256_storeu_si256((__m256i *)parts.high, state.high);
    _mm256_storeu_si256((__m256i *)parts.low, state.low);
    keep_states(streams, &parts);
}

#else
/* Uniform numbers (count, lanes) from STREAMS_AT_ONCE streams, whose latencies overlap, to as many
 * neighbouring lanes. */
static void draw_uniform(fastgan_stream *streams, real *to, size_t count, size_t lanes)
{
    fastgan_stream own[STREAMS_AT_ONCE];
    memcpy(own, streams, sizeof own);
    for (size_t i = 0; i < count; i++)
        for (int j = 0; j < STREAMS_AT_ONCE; j++)
            to[i * lanes + (size_t)j] = (real)next_uniform(&own[j]);
    memcpy(streams, own, sizeof own);
}
#endif

#endif
