"""Every instruction set gives the same bits, whatever the process around it has done.

`tools/hash_table.py` compares more variants: other compilers, and simulated processors.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fastgan
from helpers import variant_cases
from helpers.backends import require_backend
from helpers.paths import TESTS

KEYS = list(variant_cases.GOLDEN)

# Flush-to-zero and denormals-are-zero. Libraries built with -ffast-math switch these on when they
# are loaded, for the thread that loads them.
FLUSH_TO_ZERO = """
#include <immintrin.h>
__attribute__((constructor)) static void flush(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        cwd=TESTS,
    )


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_golden_hashes_of_four_sizes(key: tuple[str, str], backend: str) -> None:
    name, dtype = key
    result = variant_cases.computed_by(backend, variant_cases.CASES[name], dtype)
    assert variant_cases.digest(result) == variant_cases.GOLDEN[key]


@pytest.mark.parametrize("variant", ["generic", "avx2", "avx512"])
def test_each_instruction_set_gives_the_golden_hashes(variant: str) -> None:
    require_backend("c")
    from fastgan.backends.native import _kernel

    if not _kernel.variants().get(variant):
        pytest.skip(f"{variant} is not supported by both this kernel and this processor")
    done = run("from helpers import variant_cases; variant_cases.main('c')", FASTGAN_CPU=variant)
    assert done.returncode == 0, done.stderr
    assert re.findall(r'"([0-9a-f]{16})"', done.stdout) == list(variant_cases.GOLDEN.values())


def test_the_variant_that_is_asked_for_is_used() -> None:
    require_backend("c")
    code = "from fastgan.backends.native import backend; print(backend.choose_variant('generic'))"
    assert run(code).stdout == "generic\n"
    code = "from fastgan.backends.native import _kernel, backend; print(_kernel.chosen_variant())"
    assert run(code, FASTGAN_CPU="generic").stdout == "generic\n"


def test_an_unknown_variant_fails_loudly() -> None:
    require_backend("c")
    done = run("import fastgan; fastgan.train([[0.5]])", FASTGAN_CPU="avx1024")
    assert done.returncode != 0
    assert "ValueError: FASTGAN_CPU must be one of ('generic'" in done.stderr


def test_a_variant_that_the_processor_lacks_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    require_backend("c")
    from fastgan.backends.native import backend

    class Lacking:
        @staticmethod
        def variants() -> dict[str, bool]:
            return {"generic": True, "avx512": False}

        @staticmethod
        def choose_variant(name: str) -> bool:
            return name != "avx512"

    monkeypatch.setattr(backend, "_kernel", Lacking)
    with pytest.raises(RuntimeError, match="FASTGAN_CPU='avx512' cannot be used"):
        backend.choose_variant("avx512")


@pytest.fixture(scope="module")
def flushing_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc") or shutil.which("clang")
    if not compiler or os.uname().machine != "x86_64":
        pytest.skip("needs GCC or Clang on x86-64 to switch on flush-to-zero")
    directory = tmp_path_factory.mktemp("flush")
    (directory / "flush.c").write_text(FLUSH_TO_ZERO)
    library = directory / "flush.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", str(directory / "flush.c"), "-o", str(library)], check=True
    )
    return library


def test_the_c_kernel_does_not_mind_flush_to_zero(flushing_library: Path) -> None:
    require_backend("c")
    code = f"""
import ctypes
import fastgan
from helpers import variant_cases
tiny = fastgan.GAN(fastgan.Generator([[0.0]], [-740.0]), fastgan.Discriminator([1.0], 0.0))
expected = tiny.generate([0.5]).tobytes()
ctypes.CDLL({str(flushing_library)!r})
assert float("5e-324") * 1.0 == 0.0, "flush-to-zero is not on"
assert tiny.generate([0.5]).tobytes() == expected != bytes(8), "other bits"
assert float("5e-324") * 1.0 == 0.0, "the kernel left another environment behind"
variant_cases.main("c")
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert re.findall(r'"([0-9a-f]{16})"', done.stdout) == list(variant_cases.GOLDEN.values())


@pytest.mark.parametrize("name", ["numba", "numpy"])
def test_the_others_refuse_to_compute_under_flush_to_zero(
    flushing_library: Path, name: str
) -> None:
    require_backend(name)
    code = f"import ctypes, fastgan; ctypes.CDLL({str(flushing_library)!r}); fastgan.train([[0.5]])"
    done = run(code, FASTGAN_BACKEND=name)
    assert done.returncode != 0
    assert "FloatingPointError: another library has switched this thread" in done.stderr


# Names of fused instructions in GCC's and Clang's output on x86-64 and aarch64.
FUSED = re.compile(r"\bv?f(n?m(add|sub)|mla|mls)[0-9a-z]*\b|\bvfmaddsub|\bvfmsubadd")


def test_the_kernel_has_no_fused_multiply_add() -> None:
    require_backend("c")
    if not shutil.which("objdump"):
        pytest.skip("needs objdump, of binutils")
    kernel = importlib.util.find_spec("fastgan.backends.native._kernel").origin
    done = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", kernel], capture_output=True, text=True, check=True
    )
    fused = [line for line in done.stdout.splitlines() if FUSED.search(line)]
    assert fused == []
    assert "mulpd" in done.stdout or "fmul" in done.stdout, "nothing was disassembled"


def test_fused_multiply_adds_would_be_found() -> None:
    for line in (
        "vfmadd213pd %ymm0,%ymm1,%ymm2", "vfnmadd231sd %xmm0,%xmm1,%xmm2", "fmadd d0, d1, d2, d3",
        "fmla v0.2d, v1.2d, v2.2d", "vfmsub132ps (%rax),%zmm1,%zmm2", "fnmsub s0, s1, s2, s3",
    ):  # fmt: skip
        assert FUSED.search(line), line
    for line in ("vmulpd %ymm0,%ymm1,%ymm2", "fmul d0, d1, d2", "call fmalloc"):
        assert not FUSED.search(line), line


def test_info_tells_the_variants() -> None:
    require_backend("c")
    reason = fastgan.backends.available()["c"].reason
    assert "generic" in reason
