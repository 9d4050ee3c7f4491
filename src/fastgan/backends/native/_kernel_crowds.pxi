# Crowds: streams of random numbers in the form that NumPy expects, and the interface to the kernel
# that draws from them. A part of _kernel.pyx.

# NumPy's protocol for bit generators, which its documentation describes under "Extending".
ctypedef struct bitgen:
    void *state
    uint64_t (*next_uint64)(void *state) noexcept nogil
    uint32_t (*next_uint32)(void *state) noexcept nogil
    double (*next_double)(void *state) noexcept nogil
    uint64_t (*next_raw)(void *state) noexcept nogil


cdef uint64_t next_64(void *state) noexcept nogil:
    return c.fastgan_next_64((<c.fastgan_stream **>state)[0])


cdef uint32_t next_32(void *state) noexcept nogil:
    return c.fastgan_next_32((<c.fastgan_stream **>state)[0])


cdef double next_double(void *state) noexcept nogil:
    return c.fastgan_next_uniform((<c.fastgan_stream **>state)[0])


cdef class StreamBits:
    """A bit generator for numpy.random.Generator that draws from the current stream.

    NumPy's own code turns bits into normal numbers, so these depend on its version and on the
    platform's libm, as they do for a single training.
    """

    cdef bitgen pointers
    cdef c.fastgan_stream *current
    cdef readonly object capsule, lock

    def __cinit__(self, lock):
        self.pointers.state = &self.current
        self.pointers.next_uint64 = self.pointers.next_raw = next_64
        self.pointers.next_uint32 = next_32
        self.pointers.next_double = next_double
        self.capsule = PyCapsule_New(&self.pointers, "BitGenerator", NULL)
        self.lock = lock


cdef class NormalSource:
    """Standard normal numbers of any stream.

    `fill(count)` makes a Generator of `bits` draw `count` numbers into the start of `numbers`.
    """

    cdef StreamBits bits
    cdef double[::1] numbers
    cdef object fill
    cdef public object error

    def __cinit__(self, StreamBits bits, double[::1] numbers, fill):
        self.bits, self.numbers, self.fill = bits, numbers, fill


cdef int draw_normals(
    void *context, c.fastgan_stream *streams, size_t n_streams, double *numbers, size_t count
) noexcept with gil:
    cdef NormalSource source = <NormalSource>context
    cdef size_t stream, done, part
    try:
        for stream in range(n_streams):
            source.bits.current = streams + stream
            done = 0
            while done < count:
                part = min(count - done, <size_t>source.numbers.shape[0])
                source.fill(part)
                memcpy(numbers + done, &source.numbers[0], part * sizeof(double))
                done += part
            numbers += count
    except BaseException as error:
        source.error = error
        return 1
    return 0


