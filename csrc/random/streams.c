/* Functions of fastgan.h that draw one number from a stream. */
#include "random/streams.h"

uint64_t fastgan_next_64(fastgan_stream *stream) { return next_64(stream); }

uint32_t fastgan_next_32(fastgan_stream *stream) { return next_32(stream); }

double fastgan_next_uniform(fastgan_stream *stream) { return next_uniform(stream); }
