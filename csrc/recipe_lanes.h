/* What the schedules of recipes are made of, for a group of models: recipe_moves.h, with a vector of
 * lanes for each number, and in the same order.
 *
 * Rows of a batch have the same classes in all models: where models shuffle, there is one class.
 */

/* The slopes of which losses: D's on real rows and on G's pictures, and G's. */
typedef enum { OF_REALS,
               OF_FAKES,
               OF_G } slope_of;

/* Derivatives (m,) of the mean loss by the logits. */
ALWAYS_INLINE void derive_by_recipe(group *g, const vec *logits, slope_of of, size_t m,
                                    size_t vectors)
{
    const recipe *r = &g->r;
    for (size_t i = 0; i < m * vectors; i++) {
        const vec slope = of == OF_REALS   ? WIDE(real_slope)(r, logits[i])
                          : of == OF_FAKES ? WIDE(fake_slope)(r, logits[i])
                                           : WIDE(generator_slope)(r, logits[i]);
        g->deltas[i] = m > 1 ? slope / (real)m : slope; /* division by one changes nothing */
    }
}

ALWAYS_INLINE void fill_lanes(vec *to, real value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = WIDE(broadcast)(value);
}

/* The gradient by D's parameters of the mean loss on rows x (m, d) with these logits. */
ALWAYS_INLINE void d_gradient_lanes(group *g, const vec *x, const vec *logits, slope_of of,
                                    const int64_t *labels, size_t m, vec *gradient, size_t vectors)
{
    const size_t d = g->crowd->d, classes = g->crowd->classes;
    derive_by_recipe(g, logits, of, m, vectors);
    fill_lanes(gradient, NO_TERM, classes * (d + 1) * vectors);
    for (size_t i = 0; i < m; i++) {
        const size_t c = class_of(labels, i);
        vec *by_w = gradient + c * d * vectors, *by_b = gradient + (classes * d + c) * vectors;
        for (size_t v = 0; v < vectors; v++) {
            const vec delta = g->deltas[i * vectors + v];
            for (size_t at = v; at < d * vectors; at += vectors)
                by_w[at] = by_w[at] + delta * x[i * d * vectors + at];
            by_b[v] = by_b[v] + delta;
        }
    }
}

/* The gradient by G's parameters, from the logits of its pictures; their slopes are overwritten. */
ALWAYS_INLINE void g_gradient_lanes(group *g, const vec *logits, const vec *z,
                                    const int64_t *labels, size_t m, size_t vectors)
{
    const size_t d = g->crowd->d, k = g->crowd->k, width = d * vectors;
    vec *by_weights = g->gradient + (g_weights_of(g) - g->parameters), *by_biases;
    derive_by_recipe(g, logits, OF_G, m, vectors);
    fill_lanes(by_weights, NO_TERM, (k + g->crowd->classes) * width);
    for (size_t i = 0; i < m; i++) {
        const size_t c = class_of(labels, i);
        const vec *w = w_of(g) + c * width;
        vec *by_a = g->slopes + i * width;
        by_biases = by_weights + (k + c) * width;
        for (size_t v = 0; v < vectors; v++)
            for (size_t at = v; at < width; at += vectors) {
                by_a[at] = g->deltas[i * vectors + v] * (w[at] * by_a[at]);
                by_biases[at] = by_biases[at] + by_a[at];
            }
    }
    for (size_t l = 0; l < k; l++)
        for (size_t i = 0; i < m; i++)
            for (size_t v = 0; v < vectors; v++) {
                const vec latent = z[(i * k + l) * vectors + v];
                vec *to = by_weights + l * width;
                for (size_t at = v; at < width; at += vectors)
                    to[at] = to[at] + latent * g->slopes[i * width + at];
            }
}

/* R1 goes with the real rows, the gradient penalty with G's pictures. */
ALWAYS_INLINE void add_penalties_in_lanes(group *g, int with_reals, int with_fakes, size_t vectors)
{
    const recipe *r = &g->r;
    const size_t d = g->crowd->d, terms = d < GROUP ? d : GROUP;
    for (size_t c = 0; c < g->crowd->classes; c++)
        for (size_t v = 0; v < vectors; v++) {
            const vec *w = w_of(g) + c * d * vectors + v;
            vec *gradient = g->gradient + c * d * vectors + v;
            if (with_reals && r->r1 != 0)
                for (size_t at = 0; at < d * vectors; at += vectors)
                    gradient[at] = gradient[at] + r1_coefficient(r, g->shares[c]) * w[at];
            if (with_fakes && r->gradient_penalty != 0) {
                const row_batch row = {NULL, w};
                const vec square = sum_of_products(row, 1, w, d, terms, vectors);
                const vec factor =
                    WIDE(gradient_penalty_coefficient)(r, square, g->shares[c]);
                for (size_t at = 0; at < d * vectors; at += vectors)
                    gradient[at] = gradient[at] + factor * w[at];
            }
        }
}

/* Move `count` parameters by their gradient, from the vector `from` on. */
ALWAYS_INLINE void update_lanes(group *g, const vec *rates, real *powers, size_t from, size_t count,
                                size_t vectors)
{
    const recipe r = g->r; /* which no store to an array can change */
    const vec *gradient = g->gradient + from;
    vec *p = g->parameters + from, *first = p + g->parameter_count * vectors;
    vec *second = first + g->parameter_count * vectors;
    if (r.optimizer == FASTGAN_ADAM) {
        powers[0] = powers[0] * r.beta1;
        powers[1] = powers[1] * r.beta2;
    }
    const real root = square_root_1(1 - powers[1]);
    for (size_t v = 0; v < vectors; v++) {
        const vec rate = rates[v], step = rate / (1 - powers[0]);
        for (size_t i = v; i < count * vectors; i += vectors)
            if (r.optimizer == FASTGAN_SGD)
                p[i] = WIDE(moved_by_descent)(rate, p[i], gradient[i]);
            else if (r.optimizer == FASTGAN_MOMENTUM)
                p[i] = WIDE(moved_by_momentum)(&r, rate, p[i], gradient[i], &first[i]);
            else
                p[i] = WIDE(moved_by_adam)(&r, step, root, p[i], gradient[i], &first[i], &second[i]);
    }
}

ALWAYS_INLINE void move_d_lanes(group *g, size_t vectors)
{
    const size_t count = g->crowd->classes * (g->crowd->d + 1);
    const real most = g->r.clip;
    update_lanes(g, g->d_rates, g->powers, 0, count, vectors);
    for (size_t i = 0; i < count * vectors && most <= LARGEST_REAL; i++)
        g->parameters[i] = WIDE(clipped)(g->parameters[i], most);
}

ALWAYS_INLINE void move_g_lanes(group *g, size_t vectors)
{
    const size_t of_d = g->crowd->classes * (g->crowd->d + 1);
    update_lanes(g, g->g_rates, g->powers + 2, of_d * vectors, g->parameter_count - of_d, vectors);
}
