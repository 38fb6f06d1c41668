"""A table whose rows have a bar each: the picture and its numbers in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from cms.charts.columns import Cell
from cms.weave import Hue


@dataclass(frozen=True)
class Bar:
    """A row: what it is about, how long its bar is (what is less than nothing has none), and its cells."""

    label: str
    value: int
    cells: Sequence[Cell]
    url: str = ""


@dataclass(frozen=True)
class Bars:
    """heads: the columns' names, the row's own first."""

    title: str
    heads: Sequence[str]
    bars: Sequence[Bar]
    hue: Hue = Hue.LAKE
    note: str = ""

    @property
    def rows(self) -> list[tuple[Bar, SafeString, list[tuple[str, Cell]]]]:
        """Each bar, its drawing, and its cells with the name of their column."""
        most = max((bar.value for bar in self.bars), default=0) or 1
        return [
            (bar, self._draw(bar.value, most), list(zip(self.heads[1:], bar.cells, strict=True)))
            for bar in self.bars
        ]

    def _draw(self, value: int, most: int) -> SafeString:
        thousandths = max(value, 0) * 1000 // most
        return mark_safe(
            '<svg class="bars__bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" '
            f'focusable="false"><path class="thread-{self.hue}" d="M0 0h{thousandths}v10H0z"/></svg>'
        )
