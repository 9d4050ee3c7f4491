"""The children of a seed: model i of a crowd draws from ``SeedSequence(rng).spawn(n)[i]``.

Spawning a million `SeedSequence` objects would take longer than many trainings do. Siblings differ
only in the last word that is hashed, so all children of a block are hashed together here. NumPy's
documentation fixes the algorithm, after [1]_, and the tests compare the result with NumPy's own.

.. [1] M. O'Neill, "Developing a seed_seq Alternative", 2015.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.randomness.source import RandomInput

# A word of 32 bits in an int, or one word for each child in uint64, which holds products of two.
Word = Any

_WORD = 2**32 - 1
_HASH = 0x43B0D7E5, 0x931E8875  # start and multiplier of the hash of the input
_OUTPUT_HASH = 0x8B51F9DD, 0x58F38DED  # likewise for the output
_MIX_LEFT, _MIX_RIGHT = 0xCA01F9DD, 0x4973F715
_MOST_SPAWNED = 2**32 - 1  # the limit of NumPy's own count of spawned children
_KINDS = (
    "None, an int, a sequence of ints, a SeedSequence, or a BitGenerator or Generator that was "
    "made from one"
)


@dataclass(frozen=True)
class Children:
    """The `count` children of a `SeedSequence` that start with number `first`."""

    entropy: int | tuple[int, ...]
    spawn_key: tuple[int, ...]
    pool_size: int
    first: int
    count: int

    def __len__(self) -> int:
        """Return the number of children."""
        return self.count

    def part(self, start: int, stop: int) -> Children:
        """Return the children from `start` up to, but not including, `stop`."""
        return replace(self, first=self.first + start, count=stop - start)

    def child(self, i: int) -> np.random.SeedSequence:
        """Return child `i` of this range."""
        entropy = self.entropy if isinstance(self.entropy, int) else list(self.entropy)
        key = (*self.spawn_key, self.first + i)
        return np.random.SeedSequence(entropy, spawn_key=key, pool_size=self.pool_size)

    def pcg64_seeds(self) -> npt.NDArray[np.uint64]:
        """Compute the PCG64 seed of each child, ``generate_state(4, np.uint64)``: (count, 4)."""
        last = np.arange(self.first, self.first + self.count, dtype=np.uint64)
        # Children whose number needs two words are rare, so they are hashed one by one.
        if int(last[-1]) > _WORD:
            states = [self.child(i).generate_state(4, np.uint64) for i in range(self.count)]
            return np.array(states, np.uint64)
        words = [*_words(self.entropy)]
        words += [0] * (self.pool_size - len(words))  # otherwise the key would be taken for entropy
        words += [word for number in self.spawn_key for word in _words(number)]
        return _generate(_mix([*words, last], self.pool_size), self.count)


def children(rng: RandomInput | Sequence[int], count: int) -> Children:
    """Return the next `count` children of a seed, without advancing it: see `spend`."""
    sequence = _sequence(rng)
    if sequence is None:
        if isinstance(rng, bool | np.bool_ | float | str | bytes):
            raise TypeError(f"rng must be {_KINDS}, got {validation.describe(rng)}")
        try:
            # NumPy would recurse into a matrix, or a list that contains itself, until it crashes.
            nested = isinstance(rng, list | tuple | np.ndarray)
            seed: Any = list(_flat(rng)) if nested else rng
            sequence = np.random.SeedSequence(seed)
        except ValueError:
            raise ValueError(
                f"rng must be {_KINDS}, with a seed that is not negative, "
                f"got {validation.describe(rng)}"
            ) from None
        except Exception:  # NumPy prints its argument in the message, and that may itself raise
            raise TypeError(f"rng must be {_KINDS}, got {validation.describe(rng)}") from None
    elif sequence.n_children_spawned + count > _MOST_SPAWNED:
        raise ValueError(
            f"rng must have {count} children left, but {sequence.n_children_spawned} of its "
            f"{_MOST_SPAWNED} are used: pass a fresh seed"
        )
    entropy: Any = sequence.entropy
    try:
        return Children(
            int(entropy) if isinstance(entropy, int | np.integer) else _flat(entropy),
            _flat(sequence.spawn_key),
            sequence.pool_size,
            sequence.n_children_spawned,
            count,
        )
    except TypeError:
        raise TypeError(f"rng must be made of ints, got {validation.describe(rng)}") from None


def spend(rng: RandomInput | Sequence[int], count: int) -> None:
    """Mark the next `count` children of the caller's object as used; a plain seed has no state."""
    sequence = _sequence(rng)
    while sequence is not None and count:
        at_once = min(count, 1000)
        sequence.spawn(at_once)
        count -= at_once


