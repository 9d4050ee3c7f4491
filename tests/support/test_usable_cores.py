"""Number of cores that a process may use: affinity, and quotas of control groups v1 and v2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fastgan._support import usable_cores


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Simulate a machine with 64 cores and no limits, with writable control group files."""
    (tmp_path / "cgroup").mkdir()
    monkeypatch.setattr(usable_cores, "_ROOT", str(tmp_path / "cgroup"))
    monkeypatch.setattr(usable_cores, "_OWN", str(tmp_path / "own"))
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    return tmp_path


def write(machine: Path, own: str, **files: str) -> None:
    (machine / "own").write_text(own)
    for name, text in files.items():
        path = machine / "cgroup" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Keyword arguments cannot contain dots: cpu_max stands for cpu.max.
        path.with_name(path.name.replace("cpu_", "cpu.", 1)).write_text(text + "\n")


def test_what_this_process_may_use() -> None:
    assert 1 <= usable_cores.usable_cores() <= os.cpu_count()


def test_affinity(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable_cores.usable_cores() == 64
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 9})
    assert usable_cores.usable_cores() == 3


def test_the_interpreters_own_count(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: 6, raising=False)
    assert usable_cores.usable_cores() == 6


@pytest.mark.parametrize("known", [7, None])
def test_without_affinity(
    machine: Path, monkeypatch: pytest.MonkeyPatch, known: int | None
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: known)
    assert usable_cores.usable_cores() == (known or 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("max 100000", 64), ("400000 100000", 4), ("150000 100000", 2), ("1000 100000", 1),
     ("9900000 100000", 64), ("nonsense", 64), ("", 64)],
)  # fmt: skip
def test_version_2(machine: Path, text: str, expected: int) -> None:
    write(machine, "0::/user/job\n", user__job__cpu_max=text)
    assert usable_cores.usable_cores() == expected


def test_the_narrowest_of_the_groups_above_counts(machine: Path) -> None:
    write(
        machine,
        "0::/a/b/c\n",
        a__b__c__cpu_max="800000 100000",
        a__b__cpu_max="300000 100000",
        a__cpu_max="max 100000",
    )
    assert usable_cores.usable_cores() == 3


def test_the_groups_of_others_do_not_count(machine: Path) -> None:
    write(machine, "0::/a/b\n", a__c__cpu_max="100000 100000", a__b__d__cpu_max="100000 100000")
    assert usable_cores.usable_cores() == 64


@pytest.mark.parametrize("own", ["0::/docker/123\n", "0::/\n", "0::/../../else\n"])
def test_in_a_container_the_root_is_the_group(machine: Path, own: str) -> None:
    write(machine, own, cpu_max="200000 100000")
    assert usable_cores.usable_cores() == 2


@pytest.mark.parametrize(
    ("quota", "expected"), [("-1", 64), ("0", 64), ("250000", 3), ("50000", 1)]
)
@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_version_1(machine: Path, controllers: str, quota: str, expected: int) -> None:
    write(
        machine,
        f"9:cpuset:/elsewhere\n3:{controllers}:/jobs/mine\n1:name=systemd:/jobs\n",
        cpu__jobs__mine__cpu_cfs_quota_us=quota,
        cpu__jobs__mine__cpu_cfs_period_us="100000",
    )
    assert usable_cores.usable_cores() == expected


def test_both_versions(machine: Path) -> None:
    write(
        machine,
        "1:cpu:/jobs\n0::/jobs\n",
        cpu__jobs__cpu_cfs_quota_us="500000",
        cpu__jobs__cpu_cfs_period_us="100000",
        unified__jobs__cpu_max="400000 100000",
    )
    assert usable_cores.usable_cores() == 4


def test_no_control_groups(machine: Path) -> None:
    assert not (machine / "own").exists()
    assert usable_cores.usable_cores() == 64


def test_a_name_that_is_no_utf_8(machine: Path) -> None:
    (machine / "own").write_bytes(b"0::/j\xf6b\n")
    assert usable_cores.usable_cores() == 64
