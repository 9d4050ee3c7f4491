"""Compute the same trainings on every variant that this machine can build, and print their hashes.

    python tools/hash_table.py [--markdown docs/variants.md | --only TEXT]

Rows are the package's backends and instruction sets, and the C kernel alone as compiled by GCC and
Clang at every level of optimisation, with sanitizers, and for processors that are only simulated
here. One row per core is computed at a time. The table lists what is left out. The exit status is 1
if a single bit differs, or, with FASTGAN_REQUIRE_VARIANTS=1, if a tool is missing (a processor may
lack an instruction set).
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
PROGRAM = TESTS / "helpers" / "kernel_program"
sys.path.insert(0, str(TESTS))

from helpers import variant_cases  # noqa: E402

SIMDE = "/usr/include/simde/x86/avx512.h"  # AVX-512's instructions, emulated by others
LACKED = "this processor lacks it"
KEYS = [(name, dtype) for name in variant_cases.CASES for dtype in variant_cases.DTYPES]


class Row(NamedTuple):
    """A variant, and the hash of each case or the reason why it is left out."""

    name: str
    hashes: list[str]
    missing: str = ""


class Build(NamedTuple):
    """A build of the C kernel alone: how it is compiled and run, and its variants."""

    name: str
    compiler: str
    options: list[str]
    variants: list[str]
    emulator: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # other files that must exist


def floating_point_flags() -> list[str]:
    """Read the flags from CMakeLists.txt, the only list of them."""
    text = (ROOT / "CMakeLists.txt").read_text()
    found = re.search(r"set\(FASTGAN_FLOATING_POINT (-[^)]*)\)", text)
    if not found:
        raise SystemExit("CMakeLists.txt no longer sets FASTGAN_FLOATING_POINT")
    return found[1].split()


def variant_flags(variant: str) -> list[str]:
    """Read the additional flags of an instruction set from CMakeLists.txt."""
    text = (ROOT / "CMakeLists.txt").read_text()
    found = re.search(rf"set\(FASTGAN_{variant}_FLAGS ([^)]*)\)", text)
    return found[1].split() if found else []


def compile_program(build: Build, directory: Path) -> Path:
    """Compile run_case.c with the kernels for each dtype and variant."""
    folders = [f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'csrc' / 'include'}"]
    common = [build.compiler, "-std=c11", "-Wno-psabi", *folders, *build.options]
    if len(build.variants) > 1:
        common.append("-DFASTGAN_X86_VARIANTS")
    objects = []
    for variant in build.variants:
        for bits in (64, 32):
            target = directory / f"{variant}{bits}.o"
            subprocess.run(
                [*common, *floating_point_flags(), *variant_flags(variant),
                 f"-DFASTGAN_REAL_BITS={bits}", f"-DFASTGAN_VARIANT={variant}",
                 "-c", str(ROOT / "csrc" / "kernels.c"), "-o", str(target)],
                check=True,
            )  # fmt: skip
            objects.append(str(target))
    program = directory / "run_case"
    sources = [
        *(
            ROOT / "csrc" / name
            for name in ("dispatch.c", "random/streams.c", "training/step_counts.c")
        ),
        PROGRAM / "run_case.c",
    ]
    subprocess.run(
        [*common, *floating_point_flags(), *map(str, sources), *objects, "-lm", "-o", str(program)],
        check=True,
    )
    return program


def program_hashes(command: list[str], variant: str) -> list[str]:
    """Run every case in a compiled program."""
    hashes = []
    for name, dtype in KEYS:
        case = variant_cases.as_bytes(variant_cases.CASES[name], dtype)
        done = subprocess.run([*command, variant], input=case, capture_output=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} {variant}: {done.stderr.decode()}")
        hashes.append(variant_cases.digest(done.stdout))
    return hashes


def builds() -> Iterator[Build]:
    """Yield every way to compile the kernel, the slowest first."""
    x86 = os.uname().machine == "x86_64"
    all_variants = ["generic", "avx2", "avx512"] if x86 else ["generic"]
    yield Build(
        "gcc, AddressSanitizer and UBSan", "gcc",
        ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], all_variants,
    )  # fmt: skip
    for compiler in ("gcc", "clang"):
        for level in range(4):
            yield Build(f"{compiler} -O{level}", compiler, [f"-O{level}"], all_variants)
    yield Build(
        "gcc, AVX-512 simulated", "gcc",
        ["-O2", "-include", str(PROGRAM / "simulated_avx512.h")],
        ["generic"], needs=(SIMDE,),
    )  # fmt: skip
    yield Build(
        "gcc, Nehalem simulated", "gcc", ["-O3"], ["generic"], ("qemu-x86_64", "-cpu", "Nehalem")
    )
    yield Build(
        "gcc, aarch64 simulated", "aarch64-linux-gnu-gcc", ["-O3", "-static"], ["generic"],
        ("qemu-aarch64",),
    )  # fmt: skip


def build_rows(build: Build, usable: list[str]) -> list[Row]:
    """Return one row for each variant of a build."""
    for tool in [build.compiler, *build.emulator[:1], *build.needs]:
        if not (shutil.which(tool) or Path(tool).exists()):
            return [Row(f"C program, {build.name}", [], f"{tool} is not installed")]
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        program = compile_program(build, Path(directory))
        for variant in build.variants:
            name = f"C program, {build.name}, {variant}"
            if build.emulator or variant in usable:
                rows.append(Row(name, program_hashes([*build.emulator, str(program)], variant)))
            else:
                rows.append(Row(name, [], LACKED))
    return rows


def usable_variants() -> list[str]:
    """Return the instruction sets of the installed kernel that this processor supports."""
    from fastgan.backends.native import _kernel

    return [name for name, usable in _kernel.variants().items() if usable]


def package_rows(usable: list[str]) -> Iterator[Callable[[], list[Row]]]:
    """Yield functions that compute the rows of the package's backends and instruction sets."""
    from fastgan import backends

    for backend, (present, reason) in backends.available().items():
        if not present:
            yield partial(list, [Row(f"backend {backend}", [], reason)])
        elif backend == "c":
            for variant in usable:
                yield partial(package_row, f"backend c, {variant}", "c", {"FASTGAN_CPU": variant})
        else:
            yield partial(package_row, f"backend {backend}", backend, {})
    features = " ".join(numpy_features())
    yield partial(
        package_row, "backend numpy, NumPy's own CPU features off", "numpy",
        {"NPY_DISABLE_CPU_FEATURES": features},
    )  # fmt: skip


