"""Months and years, as a subscription counts them."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any


def after(anchor: int, rhythm: dict[str, Any], moment: int) -> int:
    """The first boundary after a moment, all in seconds since 1970.

    anchor: where the counting began; its day of the month is kept, or the month's last day where it has
    fewer. rhythm: a price's ``recurring``.
    """
    step = 0
    while (boundary := _boundary(anchor, rhythm, step)) <= moment:
        step += 1
    return boundary


def _boundary(anchor: int, rhythm: dict[str, Any], steps: int) -> int:
    began, count = datetime.fromtimestamp(anchor, UTC), rhythm["interval_count"] * steps
    if rhythm["interval"] in ("day", "week"):
        return int((began + timedelta(days=count * (7 if rhythm["interval"] == "week" else 1))).timestamp())
    months = began.month - 1 + count * (12 if rhythm["interval"] == "year" else 1)
    year, month = began.year + months // 12, months % 12 + 1
    day = min(began.day, monthrange(year, month)[1])
    return int(began.replace(year=year, month=month, day=day).timestamp())
