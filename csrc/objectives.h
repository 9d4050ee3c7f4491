/* Losses and penalties, as src/fastgan/backends/numpy_objectives.py specifies them: what each is, and
 * how it pulls at a logit. A recipe's numbers are of the dtype here.
 */

/* IEEE 754's own, exactly rounded wherever it is made. */
#if FASTGAN_REAL_BITS == 64
#define square_root(x) sqrt(x)
#else
#define square_root(x) sqrtf(x)
#endif

typedef struct {
    fastgan_schedule schedule;
    size_t discriminator_steps, generator_steps;
    fastgan_loss loss;
    fastgan_optimizer optimizer;
    real d_rate, g_rate, smoothing, target, clip, gradient_penalty, r1, beta1, beta2, epsilon;
} recipe;

static recipe recipe_of(const fastgan_recipe *from)
{
    return (recipe){
        .schedule = from->schedule,
        .discriminator_steps = from->discriminator_steps,
        .generator_steps = from->generator_steps,
        .loss = from->loss,
        .optimizer = from->optimizer,
        .d_rate = (real)from->discriminator_learning_rate,
        .g_rate = (real)from->generator_learning_rate,
        .smoothing = (real)from->label_smoothing,
        .target = 1 - (real)from->label_smoothing,
        .clip = (real)from->clip_value,
        .gradient_penalty = (real)from->gradient_penalty_weight,
        .r1 = (real)from->r1_weight,
        .beta1 = (real)from->momentum,
        .beta2 = (real)from->second_momentum,
        .epsilon = (real)from->epsilon,
    };
}

/* The derivative of D's loss on a real row. */
static real real_slope(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s - r->target;
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -1;
    const real slope = -sigmoid_1(s).one_minus_p;
    return r->smoothing != 0 ? slope + r->smoothing : slope;
}

/* Of D's loss on a picture of G's. */
static real fake_slope(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s;
    return r->loss == FASTGAN_WASSERSTEIN ? 1 : sigmoid_1(s).p;
}

/* Of G's loss. */
static real generator_slope(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return s - 1;
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -1;
    const sigmoids1 d = sigmoid_1(s);
    return r->loss == FASTGAN_MINIMAX ? -d.p : -d.one_minus_p;
}

static real half_square(real difference) { return (real)0.5 * (difference * difference); }

static real real_loss(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return half_square(s - r->target);
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -s;
    const real loss = softplus_1(-s);
    return r->smoothing != 0 ? loss + r->smoothing * s : loss;
}

static real fake_loss(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return half_square(s);
    return r->loss == FASTGAN_WASSERSTEIN ? s : softplus_1(s);
}

static real generator_loss(const recipe *r, real s)
{
    if (r->loss == FASTGAN_LEAST_SQUARES)
        return half_square(s - 1);
    if (r->loss == FASTGAN_WASSERSTEIN)
        return -s;
    return r->loss == FASTGAN_MINIMAX ? -softplus_1(s) : softplus_1(-s);
}

/* x (d,) times w (d,), in the order of sums over features. */
static real sum_of_row(const real *x, const real *w, size_t d)
{
    real partial[GROUP];
    for (size_t t = 0; t < GROUP; t++)
        partial[t] = NO_TERM;
    size_t j = 0;
    for (; j + GROUP <= d; j += GROUP)
        for (size_t t = 0; t < GROUP; t++)
            partial[t] = partial[t] + x[j + t] * w[j + t];
    for (size_t t = 0; j + t < d; t++)
        partial[t] = partial[t] + x[j + t] * w[j + t];
    for (size_t half = GROUP / 2; half >= 1; half /= 2)
        for (size_t t = 0; t < half; t++)
            partial[t] = partial[t] + partial[t + half];
    return partial[0];
}

/* What R1 adds to the gradient by w is this times w; `share` is that of w's class. */
static real r1_coefficient(const recipe *r, real share) { return (2 * r->r1) * share; }

static real gradient_penalty_coefficient(const recipe *r, const real *w, size_t d, real share)
{
    const real norm = square_root(sum_of_row(w, w, d));
    const real stretch = norm == 0 ? 0 : (norm - 1) / norm;
    return ((2 * r->gradient_penalty) * share) * stretch;
}
