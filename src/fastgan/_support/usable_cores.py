"""The number of cores that this process may use, by its affinity and its control groups' quota."""

from __future__ import annotations

import math
import os
from collections.abc import Callable

_ROOT = "/sys/fs/cgroup"
_OWN = "/proc/self/cgroup"


def usable_cores() -> int:
    """Return the number of cores that the operating system lets this process use, at least 1."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on; it respects -X cpu_count as well
        cores = os.process_cpu_count()
    elif hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count()
    quota = _quota()
    return max(1, min(cores or 1, math.ceil(quota) if quota else cores or 1))


def _quota() -> float | None:
    """Return the CPU time that the control groups grant, in cores; None if there is no limit."""
    quotas = [
        quota
        for read, mount, path in _groups()
        for directory in _with_those_above(os.path.join(_ROOT, mount), path)
        if (quota := read(directory)) is not None
    ]
    return min(quotas, default=None)


def _groups() -> list[tuple[Callable[[str], float | None], str, str]]:
    """List the groups that may limit this process: how to read each, its mount and its path."""
    try:
        with open(_OWN, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    groups: list[tuple[Callable[[str], float | None], str, str]] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            # If version 1 is in use too, version 2 is mounted in a directory of its own.
            groups += [(_quota_v2, mount, path) for mount in ("", "unified")]
        elif "cpu" in controllers.split(","):
            groups.append((_quota_v1, "cpu", path))
    return groups


def _with_those_above(root: str, path: str) -> list[str]:
    """List the directories of a group and of all groups above it, whose limits apply too.

    In a container, the group's own path may not exist, or may lead out of the mounted tree; the
    group is then the root.
    """
    names = [name for name in path.split("/") if name]
    if ".." in names:
        names = []
    return [os.path.join(root, *names[:depth]) for depth in range(len(names) + 1)]


def _quota_v2(directory: str) -> float | None:
    try:
        with open(os.path.join(directory, "cpu.max"), encoding="ascii") as file:
            granted, period = file.read().split()
        return None if granted == "max" else int(granted) / int(period)
    except (OSError, ValueError):
        return None


def _quota_v1(directory: str) -> float | None:
    try:
        with open(os.path.join(directory, "cpu.cfs_quota_us"), encoding="ascii") as file:
            granted = int(file.read())
        with open(os.path.join(directory, "cpu.cfs_period_us"), encoding="ascii") as file:
            period = int(file.read())
        return granted / period if granted > 0 else None
    except (OSError, ValueError):
        return None
