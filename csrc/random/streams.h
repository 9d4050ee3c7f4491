/* Random streams: NumPy's PCG64 (the generator behind `numpy.random.default_rng`), to the bit.
 *
 * A linear congruential generator of 128 bits, whose state is permuted to 64 bits (XSL-RR):
 * M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for
 * Random Number Generation", 2014. Model i of a crowd has a stream of its own.
 */
#ifndef FASTGAN_STREAMS_H
#define FASTGAN_STREAMS_H

#include "arithmetic/compiler.h"
#include "include/fastgan.h"

/* The next state is the state times this multiplier, plus the increment, modulo 2^128. */
#define MULTIPLIER_HIGH 0x2360ed051fc65da4u
#define MULTIPLIER_LOW 0x4385df649fccf645u

#if defined(__SIZEOF_INT128__)
__extension__ typedef unsigned __int128 wide_product;

ALWAYS_INLINE uint64_t high_half(uint64_t a, uint64_t b)
{
    return (uint64_t)((wide_product)a * b >> 64);
}
#else
ALWAYS_INLINE uint64_t high_half(uint64_t a, uint64_t b)
{
    const uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    const uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    return a_high * b_high + (middle >> 32) + ((a_low * b_high + (uint32_t)middle) >> 32);
}
#endif

ALWAYS_INLINE void advance_stream(fastgan_stream *stream)
{
    const uint64_t high = stream->high, low = stream->low;
    uint64_t next_high = high_half(low, MULTIPLIER_LOW) + high * MULTIPLIER_LOW +
                         low * MULTIPLIER_HIGH + stream->increment_high;
    const uint64_t next_low = low * MULTIPLIER_LOW + stream->increment_low;
    next_high += next_low < stream->increment_low;
    stream->high = next_high;
    stream->low = next_low;
}

ALWAYS_INLINE uint64_t next_64(fastgan_stream *stream)
{
    advance_stream(stream);
    const uint64_t mixed = stream->high ^ stream->low;
    const unsigned rotation = (unsigned)(stream->high >> 58);
    return mixed >> rotation | mixed << (-rotation & 63);
}

/* Half of a number of 64 bits, the low one first; the stream keeps the other for the next call. */
ALWAYS_INLINE uint32_t next_32(fastgan_stream *stream)
{
    if (stream->has_half) {
        stream->has_half = 0;
        return stream->half;
    }
    const uint64_t whole = next_64(stream);
    stream->has_half = 1;
    stream->half = (uint32_t)(whole >> 32);
    return (uint32_t)whole;
}

/* A uniform number in [0, 1), of 53 bits. */
ALWAYS_INLINE double next_uniform(fastgan_stream *stream)
{
    return (double)(int64_t)(next_64(stream) >> 11) * 0x1p-53;
}
#endif