def train_crowd(
    algorithm_numbers,
    places,
    const real[:, ::1] data,
    const int64_t[::1] labels,
    const uint64_t[:, ::1] seeds,
    bint draws_parameters,
    real[:, ::1] parameters,
    const double[::1] discriminator_learning_rates,
    const double[::1] generator_learning_rates,
    Py_ssize_t latent_dim,
    Py_ssize_t epochs,
    Py_ssize_t batch_size,
    int latent,
    const real[:, ::1] latents,
    bint shuffle,
    NormalSource normals,
    real[:, :, ::1] history,
    Py_ssize_t record_every,
    real[:, :, ::1] snapshots,
    Py_ssize_t snapshot_every,
    double tolerance,
    Py_ssize_t patience,
    int64_t[::1] settled_at,
    int64_t[::1] diverged_at,
    const int32_t[::1] stop,
):
    """Call fastgan_train_crowd of csrc/include/fastgan.h.

    `algorithm_numbers` is None for the Slanted Land step, which has no labels. `latents` has the shape
    (0, 0) unless the latent vectors are explicit.
    """
    cdef c.fastgan_crowd crowd
    cdef c.fastgan_algorithm algorithm
    cdef c.fastgan_status status
    cdef bint by_algorithm = algorithm_numbers is not None
    cdef Py_ssize_t n = data.shape[0], d = data.shape[1], k = latent_dim
    cdef Py_ssize_t models = parameters.shape[0]
    cdef Py_ssize_t records = history.shape[2], n_snapshots = snapshots.shape[1]
    cdef size_t steps, needed
    require(n > 0 and d > 0 and k > 0 and models > 0 and epochs > 0 and batch_size > 0)
    require(n < 2**32 and seeds.shape[0] == models and seeds.shape[1] == 4)
    require(epochs <= PY_SSIZE_T_MAX // n)
    crowd.n, crowd.d, crowd.k, crowd.models = n, d, k, models
    crowd.epochs, crowd.batch_size = epochs, batch_size
    crowd.classes = take_places(&crowd.places, places, parameters.shape[1], d, k)
    if by_algorithm:
        take_algorithm(&algorithm, algorithm_numbers)
        require(labels.shape[0] == n and (crowd.classes == 1 or not shuffle))
        # Keeps the size of a chunk's latents in bytes from overflowing.
        require(algorithm.generator_steps <= <size_t>(2**40 // min(batch_size, n) // k))
        check_labels(labels, crowd.classes)
    else:
        require(crowd.classes == 1)
    crowd.algorithm = &algorithm if by_algorithm else NULL
    crowd.labels = &labels[0] if by_algorithm else NULL
    require(discriminator_learning_rates.shape[0] == models)
    require(generator_learning_rates.shape[0] == models and diverged_at.shape[0] == models)
    require(c.FASTGAN_UNIFORM <= latent <= c.FASTGAN_EXPLICIT and stop.shape[0] == 1)
    if latent == c.FASTGAN_EXPLICIT:
        needed = c.fastgan_latents(&crowd)
        require(0 < needed <= <size_t>latents.shape[0] and latents.shape[1] == k)
    require(history.shape[0] == models and history.shape[1] == 5 and record_every >= 0)
    steps = epochs * c.fastgan_steps_of_epoch(n, batch_size)
    require(<size_t>records == c.fastgan_records(steps, 0, record_every))
    require(snapshots.shape[0] == models and snapshot_every >= 0)
    # One before the first step, then one every `snapshot_every` steps.
    require(<size_t>n_snapshots == c.fastgan_records(steps + 1, 0, snapshot_every))
    require(n_snapshots == 0 or snapshots.shape[2] == parameters.shape[1])
    crowd.data, crowd.seeds = &data[0, 0], &seeds[0, 0]
    crowd.draws_parameters, crowd.parameters = draws_parameters, &parameters[0, 0]
    crowd.discriminator_learning_rates = &discriminator_learning_rates[0]
    crowd.generator_learning_rates = &generator_learning_rates[0]
    crowd.latent = <c.fastgan_latent>latent
    crowd.latents = &latents[0, 0] if latent == c.FASTGAN_EXPLICIT else NULL
    crowd.shuffle = shuffle
    crowd.draw_normals, crowd.context = draw_normals, <void *>normals
    crowd.history = &history[0, 0, 0] if records else NULL
    crowd.records, crowd.record_every = records, record_every
    crowd.snapshots = &snapshots[0, 0, 0] if n_snapshots else NULL
    crowd.n_snapshots, crowd.snapshot_every = n_snapshots, snapshot_every
    require(patience >= 0 and settled_at.shape[0] == models)
    crowd.tolerance, crowd.patience = tolerance, patience
    crowd.settled_at, crowd.diverged_at = &settled_at[0], &diverged_at[0]
    crowd.stop = &stop[0]
    with nogil:
        if real is double:
            status = c.fastgan_train_crowd_float64(&crowd)
        else:
            status = c.fastgan_train_crowd_float32(&crowd)
    return status
