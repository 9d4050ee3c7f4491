"""The recomputed constants of the elementary functions are those in the Python and C sources."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from fastgan.backends.reference.elementary_constants import constants_for
from helpers.paths import ROOT

TOOL = ROOT / "tools" / "elementary_coefficients.py"
HEADER = ROOT / "csrc" / "arithmetic" / "elementary_constants.h"

pytestmark = pytest.mark.skipif(
    not (TOOL.exists() and HEADER.exists()), reason="the sources are not available"
)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("elementary_coefficients", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks the module up
    digits = mp.mp.dps
    spec.loader.exec_module(module)
    yield module
    mp.mp.dps = digits
    del sys.modules[spec.name]


def computed(tool: ModuleType, dtype: np.dtype) -> dict[str, list[float]]:
    precision = tool.FLOAT64 if dtype == np.float64 else tool.FLOAT32
    high, low = tool.exp_table(precision)
    values = {
        **{name: [value] for name, value in tool.exp_reduction(precision).items()},
        "table_high": high,
        "table_low": low,
        "exp_coefficients": tool.exp_polynomial(precision),
        "log1p_coefficients": tool.log1p_polynomial(precision),
    }
    return {name: [float(value) for value in numbers] for name, numbers in values.items()}


def in_python(dtype: np.dtype) -> dict[str, list[float]]:
    c = constants_for(dtype)
    names = ("steps_per_unit", "step_high", "step_low")
    tables = ("table_high", "table_low", "exp_coefficients", "log1p_coefficients")
    assert all(getattr(c, name).dtype == dtype for name in names + tables)
    return {
        **{name: [float(getattr(c, name))] for name in names},
        **{name: [float(value) for value in getattr(c, name)] for name in tables},
    }


def c_section(dtype: np.dtype) -> str:
    """Return the section of the header for a dtype."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL)
    _, after = text.split("#if FASTGAN_REAL_BITS == 64")
    double, single = after.split("#else")
    return double if dtype == np.float64 else single


def c_number(text: str) -> float:
    text = text.strip().removesuffix("f")
    return float.fromhex(text) if "0x" in text else float(text)


def in_c(dtype: np.dtype) -> dict[str, list[float]]:
    section = c_section(dtype)
    found = {}
    for name in ("steps_per_unit", "step_high", "step_low"):
        found[name] = [c_number(re.search(rf"#define {name.upper()} (\S+)", section)[1])]
    for name, size, body in re.findall(r"real (\w+)\[(\d+)\] = \{(.*?)\}", section, re.DOTALL):
        found[name] = [c_number(number) for number in body.split(",") if number.strip()]
        assert len(found[name]) == int(size)
    return found


def test_python_has_the_computed_constants(tool: ModuleType, dtype: np.dtype) -> None:
    assert in_python(dtype) == computed(tool, dtype)


def test_c_has_the_constants_of_python(dtype: np.dtype) -> None:
    constants = in_c(dtype)
    if dtype == np.float64:
        pairs = constants.pop("table_pairs")
        assert [pairs[0::2], pairs[1::2]] == [constants["table_high"], constants["table_low"]]
    assert constants == in_python(dtype)


def c_macro(name: str, dtype: np.dtype) -> Any:
    return c_number(re.search(rf"#define {name} (\S+)", c_section(dtype))[1].rstrip("f"))


def test_c_has_the_limits_of_python(dtype: np.dtype) -> None:
    c = constants_for(dtype)
    assert c_macro("SIGMOID_LIMIT", dtype) == c.sigmoid_limit
    assert c_macro("LOWEST_EXP", dtype) == c.lowest_exp
    assert c_macro("HIGHEST_EXP", dtype) == c.highest_exp


def test_c_has_the_format_of_python(dtype: np.dtype) -> None:
    c, section = constants_for(dtype), c_section(dtype)
    macros = dict(re.findall(r"#define (\w+) (\w+)\s", section))
    for name in ("table_bits", "significand_bits", "exponent_bias", "exponent_origin"):
        assert int(macros[name.upper()]) == getattr(c, name)
    assert int(macros["EXPONENT_MASK"], 16) == c.exponent_mask
    rounder = re.search(
        r"#define ROUNDER \((\S+) \+ \(1 << TABLE_BITS\) \* EXPONENT_ORIGIN\)", section
    )[1]
    assert c_number(rounder) + 2 ** int(c.table_bits) * int(c.exponent_origin) == c.rounder


def test_the_limits_keep_the_common_path_in_range(dtype: np.dtype) -> None:
    info, c = np.finfo(dtype), constants_for(dtype)
    # At the limits s = 2^e and its reciprocal are normal; beyond the range of exp nothing changes.
    assert mp.exp(float(c.sigmoid_limit)) * 2 < float(info.max)
    assert mp.exp(-float(c.sigmoid_limit)) > float(info.tiny) * 2
    assert mp.exp(float(c.highest_exp)) > float(info.max)
    assert mp.exp(float(c.lowest_exp)) < mp.mpf(float(info.smallest_subnormal)) / 2
