"""Look-up in the elementary functions' tables, for Numba: at one index or at one per lane.

Importing this module imports Numba.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils

from fastgan.backends.jit.lanes import GROUP, Lanes, shuffled, vector_type_of

# With these instructions LLVM keeps a table in registers; without them, memory is faster.
_CAN_PERMUTE = bool(llvm.get_host_cpu_features().get("avx512vl"))


def _permuted(builder: Any, table: Any, picks: Any) -> Any:
    """Pick an entry of a vector for each lane, in a form that LLVM turns into one permutation."""
    result = ir.Constant(table.type, ir.Undefined)
    for lane in range(table.type.count):
        at = ir.Constant(ir.IntType(32), lane)
        entry = builder.extract_element(table, builder.extract_element(picks, at))
        result = builder.insert_element(result, entry, at)
    return result


def _permuted_16(builder: Any, entries: list[Any], picks: Any) -> Any:
    """Look up a table of 16 numbers of 64 bits, for 16 lanes."""
    eight = ir.VectorType(ir.DoubleType(), 8)
    lower, upper = ir.Constant(eight, entries[:8]), ir.Constant(eight, entries[8:])
    parts = []
    for first in (0, 8):
        part = shuffled(builder, picks, picks, list(range(first, first + 8)))
        within = builder.and_(part, ir.Constant(part.type, [7] * 8))
        is_low = builder.icmp_unsigned("<", part, ir.Constant(part.type, [8] * 8))
        from_lower = _permuted(builder, lower, within)
        parts.append(builder.select(is_low, from_lower, _permuted(builder, upper, within)))
    return shuffled(builder, parts[0], parts[1], list(range(16)))


def _permuted_8(builder: Any, entries: list[Any], picks: Any) -> Any:
    """Look up a table of 8 numbers of 32 bits, for 16 lanes."""
    table = ir.Constant(ir.VectorType(ir.FloatType(), 16), entries * 2)
    return _permuted(builder, table, picks)


def _one_by_one(builder: Any, entries: list[Any], element: Any, picks: Any) -> Any:
    """Look up a table in memory, at one index or at one per lane."""
    content = ir.Constant(ir.ArrayType(element, len(entries)), entries)
    table = cgutils.global_constant(builder.module, "fastgan_table", content)
    zero = ir.Constant(ir.IntType(32), 0)
    if not isinstance(picks.type, ir.VectorType):
        return builder.load(builder.gep(table, [zero, picks]))
    result = ir.Constant(ir.VectorType(element, picks.type.count), ir.Undefined)
    for lane in range(picks.type.count):
        at = ir.Constant(ir.IntType(32), lane)
        entry = builder.load(builder.gep(table, [zero, builder.extract_element(picks, at)]))
        result = builder.insert_element(result, entry, at)
    return result


def table_look_up(like: Any, at: Any, table: Any) -> Any:
    """Define an intrinsic that looks up a table in `like`'s dtype: 16 of 64 bits or 8 of 32."""
    entries = [float(entry) for entry in table]
    in_registers = _permuted_16 if len(entries) == 16 else _permuted_8

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        picks = arguments[1]
        if isinstance(at, Lanes) and at.count == GROUP and _CAN_PERMUTE:
            return in_registers(builder, entries, picks)
        element = vector_type_of(like).element if isinstance(like, Lanes) else None
        return _one_by_one(builder, entries, element or context.get_value_type(like), picks)

    return like(like, at), generate


def constant_in(like: Any, number: float) -> Any:
    """Return a number as LLVM's constant of this type, in every lane of a vector."""
    if isinstance(like, Lanes):
        return ir.Constant(vector_type_of(like), [number] * like.count)
    return ir.Constant(ir.DoubleType() if like == types.float64 else ir.FloatType(), number)
