"""The lines behind a chart: few, at round numbers."""

from __future__ import annotations

LINES = 4


def lines(most: int, step: int = 1) -> list[int]:
    """Round values from 0 to the first one that is not below `most`, some four of them.

    step: what the smallest difference is a multiple of (100 for cents that are to be whole euros).
    """
    for power in range(20):
        for digit in (1, 2, 5):
            distance = digit * 10**power * step
            if distance * LINES >= most:
                return [distance * n for n in range(-(-most // distance) + 1 if most > 0 else 2)]
    raise ValueError(f"{most} is more than a chart can show")
