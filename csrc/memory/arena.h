/* A workspace in one allocation: its arrays follow one another, each aligned to a cache line.
 *
 * The same code lays it out twice: first without a base, to add up the bytes, and again after
 * `allocate`.
 */
#ifndef FASTGAN_ARENA_H
#define FASTGAN_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define CACHE_LINE 64 /* bytes */

typedef struct {
    char *base;
    size_t used;
    int too_large;
} arena;

static void *take(arena *memory, size_t count, size_t size)
{
    if (count > SIZE_MAX / 8 / size || memory->used > SIZE_MAX / 8) {
        memory->too_large = 1;
        return NULL;
    }
    void *part = memory->base ? memory->base + memory->used : NULL;
    memory->used += (count * size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return part;
}

/* Allocate what was laid out, for the next layout. Returns the memory to be freed, or NULL. */
static void *allocate(arena *memory)
{
    char *whole = memory->too_large ? NULL : malloc(memory->used + CACHE_LINE);
    if (whole)
        memory->base = whole + (CACHE_LINE - (uintptr_t)whole % CACHE_LINE);
    memory->used = 0;
    return whole;
}

#endif
