"""A spreadsheet as the rest of the house sees it: sheets, rows, plain cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from cms.spreadsheets.reading import process
from cms.spreadsheets.reading.refusals import REMARKS, Refused


@dataclass(frozen=True)
class Broken:
    """What stands in a cell that shows something, but holds nothing that could be taken over.

    code: "error" (the cell shows #N/A, #DIV/0! and the like) or "formula" (a formula that no program has
    calculated yet). It is not None, so that no such cell is ever
    emptied in silence: every cleaner of cms.spreadsheets.values refuses it in words.
    """

    code: str
    shown: str = ""

    def __str__(self) -> str:
        return self.shown


Cell: TypeAlias = str | int | float | Decimal | date | datetime | time | bool | Broken | None


@dataclass(frozen=True)
class Row:
    """One row. number: as the spreadsheet program shows it, from 1. cells: from column A on."""

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False


@dataclass(frozen=True)
class Remark:
    """Something people should know of a sheet that was read all the same."""

    code: str
    sheet: str = ""
    where: str = ""
    count: int = 1

    def __str__(self) -> str:
        return str(REMARKS[self.code]) % {"sheet": self.sheet, "where": self.where, "count": self.count}


@dataclass(frozen=True)
class SheetInfo:
    """rows: number of the last row that holds something. columns: likewise."""

    name: str
    rows: int
    columns: int
    is_hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A file that was looked through and may be read.

    kind: "csv", "xlsx", "xls", "ods" or "xlsb". encoding, delimiter: of a csv, else "". remarks: merged
    cells, hidden rows and whatever else is not taken over as it looks. starts_in_1904: what a number that was
    not formatted as a date counts from, if a date it is.
    """

    path: Path
    filename: str
    kind: str
    encoding: str
    delimiter: str
    sheets: tuple[SheetInfo, ...]
    remarks: tuple[Remark, ...] = ()
    starts_in_1904: bool = False

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_unused: Any) -> None:
        """Nothing stays open between two readings; `with` only marks how long the file is needed."""

    def rows(self, sheet_name: str) -> Iterator[Row]:
        """The rows that hold something, lazily and in order; empty ones only leave a gap in the numbers.

        Raises Refused for a sheet that is not there, or when the file turns out to be too heavy.
        """
        if sheet_name not in {sheet.name for sheet in self.sheets}:
            raise Refused("no_such_sheet", sheet=sheet_name)
        for number, is_hidden, cells in process.rows(self.path, sheet_name):
            yield Row(number, tuple(map(_cell, cells)), bool(is_hidden))


def open_book(path: Path, filename: str) -> Book:
    """Look a file through.

    filename: as it was sent; only for words, the kind is told by the content.
    Raises Refused, with a sentence for people and a code.
    """
    found = process.look(path)
    return Book(
        path=path,
        filename=filename,
        kind=found["kind"],
        encoding=found["encoding"],
        delimiter=found["delimiter"],
        sheets=tuple(SheetInfo(**sheet) for sheet in found["sheets"]),
        remarks=tuple(Remark(**remark) for remark in found["remarks"]),
        starts_in_1904=found.get("starts_in_1904", False),
    )


def letters(index: int) -> str:
    """The name of a column as spreadsheets write it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


_TAGGED: dict[str, Callable[[str], Cell]] = {
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "t": time.fromisoformat,
}


def _cell(sent: Any) -> Cell:
    """A cell as the child wrote it; what JSON does not know comes as [tag, text]."""
    if type(sent) is not list:
        return sent
    tag, text = sent
    return _TAGGED[tag](text) if tag in _TAGGED else Broken(tag, text)
