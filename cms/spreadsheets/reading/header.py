"""Which row names the columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from cms.folding import fold
from cms.spreadsheets.reading.book import Row, letters

LOOKED_AT = 20
# The questions of a form on the web become names of columns, and may be long.
LONGEST_NAME = 300


@dataclass(frozen=True)
class HeaderGuess:
    """row_number: 0 when there is none. names: of columns A on, "" where empty. why: words for people."""

    row_number: int
    names: tuple[str, ...]
    is_certain: bool
    why: str
    problems: tuple[str, ...] = ()


def guess_header(rows: Iterable[Row]) -> HeaderGuess:
    """The row that names the columns, among the first LOOKED_AT that hold something.

    It is the first row as wide as those below it whose cells are all text. Titles above it are narrower.
    is_certain is false when another row might be meant too: then a person should choose.
    """
    first = list(islice(rows, LOOKED_AT))
    if not first:
        return HeaderGuess(0, (), False, _("There are no rows."))
    widest = max(_filled(row) for row in first)
    candidates = [row for row in first if _is_header(row) and _filled(row) * 2 > widest]
    if not candidates:
        taken = next(row for row in first if _filled(row) == widest)
        return HeaderGuess(
            taken.number,
            names_of(taken),
            False,
            _("No row looks like the names of columns: row %(row)s is taken.") % {"row": taken.number},
            header_problems(taken, [row for row in first if row.number > taken.number]),
        )
    chosen = candidates[0]
    below = [row for row in first if row.number > chosen.number]
    is_certain = _filled(chosen) == widest and _is_repeated_nowhere(chosen, below)
    why = _("Row %(row)s holds text in every column, and the rows below follow it.") % {"row": chosen.number}
    if not is_certain:
        why = _("Row %(row)s may hold the names of the columns, but others look alike.") % {
            "row": chosen.number
        }
    return HeaderGuess(chosen.number, names_of(chosen), is_certain, why, header_problems(chosen, below))


def names_of(row: Row) -> tuple[str, ...]:
    """The names in a row, without spaces around; "" where a cell is empty."""
    return tuple("" if cell is None else " ".join(str(cell).split()) for cell in row.cells)


def header_problems(row: Row, below: Iterable[Row] = ()) -> tuple[str, ...]:
    """What is wrong with a row of names, in words: names given twice, filled columns without one.

    below: some of the rows after it; a column in which nothing stands needs no name.
    """
    used = {index for other in below for index, cell in enumerate(other.cells) if cell is not None}
    names = [*names_of(row), *[""] * (max(used, default=-1) + 1 - len(row.cells))]
    seen: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        seen.setdefault(fold(name), []).append(index)
    problems = []
    for folded, places in seen.items():
        places = places if folded else [place for place in places if place in used]
        where = ", ".join(letters(place) for place in places)
        if not folded and places:
            problems.append(
                _("Row %(row)s: no name in column %(where)s.") % {"row": row.number, "where": where}
            )
        elif len(places) > 1:
            problems.append(
                _("Row %(row)s: “%(name)s” stands in more than one column (%(where)s).")
                % {"row": row.number, "name": names[places[0]], "where": where}
            )
    return tuple(problems)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row.cells)


def _is_header(row: Row) -> bool:
    cells = [cell for cell in row.cells if cell is not None]
    return all(isinstance(cell, str) and len(cell) <= LONGEST_NAME and not _is_data(cell) for cell in cells)


def _is_data(text: str) -> bool:
    """Whether a text is a value rather than a name: it has an @, or more digits than letters."""
    return "@" in text or sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))


def _is_repeated_nowhere(row: Row, below: list[Row]) -> bool:
    names = set(map(fold, filter(None, names_of(row))))
    return not any(names & set(map(fold, filter(None, names_of(other)))) for other in below)
