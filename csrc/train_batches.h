/* Mini-batches of any size, any number of features and latent dimensions.
 *
 * Rows of features are padded to whole groups of 16 in a workspace of its own, in such a way that
 * the padding never changes a result: there pictures, slopes and generator parameters are 0 and D's
 * weights -1, so that every product of padding is -0.0 where D sums and changes no parameter.
 */

#define GROUP 16 /* partial sums; a whole number of vectors in every variant */
#define ROWS_AT_ONCE 4

typedef struct {
    size_t stride;                                /* padded row length */
    real *w, *g_weights, *g_biases, *d_gradient;  /* (stride,), (k, stride), (stride,) twice */
    real *real_rows, *fakes, *slopes;             /* (batch, stride) */
    real *real_logits, *fake_logits, *g_logits;   /* (batch,) */
    real *deltas;                                 /* (batch,) */
    real b;                                       /* D's bias */
    real *memory;
} workspace;

static size_t padded_features(size_t d) { return (d + GROUP - 1) / GROUP * GROUP; }

static int allocate(workspace *ws, const fastgan_training *run)
{
    const size_t stride = padded_features(run->d), k = run->k;
    const size_t m = run->batch_size < run->n ? run->batch_size : run->n;
    const size_t most = SIZE_MAX / sizeof(real) / 8;
    if (stride < run->d || k > most / stride || m > most / stride ||
        k * stride + m * stride > most)
        return 0;
    const size_t count = stride * (k + 3 + 3 * m) + 4 * m + GROUP;
    real *next = ws->memory = malloc(count * sizeof(real));
    if (!next)
        return 0;
    next += GROUP - (uintptr_t)next / sizeof(real) % GROUP; /* aligned to a group */
    ws->stride = stride;
    ws->w = next, next += stride;
    ws->g_biases = next, next += stride;
    ws->d_gradient = next, next += stride;
    ws->g_weights = next, next += k * stride;
    ws->real_rows = next, next += m * stride;
    ws->fakes = next, next += m * stride;
    ws->slopes = next, next += m * stride;
    ws->real_logits = next, next += m;
    ws->fake_logits = next, next += m;
    ws->g_logits = next, next += m;
    ws->deltas = next;
    return 1;
}

static void pad_row(real *to, const real *from, size_t d, size_t stride, real padding)
{
    memcpy(to, from, d * sizeof(real));
    for (size_t j = d; j < stride; j++)
        to[j] = padding;
}

/* logits (m,) = b + x (m, stride) times w, four rows at a time to hide the additions' latency. */
ALWAYS_INLINE void score_rows(const real *x, size_t stride, const real *w, real b, real *logits,
                              int rows)
{
    vec sums[ROWS_AT_ONCE][GROUP / LANES];
    for (int v = 0; v < GROUP / LANES; v++)
        for (int i = 0; i < rows; i++)
            sums[i][v] = WIDE(broadcast)(NO_TERM);
    for (size_t j = 0; j < stride; j += GROUP)
        for (int v = 0; v < GROUP / LANES; v++) {
            vec weights = WIDE(load)(w + j + v * LANES);
            for (int i = 0; i < rows; i++)
                sums[i][v] = sums[i][v] + WIDE(load)(x + i * stride + j + v * LANES) * weights;
        }
    for (int i = 0; i < rows; i++)
        logits[i] = b + WIDE(fold)(sums[i], GROUP / LANES);
}

static int score_batch(const real *x, size_t m, size_t stride, const real *w, real b, real *logits,
                       const volatile int32_t *stop)
{
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= m && !*stop; i += ROWS_AT_ONCE)
        score_rows(x + i * stride, stride, w, b, logits + i, ROWS_AT_ONCE);
    for (; i < m && !*stop; i++)
        score_rows(x + i * stride, stride, w, b, logits + i, 1);
    return !*stop;
}

