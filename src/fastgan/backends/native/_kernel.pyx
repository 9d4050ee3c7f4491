# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The interface to the C kernels: checks sizes, passes pointers, releases the GIL.

It knows no options and makes no decisions: it returns a status, which the backend turns into an
exception. All arrays of a call have one dtype, float64 or float32. A call never crashes, whatever
its arguments: arrays that do not fit together raise an exception before anything is written.
"""
from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

cimport fastgan.backends.native.fastgan_c as c

cdef extern from "Python.h":
    Py_ssize_t PY_SSIZE_T_MAX

OK = c.FASTGAN_OK
STOPPED = c.FASTGAN_STOPPED
NO_MEMORY = c.FASTGAN_NO_MEMORY
NO_NORMALS = c.FASTGAN_NO_NORMALS

ctypedef fused real:
    double
    float


cdef int require(bint condition) except -1:
    if not condition:
        raise ValueError("the shapes of the arrays do not fit together")
    return 0


cdef Py_ssize_t count_copies(
    real[:, ::1] copies, const int64_t[::1] after, Py_ssize_t count, Py_ssize_t steps
) except -1:
    """Return the number of copies of `count` parameters; refuse those that are not in order."""
    cdef Py_ssize_t i
    cdef int64_t last = 0
    require((copies is None) == (after is None))
    if copies is None:
        return 0
    require(copies.shape[0] == after.shape[0] and copies.shape[1] == count)
    for i in range(after.shape[0]):
        require(last < after[i] <= steps)
        last = after[i]
    return after.shape[0]


cdef int check_history(
    real[:, :] history, size_t steps, size_t steps_to_record, size_t record_every
) except -1:
    """Check that five rows have room for the records of these steps, each row without gaps."""
    require(history.shape[0] == 5)
    require(<size_t>history.shape[1] >= c.fastgan_records(steps, steps_to_record, record_every))
    require(history.shape[1] <= 1 or history.strides[1] == sizeof(real))
    require(history.strides[0] % sizeof(real) == 0)
    return require(history.strides[0] >= history.shape[1] * <Py_ssize_t>sizeof(real))


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
    real[:, ::1] copies=None,
    const int64_t[::1] copy_after=None,
):
    """Call fastgan_train of csrc/include/fastgan.h."""
    cdef c.fastgan_training run
    cdef c.fastgan_status status
    cdef Py_ssize_t n = data.shape[0], d = data.shape[1], k = latents.shape[1], i
    cdef Py_ssize_t rows = latents.shape[0], count
    cdef size_t steps
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
    steps = c.fastgan_steps(&run)
    require(steps > 0)  # no batch is cut short
    check_history(history, steps, steps_to_record, record_every)
    count = discriminator_weights.shape[0] + discriminator_bias.shape[0]
    count += generator_weights.shape[0] * generator_weights.shape[1] + generator_biases.shape[0]
    run.n_copies = count_copies(copies, copy_after, count, steps)
    run.copies = &copies[0, 0] if run.n_copies else NULL
    run.copy_after = &copy_after[0] if run.n_copies else NULL
    run.history = &history[0, 0] if history.shape[1] else NULL
    run.history_stride = history.strides[0] // sizeof(real)
    run.stop = &stop[0]
    with nogil:
        if real is double:
            status = c.fastgan_train_float64(&run)
        else:
            status = c.fastgan_train_float32(&run)
    return status


cdef int take_algorithm(c.fastgan_algorithm *algorithm, numbers) except -1:
    """Fill in an algorithm with the fields of the Python class Algorithm, in order."""
    (
        algorithm.schedule, algorithm.discriminator_steps, algorithm.generator_steps,
        algorithm.loss, algorithm.optimizer,
        algorithm.discriminator_learning_rate, algorithm.generator_learning_rate,
        algorithm.label_smoothing, algorithm.clip_value, algorithm.gradient_penalty_weight,
        algorithm.r1_weight, algorithm.momentum, algorithm.second_momentum, algorithm.epsilon,
    ) = numbers
    require(c.FASTGAN_SEQUENTIAL <= algorithm.schedule <= c.FASTGAN_SIMULTANEOUS)
    require(c.FASTGAN_NON_SATURATING <= algorithm.loss <= c.FASTGAN_WASSERSTEIN)
    require(c.FASTGAN_SGD <= algorithm.optimizer <= c.FASTGAN_ADAM)
    return require(algorithm.discriminator_steps > 0 and algorithm.generator_steps > 0)


cdef Py_ssize_t take_places(
    c.fastgan_parameter_places *places, numbers, Py_ssize_t count, Py_ssize_t d, Py_ssize_t k
) except -1:
    """Fill in the places with the fields of the Python class ParameterPlaces, in order.

    The arrays must fill a vector of `count` parameters. Returns the number of classes.
    """
    cdef size_t classes, most = <size_t>count // d
    (
        places.discriminator_weights, places.discriminator_biases, places.generator_weights,
        places.generator_biases, places.size,
    ) = numbers
    require(places.discriminator_weights == 0 and places.size == <size_t>count)
    require(places.discriminator_biases <= places.generator_weights)
    require(places.generator_weights <= places.generator_biases <= places.size)
    classes = places.generator_weights - places.discriminator_biases
    require(0 < classes <= most and <size_t>k <= most)  # so that the products do not overflow
    require(places.discriminator_biases == classes * d)
    require(places.generator_biases - places.generator_weights == <size_t>k * d)
    require(places.size - places.generator_biases == classes * d)
    return classes


cdef int check_labels(const int64_t[::1] labels, Py_ssize_t classes) except -1:
    cdef Py_ssize_t i
    for i in range(labels.shape[0]):
        require(0 <= labels[i] < classes)
    return 0


def train_by_algorithm(
    algorithm_numbers,
    places,
    const real[:, ::1] data,
    const int64_t[::1] labels,
    const int64_t[::1] order,
    const real[:, ::1] latents,
    real[::1] parameters,
    real[:, ::1] moments,
    real[::1] powers,
    Py_ssize_t batch_size,
    Py_ssize_t first_row,
    Py_ssize_t first_step,
    Py_ssize_t steps,
    real[:, :] history,
    Py_ssize_t record_every,
    Py_ssize_t steps_to_record,
    const int32_t[::1] stop,
    real[:, ::1] copies=None,
    const int64_t[::1] copy_after=None,
):
    """Call fastgan_train_by_algorithm of csrc/include/fastgan.h."""
    cdef c.fastgan_algorithm algorithm
    cdef c.fastgan_algorithm_training run
    cdef c.fastgan_status status
    cdef Py_ssize_t n = data.shape[0], d = data.shape[1], k = latents.shape[1], i, classes
    cdef Py_ssize_t count = parameters.shape[0]
    cdef size_t rows
    take_algorithm(&algorithm, algorithm_numbers)
    require(n > 0 and d > 0 and k > 0 and steps > 0)
    classes = take_places(&run.places, places, count, d, k)
    require(<size_t>moments.shape[0] == c.fastgan_moments(algorithm.optimizer))
    require(moments.shape[1] == count)
    require(powers.shape[0] == 4 and stop.shape[0] == 1 and labels.shape[0] == n)
    require(batch_size > 0 and 0 <= first_row < n and first_step >= 0)
    require(record_every >= 0 and steps_to_record >= 0)
    check_labels(labels, classes)
    for i in range(order.shape[0]):
        require(0 <= order[i] < n)
    run.algorithm = &algorithm
    run.n, run.d, run.k, run.classes, run.batch_size = n, d, k, classes, batch_size
    run.first_row, run.first_step, run.steps = first_row, first_step, steps
    rows = c.fastgan_rows(&run, latents.shape[0])
    require(rows > 0)  # the latents suffice
    require(order.shape[0] == 0 or <size_t>order.shape[0] == rows)
    run.data, run.labels, run.latents = &data[0, 0], &labels[0], &latents[0, 0]
    run.order = &order[0] if order.shape[0] else NULL
    run.parameters, run.powers = &parameters[0], &powers[0]
    run.moments = &moments[0, 0] if moments.shape[0] else NULL
    check_history(history, steps, steps_to_record, record_every)
    run.n_copies = count_copies(copies, copy_after, count, steps)
    run.copies = &copies[0, 0] if run.n_copies else NULL
    run.copy_after = &copy_after[0] if run.n_copies else NULL
    run.history = &history[0, 0] if history.shape[1] else NULL
    run.history_stride = history.strides[0] // sizeof(real)
    run.record_every, run.steps_to_record = record_every, steps_to_record
    run.stop = &stop[0]
    with nogil:
        if real is double:
            status = c.fastgan_train_by_algorithm_float64(&run)
        else:
            status = c.fastgan_train_by_algorithm_float32(&run)
    return status


include "_kernel_crowds.pxi"
include "_kernel_inference.pxi"