def numpy_features() -> list[str]:
    """Return the CPU features that NumPy would use on this processor."""
    core = importlib.import_module("numpy._core._multiarray_umath")
    return [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]


def package_row(name: str, backend: str, environment: dict[str, str]) -> list[Row]:
    """Compute a row in a separate process, since variants are chosen when a process starts."""
    done = subprocess.run(
        [sys.executable, str(TESTS / "helpers" / "variant_cases.py"), backend],
        env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    return [Row(name, re.findall(r'"([0-9a-f]{16})"', done.stdout))]


def rows(only: str) -> Iterator[Row]:
    """Yield all rows, or those of builds named `only`; computed in parallel, in a fixed order."""
    usable = usable_variants()
    jobs: list[Callable[[], list[Row]]] = [] if only else [*package_rows(usable)]
    jobs += (partial(build_rows, build, usable) for build in builds() if only in build.name)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = [pool.submit(job) for job in jobs]
        try:
            for done in pending:
                yield from done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def main() -> None:
    """Print the table, and report whether all hashes agree."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--markdown", type=Path, help="write the table to this file as well")
    parser.add_argument("--only", default="", metavar="TEXT", help="only builds with this name")
    arguments = parser.parse_args()
    if arguments.only and arguments.markdown:
        parser.error("--markdown writes the table of all variants, so it excludes --only")
    golden = [variant_cases.GOLDEN[key] for key in KEYS]
    lines = ["| variant | " + " | ".join(f"{n}, {d}" for n, d in KEYS) + " |"]
    lines.append("| --- |" + " --- |" * len(KEYS))
    lines.append("| golden | " + " | ".join(f"`{h}`" for h in golden) + " |")
    print("\n".join(lines), flush=True)
    differing = left_out = missing = 0
    for row in rows(arguments.only):
        if row.missing:
            left_out += 1
            missing += row.missing != LACKED
            line = f"| {row.name} | left out: {row.missing} |" + " |" * (len(KEYS) - 1)
        else:
            differing += row.hashes != golden
            cells = ["=" if h == g else f"**{h}**" for h, g in zip(row.hashes, golden, strict=True)]
            line = f"| {row.name} | " + " | ".join(cells) + " |"
        print(line, flush=True)
        lines.append(line)
    if arguments.markdown:
        intro = arguments.markdown.read_text().partition("\n| variant ")[0]
        arguments.markdown.write_text(intro + "\n" + "\n".join(lines) + "\n")
    print(f"\n{len(lines) - 3} variants: {differing} differ, {left_out} left out")
    if differing or (missing and os.environ.get("FASTGAN_REQUIRE_VARIANTS") == "1"):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