/* One D move: w -= rate * sum over rows of delta_i x_i, b -= rate * sum of delta_i. */
static int move_discriminator(workspace *ws, const real *x, size_t m, real rate,
                              const volatile int32_t *stop)
{
    const size_t stride = ws->stride;
    for (size_t j = 0; j < stride && !*stop; j += GROUP) {
        vec gradient[GROUP / LANES];
        for (int v = 0; v < GROUP / LANES; v++)
            gradient[v] = WIDE(broadcast)(NO_TERM);
        for (size_t i = 0; i < m; i++)
            for (int v = 0; v < GROUP / LANES; v++)
                gradient[v] =
                    gradient[v] + ws->deltas[i] * WIDE(load)(x + i * stride + j + v * LANES);
        for (int v = 0; v < GROUP / LANES; v++) {
            real *w = ws->w + j + v * LANES;
            WIDE(store)(w, WIDE(load)(w) - rate * gradient[v]);
        }
    }
    real gradient = NO_TERM;
    for (size_t i = 0; i < m; i++)
        gradient = gradient + ws->deltas[i];
    ws->b = ws->b - rate * gradient;
    return !*stop;
}

/* sigmoid(biases + z W) for one row and one group of features. */
ALWAYS_INLINE void generate_group(const real *z, size_t k, const real *weights,
                                  const real *biases, size_t stride, wide_sigmoids *result)
{
    vec a[GROUP / LANES];
    for (int v = 0; v < GROUP / LANES; v++)
        a[v] = WIDE(load)(biases + v * LANES);
    for (size_t l = 0; l < k; l++)
        for (int v = 0; v < GROUP / LANES; v++)
            a[v] = a[v] + z[l] * WIDE(load)(weights + l * stride + v * LANES);
    for (int v = 0; v < GROUP / LANES; v++)
        result[v] = WIDE(sigmoid)(a[v]);
}

/* G's pictures of m latents, and the slopes x (1 - x). */
static int generate_batch(workspace *ws, const real *latents, size_t m, size_t d, size_t k,
                          const volatile int32_t *stop)
{
    const size_t stride = ws->stride;
    for (size_t i = 0; i < m; i++) {
        real *fake = ws->fakes + i * stride, *slope = ws->slopes + i * stride;
        for (size_t j = 0; j < stride && !*stop; j += GROUP) {
            wide_sigmoids s[GROUP / LANES];
            generate_group(latents + i * k, k, ws->g_weights + j, ws->g_biases + j, stride, s);
            for (int v = 0; v < GROUP / LANES; v++) {
                WIDE(store)(fake + j + v * LANES, s[v].p);
                WIDE(store)(slope + j + v * LANES, s[v].p * s[v].one_minus_p);
            }
        }
        for (size_t j = d; j < stride; j++)
            fake[j] = slope[j] = 0;
    }
    return !*stop;
}

/* The G move; the slopes become the derivatives by the pre-activations on the way. */
static int move_generator(workspace *ws, const real *latents, size_t m, size_t k, real rate,
                          const volatile int32_t *stop)
{
    const size_t stride = ws->stride;
    for (size_t i = 0; i < m && !*stop; i++)
        for (size_t j = 0; j < stride; j += LANES) {
            real *slope = ws->slopes + i * stride + j;
            WIDE(store)(slope, ws->deltas[i] * (WIDE(load)(ws->w + j) * WIDE(load)(slope)));
        }
    for (size_t j = 0; j < stride; j += GROUP) {
        for (size_t l = 0; l <= k && !*stop; l++) { /* the last is the bias, without a latent */
            vec gradient[GROUP / LANES];
            for (int v = 0; v < GROUP / LANES; v++)
                gradient[v] = WIDE(broadcast)(NO_TERM);
            for (size_t i = 0; i < m; i++)
                for (int v = 0; v < GROUP / LANES; v++) {
                    vec term = WIDE(load)(ws->slopes + i * stride + j + v * LANES);
                    gradient[v] = gradient[v] + (l < k ? latents[i * k + l] * term : term);
                }
            real *to = (l < k ? ws->g_weights + l * stride : ws->g_biases) + j;
            for (int v = 0; v < GROUP / LANES; v++)
                WIDE(store)(to + v * LANES, WIDE(load)(to + v * LANES) - rate * gradient[v]);
        }
    }
    return !*stop;
}

