/* The histories (5, records) of a group's models. */
#ifndef FASTGAN_RECORDS_H
#define FASTGAN_RECORDS_H

#include <math.h>
#include <string.h>

#include "lanes/group.h"
#include "training/history.h"

static real *history_of(const group *g, size_t lane)
{
    return (real *)g->crowd->history + (g->first + lane) * 5 * g->crowd->records;
}

/* Record a step of the plain training: a column of each model's history, from the logits (m,). */
static void record_group_step(group *g, size_t m)
{
    const size_t stride = g->crowd->records;
    const vec *logits[3] = {g->real_logits, g->fake_logits, g->g_logits};
    for (size_t lane = 0; lane < g->models; lane++) {
        real *to = history_of(g, lane) + g->records_made, *own = g->one, *terms = own + 3 * m;
        if (g->ended[lane])
            continue;
        for (size_t i = 0; i < 3; i++)
            numbers_out_of_lane(own + i * m, logits[i], g->lanes, lane, m);
        to[0] = mean_loss(own, -1, terms, m);
        to[stride] = mean_loss(own + m, 1, terms, m);
        to[2 * stride] = mean_loss(own + 2 * m, -1, terms, m);
        to[3 * stride] = mean_probability(own, terms, m);
        to[4 * stride] = mean_probability(own + m, terms, m);
    }
    g->records_made++;
}

/* Keep the logits of a step whose batch is one row, to be recorded with others after the chunk. */
static void keep_logits(group *g, vec *records)
{
    const size_t bytes = g->vectors * sizeof(vec);
    memcpy(records, g->real_logits, bytes);
    memcpy(records + g->vectors, g->fake_logits, bytes);
    memcpy(records + 2 * g->vectors, g->g_logits, bytes);
}

static void record_kept(group *g, size_t count)
{
    const size_t stride = g->crowd->records;
    for (size_t lane = 0; lane < g->models && count; lane++) {
        real *to = history_of(g, lane) + g->records_made;
        const real *from = (const real *)g->records + lane;
        if (g->ended[lane])
            continue;
        for (size_t column = 0; column < count; column++)
            for (size_t i = 0; i < 3; i++)
                to[i * stride + column] = from[(3 * column + i) * g->lanes];
        record_single_rows(to, stride, count);
    }
    g->records_made += count;
}

/* Set the columns of a model's history from this one on to NaN. */
static void clear_history(group *g, size_t lane, size_t column)
{
    const size_t stride = g->crowd->records;
    for (; column < stride; column++)
        for (size_t i = 0; i < 5; i++)
            history_of(g, lane)[i * stride + column] = (real)NAN;
}

#endif
