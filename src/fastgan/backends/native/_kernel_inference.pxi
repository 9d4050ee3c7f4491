# Inference, the elementary functions, and the choice of an instruction set. A part of _kernel.pyx.


def generate(
    const real[:, ::1] latents,
    const real[:, ::1] weights,
    const real[::1] biases,
    real[:, ::1] pictures,
    const int32_t[::1] stop,
):
    """Call fastgan_generate, which fills pictures (m, d) from latents (m, k)."""
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
    """Call fastgan_score, which fills scores (m,) from pictures (m, d)."""
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
    """Fill `result` with e^x, element by element."""
    require(result.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_exp_float64(&x[0], &result[0], x.shape[0])
        else:
            c.fastgan_exp_float32(&x[0], &result[0], x.shape[0])


def log1p(const real[::1] x, real[::1] result):
    """Fill `result` with log(1 + x) for x in [0, 1], element by element."""
    require(result.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_log1p_float64(&x[0], &result[0], x.shape[0])
        else:
            c.fastgan_log1p_float32(&x[0], &result[0], x.shape[0])


def sigmoid(const real[::1] x, real[::1] p, real[::1] one_minus_p):
    """Fill `p` and `one_minus_p` with p = 1 / (1 + e^-x) and 1 - p, element by element."""
    require(p.shape[0] == x.shape[0] and one_minus_p.shape[0] == x.shape[0])
    if x.shape[0]:
        if real is double:
            c.fastgan_sigmoid_float64(&x[0], &p[0], &one_minus_p[0], x.shape[0])
        else:
            c.fastgan_sigmoid_float32(&x[0], &p[0], &one_minus_p[0], x.shape[0])


def variants():
    """Return the instruction sets of the compiled kernel, and whether each is usable here."""
    found = {}
    cdef int index = 0
    while c.fastgan_variant(index) != NULL:
        found[c.fastgan_variant(index).decode()] = c.fastgan_variant_supported(index) != 0
        index += 1
    return found


def choose_variant(str name):
    """Use this variant from now on, or the widest for None; return False if it is unusable."""
    if name is None:
        return c.fastgan_choose_variant(NULL) != 0
    return c.fastgan_choose_variant(name.encode()) != 0


def chosen_variant():
    """Return the name of the variant in use."""
    return c.fastgan_chosen_variant().decode()
