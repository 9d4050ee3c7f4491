"""The children of a seed are those of `SeedSequence.spawn`, but faster and by number."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import SeedSequence
from numpy.random.bit_generator import ISeedSequence

import fastgan
from fastgan.backends.reference import backend as reference
from fastgan.randomness.seeds import Children, children
from helpers.bad_values import named
from helpers.bits import assert_same_bits

NUMBERS = st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**64, 2**128 - 1, 2**128]) | st.integers(
    0, 2**200
)
FACES = fastgan.datasets.slanted_land()


def states(sequences: list[SeedSequence]) -> np.ndarray:
    """Return the state with which NumPy seeds a PCG64 of each sequence."""
    return np.array([sequence.generate_state(4, np.uint64) for sequence in sequences])


@given(
    entropy=NUMBERS | st.lists(NUMBERS, max_size=12),
    spawn_key=st.lists(NUMBERS, max_size=3),
    pool_size=st.integers(4, 12),
    spawned=st.integers(0, 5) | st.sampled_from([255, 2**16, 2**31, 2**32 - 20]),
    count=st.integers(1, 9),
    data=st.data(),
)  # fmt: skip
def test_children_are_numpys(
    entropy: Any,
    spawn_key: list[int],
    pool_size: int,
    spawned: int,
    count: int,
    data: st.DataObject,
) -> None:
    def sequence() -> SeedSequence:
        return SeedSequence(
            entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=spawned
        )

    expected = sequence().spawn(count)
    ours = children(sequence(), count)
    assert len(ours) == count
    assert_same_bits(ours.pcg64_seeds(), states(expected))
    start = data.draw(st.integers(0, count - 1))
    stop = data.draw(st.integers(start + 1, count))
    part = ours.part(start, stop)
    assert len(part) == stop - start
    assert_same_bits(part.pcg64_seeds(), states(expected[start:stop]))
    for i in range(len(part)):
        child, wanted = part.child(i), expected[start + i]
        assert child.pool_size == wanted.pool_size
        assert_same_bits(child.generate_state(9), wanted.generate_state(9))
        assert_same_bits(states(child.spawn(2)), states(wanted.spawn(2)))
    assert pickle.loads(pickle.dumps(part)) == part


SEEDS: list[Any] = [
    0, 1, 2**32 - 1, 2**32, 2**128, 10**60, [], [0], [0, 0], [0, 1], [1, 0], [5, 0, 0, 0, 0],
    [2**32, 0, 2**70], (1, 2), range(3), np.arange(7), np.array([2**63, 0], np.uint64),
    np.array([1, 0], np.uint32), np.int8(3), np.uint64(2**64 - 1), [[1, 2], [3]],
    np.array([[1, 0], [2, 3]]), [[]], [True, 2], [np.array([1, 2]), (3,)],
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS, ids=repr)
def test_seeds_that_numpy_takes(seed: Any) -> None:
    before = copy.deepcopy(seed)
    ours = children(seed, 3)
    assert_same_bits(ours.pcg64_seeds(), states(SeedSequence(seed).spawn(3)))
    assert_same_bits(states([ours.child(2)]), states(SeedSequence(seed).spawn(3)[2:]))
    ensemble = fastgan.train_many(FACES, 2, epochs=1, rng=seed)
    for i, child in enumerate(SeedSequence(seed).spawn(2)):
        assert ensemble[i].gan == fastgan.train(FACES, epochs=1, rng=child).gan
    np.testing.assert_equal(seed, before)


@pytest.mark.parametrize("first", [2**32 - 3, 2**32 - 1, 2**32, 2**33 - 1, 2**62])
def test_numbers_of_more_than_a_word(first: int) -> None:
    """Only our seeds reach such numbers; NumPy's own count of children ends at one word."""
    ours = Children(7, (3,), 4, first, 5)
    expected = [SeedSequence(7, spawn_key=(3, first + i)) for i in range(5)]
    assert_same_bits(ours.pcg64_seeds(), states(expected))
    assert_same_bits(states([ours.part(1, 5).child(2)]), states(expected[3:4]))


