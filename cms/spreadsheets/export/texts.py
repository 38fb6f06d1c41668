"""Writing csv, while it is sent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cms.money import Money
from cms.spreadsheets.escaping import escaped
from cms.spreadsheets.export.sheet import Sheet

LINES_AT_ONCE = 200


@dataclass(frozen=True)
class Dialect:
    """How a csv is written. is_italian: 31/12/2025 and 12,50; else 2025-12-31 and 12.50."""

    delimiter: str
    has_bom: bool
    is_italian: bool


# Excel in Italian opens it by a double click: a semicolon, and a mark that says UTF-8.
FOR_EXCEL = Dialect(";", has_bom=True, is_italian=True)
# What programs expect.
FOR_PROGRAMS = Dialect(",", has_bom=False, is_italian=False)


class _Lines:
    """What csv.writer writes, until it is taken."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def write(self, line: str) -> None:
        self.waiting.append(line)

    def take(self) -> bytes:
        text, self.waiting = "".join(self.waiting), []
        return text.encode()


def written(sheet: Sheet, dialect: Dialect) -> Iterator[bytes]:
    """The file in pieces, as the database gives its rows. Text that could be a formula is held back."""
    lines = _Lines()
    writer = csv.writer(lines, delimiter=dialect.delimiter)
    if dialect.has_bom:
        yield b"\xef\xbb\xbf"
    writer.writerow([escaped(name) for name in sheet.names()])
    for count, record in enumerate(sheet.records(), start=1):
        writer.writerow([_cell(value, dialect.is_italian) for value in record])
        if count % LINES_AT_ONCE == 0:
            yield lines.take()
    yield lines.take()


def _cell(value: Any, is_italian: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Money):
        value = Decimal(value.cents).scaleb(-2)
    if isinstance(value, int | Decimal):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, Decimal) and value.as_tuple().exponent == -3:
            text += "0"  # 12,345 might be twelve thousand, on the way back and to people
        return text.replace(".", ",") if is_italian else text
    if isinstance(value, datetime):
        second = ":%S" if value.second else ""
        return _moment(value, f"%d/%m/{value.year:04} %H:%M{second}") if is_italian else value.isoformat()
    if isinstance(value, date):
        return _moment(value, f"%d/%m/{value.year:04}") if is_italian else value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    return escaped(str(value))


def _moment(value: date, pattern: str) -> str:
    return value.strftime(pattern)
