"""Vectors of a known number of lanes, as values inside functions that Numba compiles.

By itself, LLVM vectorises some loops and not others, and its choice changes with the processor and
the version. Here the code states its vectors explicitly, as the C kernels do. LLVM splits vectors
that are longer than those of the processor.

Importing this module imports Numba.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable
from numba.np.arrayobj import make_array

GROUP = 16  # lanes: one for each partial sum over the features
ROW = 4  # lanes for a row of few features


class Lanes(types.Type):  # type: ignore[misc]
    """The type of a vector of `count` numbers or truth values."""

    def __init__(self, dtype: Any, count: int) -> None:
        self.dtype, self.count = dtype, count
        super().__init__(name=f"Lanes({dtype}, {count})")


def vector_type_of(lanes: Lanes) -> Any:
    """Return LLVM's type for a vector of this type."""
    if lanes.dtype in (types.float64, types.float32):
        element = ir.DoubleType() if lanes.dtype == types.float64 else ir.FloatType()
    else:
        element = ir.IntType(1 if lanes.dtype == types.boolean else lanes.dtype.bitwidth)
    return ir.VectorType(element, lanes.count)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, vector_type_of(lanes))


def shuffled(builder: Any, a: Any, b: Any, picks: list[int]) -> Any:
    """Pick lanes, counted through `a` and then through `b`."""
    return builder.shuffle_vector(
        a, b, ir.Constant(ir.VectorType(ir.IntType(32), len(picks)), picks)
    )


