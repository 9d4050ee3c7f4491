/* How a gradient moves an array of parameters, as src/fastgan/backends/numpy_optimizers.py specifies.
 */

/* What the optimizer remembers of `count` parameters, and of the betas' powers (2,). */
typedef struct {
    real *first, *second, *powers;
} memory_of_moves;

static void update_by_momentum(const recipe *r, real rate, real *restrict parameters,
                               const real *restrict gradient, real *restrict velocity,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        velocity[i] = r->beta1 * velocity[i] + gradient[i];
        parameters[i] = parameters[i] - rate * velocity[i];
    }
}

static void update_by_adam(const recipe *r, real rate, real *restrict parameters,
                           const real *restrict gradient, const memory_of_moves *memory,
                           size_t count)
{
    real *restrict first = memory->first, *restrict second = memory->second;
    const real beta1 = r->beta1, beta2 = r->beta2, epsilon = r->epsilon;
    memory->powers[0] = memory->powers[0] * beta1;
    memory->powers[1] = memory->powers[1] * beta2;
    const real step = rate / (1 - memory->powers[0]), root = square_root(1 - memory->powers[1]);
    for (size_t i = 0; i < count; i++) {
        const real g = gradient[i];
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * (g * g);
        parameters[i] = parameters[i] -
                        step * (first[i] / (square_root(second[i]) / root + epsilon));
    }
}

static void update(const recipe *r, real rate, real *restrict parameters,
                   const real *restrict gradient, const memory_of_moves *memory, size_t count)
{
    if (r->optimizer == FASTGAN_MOMENTUM)
        update_by_momentum(r, rate, parameters, gradient, memory->first, count);
    else if (r->optimizer == FASTGAN_ADAM)
        update_by_adam(r, rate, parameters, gradient, memory, count);
    else
        for (size_t i = 0; i < count; i++)
            parameters[i] = parameters[i] - rate * gradient[i];
}

/* What is beyond -most or most is put there; a NaN stays one. */
static void clip(real *parameters, real most, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const real p = parameters[i];
        parameters[i] = p > most ? most : (p < -most ? -most : p);
    }
}
