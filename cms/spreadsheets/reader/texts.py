"""Reading csv: how its letters are encoded, what separates its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from cms.spreadsheets.reader import encodings
from cms.spreadsheets.reader.stopping import Stop

DELIMITERS = (";", ",", "\t", "|")
SAMPLE = 64 * 1024
SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n?$', re.I)
SHEET = "csv"


def look(path: Path, limits: dict) -> dict:
    """What a csv is. Reads it to the end, so that what comes later finds nothing new."""
    encoding, is_guess = encodings.encoding_of(path)
    delimiter, has_separator_line = _delimiter(path, encoding)
    last = columns = 0
    first_width, odd_rows, first_odd = 0, 0, 0
    csv.field_size_limit(limits["cell_characters"])
    with _opened(path, encoding) as file:
        for number, cells in _records(file, delimiter, has_separator_line, limits):
            width = len(cells)
            last, columns = number, max(columns, width)
            first_width = first_width or width
            if width > first_width:
                odd_rows, first_odd = odd_rows + 1, first_odd or number
    if not last:
        raise Stop("no_rows")
    remarks: list[dict[str, str | int]] = []
    if is_guess:
        remarks.append({"code": "guessed_encoding", "where": encoding})
    if odd_rows and first_width > 1:
        remarks.append({"code": "odd_rows", "sheet": SHEET, "where": str(first_odd), "count": odd_rows})
    sheet = {"name": SHEET, "rows": last, "columns": columns, "is_hidden": False}
    return {
        "kind": "csv",
        "encoding": encoding,
        "delimiter": delimiter,
        "sheets": [sheet],
        "remarks": remarks,
    }


def rows(path: Path, limits: dict) -> Iterator[tuple]:
    """(number, hidden, cells) of each row that holds something."""
    encoding, _is_guess = encodings.encoding_of(path)
    delimiter, has_separator_line = _delimiter(path, encoding)
    csv.field_size_limit(limits["cell_characters"])
    with _opened(path, encoding) as file:
        for number, cells in _records(file, delimiter, has_separator_line, limits):
            yield number, False, cells


def _records(
    file: TextIO, delimiter: str, has_separator_line: bool, limits: dict
) -> Iterator[tuple[int, list]]:
    """Rows as a spreadsheet program numbers them: one per record, however many lines a cell has."""
    if has_separator_line:
        file.readline()
    quotes = _Quotes(file)
    reader = csv.reader(quotes, delimiter=delimiter)
    number, line, filled = 0, 0, 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as wrong:
            raise Stop("cell_too_long", row=number + 1, limit=limits["cell_characters"]) from wrong
        number += 1
        lines, line = reader.line_num - line, reader.line_num
        cells: list = [text if text and not text.isspace() else None for text in record]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        filled += 1
        if filled > limits["rows"]:
            raise Stop("too_many_rows", sheet=SHEET, limit=limits["rows"])
        if len(cells) > limits["columns"]:
            raise Stop("too_many_columns", sheet=SHEET, limit=limits["columns"])
        if lines > 1 and quotes.are_open_at_the_end:
            raise Stop("open_quote", row=number)
        yield number, cells


class _Quotes:
    """The lines of a file, counting quotation marks: one left open swallows all rows after it."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.count = 0
        self.is_at_the_end = False

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.count += line.count('"')
            yield line
        self.is_at_the_end = True

    @property
    def are_open_at_the_end(self) -> bool:
        return self.is_at_the_end and self.count % 2 == 1


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _delimiter(path: Path, encoding: str) -> tuple[str, bool]:
    """What separates the cells, and whether the first line says so ("sep=;")."""
    with _opened(path, encoding) as file:
        first = file.readline(16)
        said = SEPARATOR_LINE.match(first)
        if said:
            return said[1], True
        sample = first + file.read(SAMPLE)
    if len(sample) >= SAMPLE:
        # The last line is cut somewhere.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r"), SAMPLE // 2) + 1]
    return max(DELIMITERS, key=lambda mark: _fit(sample, mark)), False


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """How well a separator fits: the share of rows with the same number of cells, then how many cells."""
    csv.field_size_limit(SAMPLE * 2)
    widths: Counter[int] = Counter()
    for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
        if any(map(str.strip, record)):
            widths[len(record)] += 1
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 0.0, 0
    width, count = max(several.items(), key=lambda item: (item[1], item[0]))
    return count / widths.total(), width