def _spread(builder: Any, scalar: Any, vector_type: Any) -> Any:
    """Return a vector with the scalar in every lane."""
    undefined = ir.Constant(vector_type, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    return shuffled(builder, first, undefined, [0] * vector_type.count)


def _as_lanes(context: Any, builder: Any, value: Any, given: Any, lanes: Lanes) -> Any:
    if isinstance(given, Lanes):
        return value
    scalar = context.cast(builder, value, given, lanes.dtype)
    return _spread(builder, scalar, vector_type_of(lanes))


def _common_lanes(a: Any, b: Any) -> Any:
    """Return the vector type of an operation on two vectors, or a vector and a number, or None."""
    if isinstance(a, Lanes) and (a == b or isinstance(b, types.Number)):
        return a
    if isinstance(b, Lanes) and isinstance(a, types.Number):
        return b
    return None


def _operation(function: Any, emit: Callable[[Any, Any, Any, Any], Any], result: Any) -> None:
    """Teach Numba an operator on two vectors, or on a vector and a number."""

    @type_callable(function)  # type: ignore[untyped-decorator]
    def typed(context: Any) -> Any:
        def of(a: Any, b: Any) -> Any:
            lanes = _common_lanes(a, b)
            return None if lanes is None else Lanes(result or lanes.dtype, lanes.count)

        return of

    def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = _common_lanes(*signature.args)
        a, b = (
            _as_lanes(context, builder, value, given, lanes)
            for value, given in zip(arguments, signature.args, strict=True)
        )
        return emit(builder, a, b, lanes.dtype in types.real_domain)

    for a, b in ((Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes)):
        lower_builtin(function, a, b)(lower)


_operation(operator.add, lambda to, a, b, real: to.fadd(a, b) if real else to.add(a, b), None)
_operation(operator.sub, lambda to, a, b, real: to.fsub(a, b) if real else to.sub(a, b), None)
_operation(operator.mul, lambda to, a, b, real: to.fmul(a, b) if real else to.mul(a, b), None)
_operation(operator.truediv, lambda to, a, b, real: to.fdiv(a, b), None)
_operation(operator.and_, lambda to, a, b, real: to.and_(a, b), None)
_operation(operator.lshift, lambda to, a, b, real: to.shl(a, b), None)
_operation(operator.rshift, lambda to, a, b, real: to.lshr(a, b), None)
_operation(operator.lt, lambda to, a, b, real: to.fcmp_ordered("<", a, b), types.boolean)
_operation(operator.gt, lambda to, a, b, real: to.fcmp_ordered(">", a, b), types.boolean)
_operation(operator.le, lambda to, a, b, real: to.fcmp_ordered("<=", a, b), types.boolean)


def _sign_bits(vector_type: Any) -> tuple[Any, Any]:
    width = 64 if vector_type.element == ir.DoubleType() else 32
    integers = ir.VectorType(ir.IntType(width), vector_type.count)
    return integers, ir.Constant(integers, [1 << (width - 1)] * vector_type.count)


def _unary(function: Any, emit: Callable[[Any, Any, Any], Any]) -> None:
    """Teach Numba an operator that only changes the sign bits of a vector."""

    @type_callable(function)  # type: ignore[untyped-decorator]
    def typed(context: Any) -> Any:
        return lambda a: a if isinstance(a, Lanes) else None

    @lower_builtin(function, Lanes)  # type: ignore[untyped-decorator]
    def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        integers, sign = _sign_bits(arguments[0].type)
        changed = emit(builder, builder.bitcast(arguments[0], integers), sign)
        return builder.bitcast(changed, arguments[0].type)


_unary(operator.neg, lambda to, bits, sign: to.xor(bits, sign))
_unary(abs, lambda to, bits, sign: to.and_(bits, to.not_(sign)))


def _address(context: Any, builder: Any, array_type: Any, array: Any, at: Any) -> Any:
    if array_type.layout != "C":
        raise TypeError(f"only for contiguous arrays, not for {array_type}")
    data = make_array(array_type)(context, builder, array).data
    return builder.gep(data, [at])


def _loader(count: int) -> Any:
    def load(typingctx: Any, array: Any, at: Any) -> Any:
        """Load a vector from a contiguous array, from index `at` on, unchecked."""
        lanes = Lanes(array.dtype, count)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            address = _address(context, builder, array, *arguments)
            address = builder.bitcast(address, vector_type_of(lanes).as_pointer())
            return builder.load(address, align=array.dtype.bitwidth // 8)

        return lanes(array, types.intp), generate

    return intrinsic(load)


def _store(typingctx: Any, array: Any, at: Any, lanes: Any) -> Any:
    """Store a vector in a contiguous array, from index `at` on, unchecked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, array, *arguments[:2])
        address = builder.bitcast(address, vector_type_of(lanes).as_pointer())
        builder.store(arguments[2], address, align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), generate


def _group_of(typingctx: Any, array: Any, at: Any) -> Any:
    """Return a group that holds the number at index `at` of an array in each lane, unchecked."""
    lanes = Lanes(array.dtype, GROUP)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = builder.load(_address(context, builder, array, *arguments))
        return _spread(builder, number, vector_type_of(lanes))

    return lanes(array, types.intp), generate


def _filled_group(typingctx: Any, array: Any, number: Any) -> Any:
    """Return a group with a number in each lane, in the dtype of an array."""
    lanes = Lanes(array.dtype, GROUP)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _as_lanes(context, builder, arguments[1], number, lanes)

    return lanes(array, number), generate


def _fold(typingctx: Any, lanes: Any) -> Any:
    """Sum the lanes by halves: lane i with i + 8, then i + 4, i + 2, i + 1."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (sums,) = arguments
        half = lanes.count // 2
        while half:
            lower = shuffled(builder, sums, sums, list(range(half)))
            upper = shuffled(builder, sums, sums, list(range(half, 2 * half)))
            sums = builder.fadd(lower, upper)
            half //= 2
        return builder.extract_element(sums, ir.Constant(ir.IntType(32), 0))

    return lanes.dtype(lanes), generate


def _choose(typingctx: Any, condition: Any, a: Any, b: Any) -> Any:
    """Return `a` where the condition holds and `b` elsewhere, for vectors and for numbers."""
    result = (_common_lanes(a, b) or a) if isinstance(condition, Lanes) else a

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        test, yes, no = arguments
        if isinstance(condition, Lanes):
            yes = _as_lanes(context, builder, yes, a, result)
            no = _as_lanes(context, builder, no, b, result)
        return builder.select(test, yes, no)

    return result(condition, a, b), generate


def _all_hold(typingctx: Any, condition: Any) -> Any:
    """Return whether the condition holds in every lane."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        together = builder.bitcast(arguments[0], ir.IntType(condition.count))
        every = ir.Constant(together.type, -1)
        return builder.icmp_unsigned("==", together, every)

    return types.boolean(condition), generate


load_group: Any = _loader(GROUP)
load_row: Any = _loader(ROW)
store: Any = intrinsic(_store)
group_of: Any = intrinsic(_group_of)
filled_group: Any = intrinsic(_filled_group)
fold: Any = intrinsic(_fold)
choose: Any = intrinsic(_choose)
all_hold: Any = intrinsic(_all_hold)
