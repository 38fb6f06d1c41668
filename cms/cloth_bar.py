"""The bar of a campaign as a cloth that grows: the warp is the whole goal, the weft is the money so far."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 600, 36
WARPS = 50
_STEP = WIDTH / WARPS
_WARP_WIDTH = 3.5
_ROWS = ((4.0, 8.0), (14.0, 8.0), (24.0, 8.0))  # top and height of each weft
_SLIT = 1.2


@dataclass(frozen=True)
class ClothBar:
    """Path data for the bar (user units, WIDTH x HEIGHT) and the places of its marks (0 to WIDTH)."""

    warp: str
    raised: str
    matched: str
    minimum: str
    optimum: str


def cloth_bar(
    *, raised_cents: int, goal_cents: int, matched_cents: int = 0, minimum_cents: int = 0
) -> ClothBar:
    """Weave the bar. raised_cents: money given, without the matched part; all in cents of one currency.

    The whole width is the goal, or what was reached when that is more; then the goal shows as a mark inside.
    Negative money counts as none, so no figure can break the drawing.
    """
    raised, matched = max(raised_cents, 0), max(matched_cents, 0)
    goal, minimum = max(goal_cents, 0), max(minimum_cents, 0)
    whole = max(goal, raised + matched, minimum, 1)

    def place(cents: int) -> float:
        return WIDTH * cents / whole

    to_raised, to_matched = place(raised), place(raised + matched)
    return ClothBar(
        warp="".join(_warp(number, to_matched) for number in range(WARPS)),
        raised=_weft(0, to_raised),
        matched=_weft(to_raised, to_matched),
        minimum=_mark(place(minimum)) if minimum else "",
        optimum=_mark(place(goal)) if goal and goal < whole else "",
    )


def _middle(number: int) -> float:
    return (number + 0.5) * _STEP


def _warp(number: int, woven_to: float) -> str:
    """One upright thread: whole where nothing is woven yet, else hidden under every other weft."""
    left = _middle(number) - _WARP_WIDTH / 2
    if left + _WARP_WIDTH > woven_to:
        return _rectangle(left, 2, _WARP_WIDTH, HEIGHT - 4)
    over = [row for index, row in enumerate(_ROWS) if (index + number) % 2]
    return "".join(_rectangle(left, top - _SLIT, _WARP_WIDTH, height + 2 * _SLIT) for top, height in over)


def _weft(begin: float, end: float) -> str:
    """The threads laid across from begin to end, cut where they dive under a warp."""
    parts = []
    for index, (top, height) in enumerate(_ROWS):
        position = begin
        for number in range(WARPS):
            near = _middle(number) - _WARP_WIDTH / 2 - _SLIT
            far = _middle(number) + _WARP_WIDTH / 2 + _SLIT
            # The same test as in _warp: only a warp that lies wholly within the cloth dives or surfaces.
            if not (index + number) % 2 or near < begin or far > end:
                continue
            parts.append(_rectangle(position, top, near - position, height))
            position = far
        if end - position > 0.2:
            parts.append(_rectangle(position, top, end - position, height))
    return "".join(parts)


def _mark(at: float) -> str:
    return _rectangle(min(max(at - 1.5, 0), WIDTH - 3), 0, 3, HEIGHT)


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"
