"""Columns that stand on each other, one for each place on the axis: months, stages, territories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from cms.charts.scale import lines
from cms.weave import RHYTHMS, Thread


@dataclass(frozen=True)
class Place:
    """A place on the axis: its name there, and as it is said."""

    short: str
    long: str


@dataclass(frozen=True)
class Cell:
    """A value as it is drawn (never less than nothing), as it is said, and the list that it opens."""

    value: int
    said: str
    url: str = ""


@dataclass(frozen=True)
class Series:
    """A row of values, one for each place. thread: hue and rhythm of its columns; None: in the table only."""

    label: str
    thread: Thread | None
    cells: Sequence[Cell]


class _Size(NamedTuple):
    """In units that are pixels at the width for which it is meant."""

    width: int
    height: int
    left: int  # for the words of the lines
    right: int  # for the words of the series
    every: int  # of the places, this many share a name


WIDE = _Size(620, 260, 62, 104, 1)
NARROW = _Size(330, 230, 54, 90, 2)
TOP, FOOT = 10, 26
THICK = 0.62  # of a column's room, as of a thread's in the weave
BETWEEN = 1.5  # two parts of a column
LINE_OF_WORDS = 15


@dataclass(frozen=True)
class Chart:
    """What is drawn and said. Series are listed from the foot of the columns upwards.

    written: how a value on the lines reads. step: what the lines are whole multiples of. note: a sentence
    that says what the numbers are.
    """

    title: str
    places: Sequence[Place]
    series: Sequence[Series]
    written: Callable[[int], str]
    step: int = 1
    note: str = ""

    @property
    def drawn(self) -> list[Series]:
        return [one for one in self.series if one.thread]

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for one in self.drawn for cell in one.cells)

    @property
    def rows(self) -> list[tuple[Place, list[Cell]]]:
        """The table's: a place with the cells of all series."""
        return [(place, [one.cells[at] for one in self.series]) for at, place in enumerate(self.places)]

    @property
    def wide(self) -> SafeString:
        return self._draw(WIDE)

    @property
    def narrow(self) -> SafeString:
        """The same for the width of a telephone."""
        return self._draw(NARROW)

    def _draw(self, size: _Size) -> SafeString:
        highest = max(sum(one.cells[at].value for one in self.drawn) for at in range(len(self.places)))
        marks = lines(highest, self.step)
        drawing = _Drawing(size, marks[-1], len(self.places))
        parts = [drawing.line(mark, self.written(mark)) for mark in marks]
        for at, place in enumerate(self.places):
            parts.append(drawing.column(at, place, self.drawn))
            if (len(self.places) - 1 - at) % size.every == 0:
                parts.append(drawing.name(at, place.short))
        parts.append(drawing.words(self.drawn))
        return mark_safe(
            f'<svg viewBox="0 0 {size.width} {size.height}" role="img" aria-label="{escape(self.title)}" '
            f'focusable="false">{"".join(parts)}</svg>'
        )


class _Drawing:
    """The measures of one drawing; each method gives the markup of a part, with all words escaped."""

    def __init__(self, size: _Size, most: int, places: int) -> None:
        self.size, self.most = size, most
        self.foot = size.height - FOOT
        self.room = (size.width - size.left - size.right) / places

    def y(self, value: int) -> float:
        return self.foot - (self.foot - TOP) * value / self.most

    def line(self, value: int, words: str) -> str:
        y, end = _n(self.y(value)), self.size.width - self.size.right
        return (
            f'<path class="chart__line" d="M{self.size.left} {y}H{end}"/>'
            f'<text class="chart__word" x="{self.size.left - 6}" y="{y}" dy="0.35em" text-anchor="end">'
            f"{escape(words)}</text>"
        )

    def name(self, at: int, words: str) -> str:
        x = _n(self.size.left + self.room * (at + 0.5))
        place = f'x="{x}" y="{self.foot + 17}" text-anchor="middle"'
        return f'<text class="chart__word" {place}>{escape(words)}</text>'

    def column(self, at: int, place: Place, series: Sequence[Series]) -> str:
        said = ", ".join(f"{one.label} {one.cells[at].said}" for one in series)
        below, paths = 0, []
        for one in series:
            value = one.cells[at].value
            if value > 0 and one.thread:
                paths.append(self._part(at, below, below + value, one.thread))
            below += value
        return f"<g><title>{escape(f'{place.long}: {said}')}</title>{''.join(paths)}</g>"

    def _part(self, at: int, below: int, above: int, thread: Thread) -> str:
        """The strands of one part; a rhythm tells series apart where hues do not."""
        top, foot = self.y(above), self.y(below)
        height = max(foot - top - BETWEEN, 1)
        middle, strands = self.size.left + self.room * (at + 0.5), RHYTHMS[thread.rhythm]
        widest = max(offset + width / 2 for offset, width in strands)
        scale = self.room * THICK / 2 / widest
        d = "".join(
            f"M{_n(middle + (offset - width / 2) * scale)} {_n(foot - height)}"
            f"h{_n(width * scale)}v{_n(height)}h{_n(-width * scale)}z"
            for offset, width in strands
        )
        return f'<path class="thread-{thread.hue}" d="{d}"/>'

    def words(self, series: Sequence[Series]) -> str:
        """The series' names beside their part of the last column, where needed moved apart."""
        below, wanted = 0, []
        for one in series:
            value = max(one.cells[-1].value, 0)
            wanted.append(self.y(below + value // 2))
            below += value
        x, places = self.size.width - self.size.right + 8, _apart(wanted, self.foot)
        return "".join(
            f'<text class="chart__name chart__name--{one.thread.hue}" x="{x}" y="{_n(y)}" dy="0.35em">'
            f"{escape(one.label)}</text>"
            for one, y in zip(series, places, strict=True)
            if one.thread
        )


def _apart(wanted: Sequence[float], foot: float) -> list[float]:
    """Heights near those wanted, from the foot upwards, with room for a line of words between them."""
    found: list[float] = []
    for height in wanted:
        found.append(min(height, found[-1] - LINE_OF_WORDS if found else foot - LINE_OF_WORDS / 2))
    return found


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
