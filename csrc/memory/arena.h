/* A workspace in one segment of memory: its parts one after the other, each aligned to a cache line.
 *
 * Laid out twice, by the same code: first without a base, to learn how much is used, and once more
 * after `allocate`.
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

/* Memory for what was laid out, to be given to free, or NULL; the next layout is within it. */
static void *allocate(arena *memory)
{
    char *whole = memory->too_large ? NULL : malloc(memory->used + CACHE_LINE);
    if (whole)
        memory->base = whole + (CACHE_LINE - (uintptr_t)whole % CACHE_LINE);
    memory->used = 0;
    return whole;
}

#endif