/* One step; its logits are left in the workspace. */
static int train_batch(workspace *ws, const fastgan_training *run, const real *x, const real *latents,
                       size_t m)
{
    const size_t k = run->k;
    const real d_rate = (real)run->discriminator_learning_rate;
    const volatile int32_t *stop = run->stop;
    if (!score_batch(x, m, ws->stride, ws->w, ws->b, ws->real_logits, stop))
        return 0;
    for (size_t i = 0; i < m; i++)
        ws->deltas[i] = -sigmoid_1(ws->real_logits[i]).one_minus_p / (real)m;
    if (!move_discriminator(ws, x, m, d_rate, stop))
        return 0;

    if (!generate_batch(ws, latents, m, run->d, k, stop) ||
        !score_batch(ws->fakes, m, ws->stride, ws->w, ws->b, ws->fake_logits, stop))
        return 0;
    for (size_t i = 0; i < m; i++)
        ws->deltas[i] = sigmoid_1(ws->fake_logits[i]).p / (real)m;
    if (!move_discriminator(ws, ws->fakes, m, d_rate, stop))
        return 0;

    if (!score_batch(ws->fakes, m, ws->stride, ws->w, ws->b, ws->g_logits, stop))
        return 0;
    for (size_t i = 0; i < m; i++)
        ws->deltas[i] = -sigmoid_1(ws->g_logits[i]).one_minus_p / (real)m;
    return move_generator(ws, latents, m, k, (real)run->generator_learning_rate, stop);
}

static void record_batch(workspace *ws, const fastgan_training *run, size_t column, size_t m)
{
    real *to = (real *)run->history + column, *terms = ws->deltas;
    to[0] = mean_loss(ws->real_logits, -1, terms, m);
    to[run->history_stride] = mean_loss(ws->fake_logits, 1, terms, m);
    to[2 * run->history_stride] = mean_loss(ws->g_logits, -1, terms, m);
    to[3 * run->history_stride] = mean_probability(ws->real_logits, terms, m);
    to[4 * run->history_stride] = mean_probability(ws->fake_logits, terms, m);
}

static fastgan_status train_in_workspace(workspace *ws, const fastgan_training *run)
{
    const size_t d = run->d, k = run->k, stride = ws->stride;
    const real *data = run->data, *latents = run->latents;
    size_t position = run->first_row, to_record = run->steps_to_record, column = 0;
    for (size_t done = 0, m; done < run->rows; done += m) {
        const size_t left = run->n - position;
        m = run->batch_size < left ? run->batch_size : left;
        const real *x = data + position * d;
        if (run->order || stride != d) {
            x = ws->real_rows;
            for (size_t i = 0; i < m; i++) {
                size_t row = run->order ? (size_t)run->order[done + i] : position + i;
                pad_row(ws->real_rows + i * stride, data + row * d, d, stride, 0);
            }
        }
        if (!train_batch(ws, run, x, latents + done * k, m))
            return FASTGAN_STOPPED;
        if (run->record_every) {
            if (to_record == 0) {
                record_batch(ws, run, column++, m);
                to_record = run->record_every;
            }
            to_record--;
        }
        position = position + m == run->n ? 0 : position + m;
    }
    return FASTGAN_OK;
}

static fastgan_status train_batches(const fastgan_training *run)
{
    const size_t d = run->d, k = run->k;
    real *g_weights = run->generator_weights, *bias = run->discriminator_bias;
    workspace ws;
    if (!allocate(&ws, run))
        return FASTGAN_NO_MEMORY;
    const size_t stride = ws.stride;
    pad_row(ws.w, run->discriminator_weights, d, stride, -1);
    pad_row(ws.g_biases, run->generator_biases, d, stride, 0);
    for (size_t l = 0; l < k; l++)
        pad_row(ws.g_weights + l * stride, g_weights + l * d, d, stride, 0);
    ws.b = *bias;

    fastgan_status status = train_in_workspace(&ws, run);
    if (status == FASTGAN_OK) {
        memcpy(run->discriminator_weights, ws.w, d * sizeof(real));
        memcpy(run->generator_biases, ws.g_biases, d * sizeof(real));
        for (size_t l = 0; l < k; l++)
            memcpy(g_weights + l * d, ws.g_weights + l * stride, d * sizeof(real));
        *bias = ws.b;
    }
    free(ws.memory);
    return status;
}
