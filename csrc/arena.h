/* A workspace in one piece of memory: its parts one after the other, each aligned to a cache line.
 *
 * Laid out twice, by the same code: first without a base, to learn how much is used.
 */

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
    memory->used += (count * size + 63) / 64 * 64;
    return part;
}