def test_a_matrix_is_its_rows() -> None:
    """NumPy would not come to an end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        matrix = np.matrix([[1, 2], [3, 0]])
    assert children(matrix, 2) == children([1, 2, 3, 0], 2)


def test_none_is_another_seed_each_time() -> None:
    first, second = (fastgan.train_many(FACES, 2, epochs=1) for _ in range(2))
    assert first[0].gan != second[0].gan
    again = fastgan.train_many(FACES, 2, epochs=1, rng=first.seeds.entropy)
    assert_same_bits(again.parameters, first.parameters)


OBJECTS: dict[str, Callable[[], Any]] = {
    "SeedSequence": lambda: SeedSequence(5),
    "SeedSequence of many words": lambda: SeedSequence([1, 2, 3, 4, 5, 6], spawn_key=(2**40, 1)),
    "SeedSequence with children": lambda: SeedSequence(5, n_children_spawned=17),
    "a child": lambda: SeedSequence(5).spawn(3)[1],
    "Generator": lambda: np.random.default_rng(5),
    "Generator of MT19937": lambda: np.random.Generator(np.random.MT19937(5)),
    "PCG64": lambda: np.random.PCG64(5),
    "PCG64DXSM": lambda: np.random.PCG64DXSM(5),
    "MT19937": lambda: np.random.MT19937(5),
    "Philox": lambda: np.random.Philox(5),
    "SFC64": lambda: np.random.SFC64(5),
}


def sequence_of(rng: Any) -> SeedSequence:
    rng = getattr(rng, "bit_generator", rng)
    return getattr(rng, "seed_seq", rng)


def stream_of(rng: Any) -> str | None:
    """Return the state of a generator's own stream."""
    if isinstance(rng, SeedSequence):
        return None
    return repr(getattr(rng, "bit_generator", rng).state)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_of_the_callers_hands_out_its_next_children(name: str) -> None:
    given, own = OBJECTS[name](), OBJECTS[name]()
    before = stream_of(given)
    first = fastgan.train_many(FACES, 5, epochs=1, rng=given)
    second = fastgan.train_many(FACES, 2, epochs=1, rng=given)
    children_of_own = sequence_of(own).spawn(7)
    expected = [fastgan.train(FACES, epochs=1, rng=child).gan for child in children_of_own]
    assert [run.gan for run in (*first, *second)] == expected
    assert len(set(expected)) == 7
    assert sequence_of(given).n_children_spawned == sequence_of(own).n_children_spawned
    assert stream_of(given) == before  # numbers are drawn from the children only


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("failure", [ValueError, MemoryError, KeyboardInterrupt])
def test_an_object_of_the_callers_is_as_it_was_after_a_failure(
    name: str, failure: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any) -> None:
        raise failure

    given = OBJECTS[name]()
    before = stream_of(given), sequence_of(given).n_children_spawned
    if failure is not ValueError:
        monkeypatch.setattr(reference, "train", fails)
    latent = [0.5] if failure is ValueError else "uniform"
    with pytest.raises(failure):
        fastgan.train_many(FACES, 3, epochs=1, rng=given, latent=latent, backend="numpy")
    assert (stream_of(given), sequence_of(given).n_children_spawned) == before


def test_a_divergence_is_no_failure() -> None:
    given = SeedSequence(1)
    ensemble = fastgan.train_many(FACES, 3, learning_rate=1e308, rng=given)
    assert (ensemble.diverged_at >= 0).all()
    assert given.n_children_spawned == 3


class Strange(SeedSequence):
    """A subclass, whose children may be anything."""


class HandMade(ISeedSequence):
    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> np.ndarray:
        return np.ones(n_words, dtype)


@pytest.mark.parametrize(
    "rng",
    [
        np.random.RandomState(5),
        np.random.Generator(np.random.RandomState(5)._bit_generator),
        Strange(5),
        np.random.PCG64(Strange(5)),
        np.random.default_rng(np.random.PCG64(HandMade())),
    ],
    ids=named,
)  # fmt: skip
def test_what_has_no_children_of_numpys(rng: Any) -> None:
    with pytest.raises(TypeError, match=r"rng must be None, an int, .*, got (a|one) "):
        fastgan.train_many(FACES, 3, epochs=1, rng=rng)


@pytest.mark.parametrize("wrap", [lambda s: s, np.random.PCG64, np.random.default_rng])
def test_more_children_than_numpy_can_count(wrap: Callable[[SeedSequence], Any]) -> None:
    """NumPy would not come to an end."""
    given = wrap(SeedSequence(5, n_children_spawned=2**32 - 3))
    with pytest.raises(ValueError, match=r"rng must have 3 children left, but 4294967293 of"):
        fastgan.train_many(FACES, 3, epochs=1, rng=given)
    fastgan.train_many(FACES, 2, epochs=1, rng=given)
    assert sequence_of(given).n_children_spawned == 2**32 - 1
