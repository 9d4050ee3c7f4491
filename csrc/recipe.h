/* How a training is done, where it is not the Slanted Land schedule with plain descent: what losses
 * and optimizers need of it, with numbers of the dtype, and whose turn it is.
 */

typedef struct {
    fastgan_loss loss;
    fastgan_optimizer optimizer;
    real d_rate, g_rate, smoothing, target, clip, gradient_penalty, r1, beta1, beta2, epsilon;
} recipe;

static recipe recipe_of(const fastgan_recipe *from)
{
    return (recipe){
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

/* How many numbers an optimizer remembers of each parameter. */
static size_t moments_of(fastgan_optimizer optimizer)
{
    return optimizer == FASTGAN_ADAM ? 2 : (optimizer == FASTGAN_MOMENTUM ? 1 : 0);
}

/* What R1 adds to the gradient by w is this times w; `share` is that of w's class in the batch. */
static real r1_coefficient(const recipe *r, real share) { return (2 * r->r1) * share; }

/* How often G moves in a step of the alternating schedule. */
static size_t generator_moves(const fastgan_recipe *r, size_t step)
{
    const int turn = r->schedule == FASTGAN_ALTERNATING && (step + 1) % r->discriminator_steps == 0;
    return turn ? r->generator_steps : 0;
}
