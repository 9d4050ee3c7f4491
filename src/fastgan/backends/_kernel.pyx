# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The door to the C kernels: checks sizes, lends memory, lets go of the GIL, returns a status.

Knows nothing of options, and decides nothing: native.py turns a status into an exception. All
arrays of a call have one dtype, float64 or float32.
"""
from libc.stdint cimport int32_t, int64_t

cimport fastgan.backends.fastgan_c as c

OK = c.FASTGAN_OK
STOPPED = c.FASTGAN_STOPPED
NO_MEMORY = c.FASTGAN_NO_MEMORY

ctypedef fused real:
    double
    float


cdef int require(bint condition) except -1:
    if not condition:
        raise ValueError("the shapes of the arrays do not fit together")
    return 0


cdef Py_ssize_t steps_in(Py_ssize_t rows, Py_ssize_t batch_size) noexcept:
    return (rows + batch_size - 1) // batch_size


cdef Py_ssize_t recorded_steps(c.fastgan_training *run) except -1:
    """How many columns of the history a run fills; refuses one that cuts a batch short."""
    cdef Py_ssize_t n = run.n, batch_size = min(run.batch_size, run.n)
    cdef Py_ssize_t to_epoch_end = n - run.first_row
    cdef Py_ssize_t first = min(to_epoch_end, <Py_ssize_t>run.rows)
    cdef Py_ssize_t rest = run.rows - first
    require(first == to_epoch_end or first % batch_size == 0)
    require(rest % n % batch_size == 0)
    cdef Py_ssize_t steps = (
        steps_in(first, batch_size) + rest // n * steps_in(n, batch_size) + rest % n // batch_size
    )
    if run.record_every == 0 or steps <= <Py_ssize_t>run.steps_to_record:
        return 0
    return (steps - run.steps_to_record - 1) // run.record_every + 1


def train(
    const real[:, ::1] data,
    const int64_t[::1] order,
    const real[:, ::1] latents,
    real[::1] discriminator_weights,
    real[::1] discriminator_bias,
    real[:, ::1] generator_weights,
    real[::1] generator_biases,
    double discriminator_learning_rate,
    double generator_learning_rate,
    Py_ssize_t batch_size,
    Py_ssize_t first_row,
    real[:, :] history,
    Py_ssize_t record_every,
    Py_ssize_t steps_to_record,
    const int32_t[::1] stop,
):
    """fastgan_train of csrc/fastgan.h: the arguments are those of numpy_reference.train."""
    cdef c.fastgan_training run
    cdef c.fastgan_status status
    cdef Py_ssize_t n = data.shape[0], d = data.shape[1], k = latents.shape[1], i
    cdef Py_ssize_t rows = latents.shape[0]
    require(n > 0 and d > 0 and k > 0 and rows > 0)
    require(batch_size > 0 and 0 <= first_row < n and record_every >= 0 and steps_to_record >= 0)
    require(discriminator_weights.shape[0] == d and discriminator_bias.shape[0] == 1)
    require(generator_weights.shape[0] == k and generator_weights.shape[1] == d)
    require(generator_biases.shape[0] == d and stop.shape[0] == 1)
    require(order.shape[0] == 0 or order.shape[0] == rows)
    for i in range(order.shape[0]):
        require(0 <= order[i] < n)
    run.n, run.d, run.k, run.rows = n, d, k, rows
    run.batch_size, run.first_row = batch_size, first_row
    run.data = &data[0, 0]
    run.order = &order[0] if order.shape[0] else NULL
    run.latents = &latents[0, 0]
    run.discriminator_weights = &discriminator_weights[0]
    run.discriminator_bias = &discriminator_bias[0]
    run.generator_weights = &generator_weights[0, 0]
    run.generator_biases = &generator_biases[0]
    run.discriminator_learning_rate = discriminator_learning_rate
    run.generator_learning_rate = generator_learning_rate
    run.record_every, run.steps_to_record = record_every, steps_to_record
    require(history.shape[0] == 5 and history.shape[1] >= recorded_steps(&run))
    require(history.shape[1] <= 1 or history.strides[1] == sizeof(real))
    require(history.strides[0] % sizeof(real) == 0)
    require(history.strides[0] >= history.shape[1] * <Py_ssize_t>sizeof(real))
    run.history = &history[0, 0] if history.shape[1] else NULL
    run.history_stride = history.strides[0] // sizeof(real)
    run.stop = &stop[0]
    with nogil:
        if real is double:
            status = c.fastgan_train_float64(&run)
        else:
            status = c.fastgan_train_float32(&run)
    return status


def generate(
    const real[:, ::1] latents,
    const real[:, ::1] weights,
    const real[::1] biases,
    real[:, ::1] pictures,
    const int32_t[::1] stop,
):
    """fastgan_generate: fills pictures (m, d) from latents (m, k)."""
    cdef Py_ssize_t rows = latents.shape[0], k = latents.shape[1], d = biases.shape[0]
    cdef c.fastgan_status status
    require(rows > 0 and d > 0 and k > 0 and stop.shape[0] == 1)
    require(weights.shape[0] == k and weights.shape[1] == d)
    require(pictures.shape[0] == rows and pictures.shape[1] == d)
    with nogil:
        if real is double:
            status = c.fastgan_generate_float64(
                &latents[0, 0], &weights[0, 0], &biases[0], &pictures[0, 0], rows, d, k, &stop[0])
        else:
            status = c.fastgan_generate_float32(
                &latents[0, 0], &weights[0, 0], &biases[0], &pictures[0, 0], rows, d, k, &stop[0])
    return status


def score(
    const real[:, ::1] pictures,
    const real[::1] weights,
    const real[::1] bias,
    real[::1] scores,
    const int32_t[::1] stop,
):
    """fastgan_score: fills scores (m,) from pictures (m, d)."""
    cdef Py_ssize_t rows = pictures.shape[0], d = pictures.shape[1]
    cdef c.fastgan_status status
    require(rows > 0 and d > 0 and weights.shape[0] == d and bias.shape[0] == 1)
    require(scores.shape[0] == rows and stop.shape[0] == 1)
    with nogil:
        if real is double:
            status = c.fastgan_score_float64(
                &pictures[0, 0], &weights[0], &bias[0], &scores[0], rows, d, &stop[0])
        else:
            status = c.fastgan_score_float32(
                &pictures[0, 0], &weights[0], &bias[0], &scores[0], rows, d, &stop[0])
    return status


def exp(const real[::1] x, real[::1] result):
    """e^x, number by number."""
    require(result.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_exp_float64(&x[0], &result[0], x.shape[0])
        else:
            c.fastgan_exp_float32(&x[0], &result[0], x.shape[0])


def log1p(const real[::1] x, real[::1] result):
    """log(1 + x) for x in [0, 1], number by number."""
    require(result.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_log1p_float64(&x[0], &result[0], x.shape[0])
        else:
            c.fastgan_log1p_float32(&x[0], &result[0], x.shape[0])


def sigmoid(const real[::1] x, real[::1] p, real[::1] one_minus_p):
    """The pair (p, 1 - p) with p = 1 / (1 + e^-x), number by number."""
    require(p.shape[0] == x.shape[0] and one_minus_p.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_sigmoid_float64(&x[0], &p[0], &one_minus_p[0], x.shape[0])
        else:
            c.fastgan_sigmoid_float32(&x[0], &p[0], &one_minus_p[0], x.shape[0])


def variants():
    """The instruction sets that this was compiled for, and whether they can be used here."""
    found = {}
    cdef int index = 0
    while c.fastgan_variant(index) != NULL:
        found[c.fastgan_variant(index).decode()] = c.fastgan_variant_supported(index) != 0
        index += 1
    return found


def choose_variant(str name):
    """Use the variant of this name from now on, or the best for None; False if there is none."""
    if name is None:
        return c.fastgan_choose_variant(NULL) != 0
    return c.fastgan_choose_variant(name.encode()) != 0


def chosen_variant():
    """The variant in use."""
    return c.fastgan_chosen_variant().decode()
