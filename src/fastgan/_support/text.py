"""Write numbers and times as text for people to read."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Write a time in milliseconds, or in seconds if it is at least one second."""
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"


def with_minus_sign(number: float, how: str = ".3g") -> str:
    """Write a number with the typographic minus sign that matplotlib gives the ticks of an axis."""
    return format(number, how).replace("-", "\N{MINUS SIGN}")