def _sequence(rng: object) -> np.random.SeedSequence | None:
    """Return the SeedSequence within an object; None for a plain seed."""
    if isinstance(rng, np.random.RandomState):
        raise TypeError(
            f"rng must be {_KINDS}, got a RandomState, whose streams have no children: pass a seed"
        )
    if isinstance(rng, np.random.Generator):
        rng = rng.bit_generator
    within = isinstance(rng, np.random.BitGenerator)
    if isinstance(rng, np.random.BitGenerator):
        rng = rng.seed_seq
    if type(rng) is np.random.SeedSequence:
        return rng
    if within or isinstance(rng, np.random.SeedSequence):  # children may differ from NumPy's own
        raise TypeError(
            f"rng must be {_KINDS}, got one that was not made from NumPy's own SeedSequence"
        )
    return None


def _flat(numbers: Any) -> tuple[int, ...]:
    """Return nested numbers as a flat tuple, in the order in which NumPy hashes them."""
    if isinstance(numbers, int | np.integer):
        return (int(numbers),)
    if isinstance(numbers, str | bytes):  # NumPy would parse them by its own rules
        raise TypeError
    if isinstance(numbers, np.ndarray):
        numbers = np.asarray(numbers)  # each row of an np.matrix is a matrix again
    return tuple(number for part in numbers for number in _flat(part))


def _words(number: int | tuple[int, ...]) -> list[int]:
    """Split numbers into 32-bit words, the lowest first; 0 gives one word."""
    if isinstance(number, tuple):
        return [word for part in number for word in _words(part)]
    words: list[int] = []
    while number or not words:
        words.append(number & 0xFFFFFFFF)
        number >>= 32
    return words


def _mix(words: list[Word], pool_size: int) -> list[Word]:
    """Hash words into a pool, so that every word affects every entry of the pool."""
    state, multiplier = _HASH

    def hashed(value: Word) -> Word:
        nonlocal state
        value = value ^ state
        state = state * multiplier & _WORD
        value = value * state & _WORD
        return value ^ (value >> 16)

    def mixed(x: Word, y: Word) -> Word:
        difference = x * _MIX_LEFT - y * _MIX_RIGHT & _WORD
        return difference ^ (difference >> 16)

    pool = [hashed(word) for word in words[:pool_size]]
    for source in range(pool_size):
        for target in range(pool_size):
            if source != target:
                pool[target] = mixed(pool[target], hashed(pool[source]))
    for word in words[pool_size:]:
        pool = [mixed(entry, hashed(word)) for entry in pool]
    return pool


def _generate(pool: list[Word], count: int) -> npt.NDArray[np.uint64]:
    """Draw four 64-bit numbers from each pool, cycling through its entries, the low half first."""
    state, multiplier = _OUTPUT_HASH
    halves = np.empty((8, count), np.uint64)
    for i in range(8):
        value = pool[i % len(pool)] ^ state
        state = state * multiplier & _WORD
        value = value * state & _WORD
        halves[i] = value ^ (value >> 16)
    return np.ascontiguousarray((halves[::2] | halves[1::2] << np.uint64(32)).T)
