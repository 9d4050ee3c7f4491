"""Schedules: the order in which the two networks move."""

from __future__ import annotations

from typing import Any

from fastgan._support import validation

SCHEDULES = ("sequential", "alternating", "simultaneous")  # the index is the code


def checked_schedule(
    schedule: object, discriminator_steps: object, generator_steps: object
) -> dict[str, Any]:
    """Check a schedule and its numbers; return them by name."""
    name = validation.one_of("schedule", schedule, SCHEDULES)
    steps = {
        "discriminator_steps": validation.count("discriminator_steps", discriminator_steps),
        "generator_steps": validation.count("generator_steps", generator_steps),
    }
    for argument, value in steps.items():
        if value > 1 and name != "alternating":
            raise ValueError(
                f"{argument} must be 1 unless schedule='alternating', got {argument}={value} "
                f"with schedule={schedule!r}"
            )
    return {"schedule": name, **steps}
