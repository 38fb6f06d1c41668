"""Writing xlsx: real numbers and dates, row by row in constant memory, into a temporary file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from cms.money import Money
from cms.spreadsheets.escaping import escaped_typed, looks_like_formula
from cms.spreadsheets.export.sheet import Sheet, Unwritable

PIECE = 1 << 16
# Of Excel: characters in a cell, digits of a number, rows of a sheet.
LONGEST_TEXT, MOST_DIGITS, MOST_ROWS = 32_767, 15, 1_048_575
FIRST_DAY = date(1900, 3, 1)
FORMATS = {
    "name": {"bold": True, "text_wrap": True, "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy"},
    "moment": {"num_format": "dd/mm/yyyy hh:mm"},
    "time": {"num_format": "hh:mm"},
    "money": {"num_format": '#,##0.00 "€"'},
    # The apostrophe that Excel itself puts before a text: it stays a text when the cell is edited.
    "formula": {"quote_prefix": True},
}
NO_SHEET_NAME = str.maketrans("[]:*?/\\'", " " * 8)


def written(sheet: Sheet) -> Iterator[bytes]:
    """The file in pieces. Raises Unwritable, before the first piece, for what Excel cannot hold."""
    file = TemporaryFile()  # noqa: SIM115 it is closed when the last piece is sent
    try:
        _write(sheet, file)
    except BaseException:
        file.close()
        raise
    return _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(sheet: Sheet, file: IO[bytes]) -> None:
    if sheet.count > MOST_ROWS:
        raise Unwritable(_("Excel holds at most %(most)s rows: choose csv.") % {"most": MOST_ROWS})
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet.title.translate(NO_SHEET_NAME).strip()[:31] or None)
        formats = {name: book.add_format(look) for name, look in FORMATS.items()}
        names = sheet.names()
        page.freeze_panes(1, 1)
        page.set_column(0, max(0, len(names) - 1), 22)
        for column, name in enumerate(names):
            page.write_string(0, column, escaped_typed(name), formats["name"])
        last = 0
        for last, record in enumerate(sheet.records(), start=1):
            for column, value in enumerate(record):
                if value is not None and value != "":
                    _write_cell(page, last, column, value, formats)
        if names and last:
            page.autofilter(0, 0, last, len(names) - 1)


def _write_cell(page: Any, row: int, column: int, value: Any, formats: dict) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, Money):
        page.write_number(row, column, Decimal(value.cents).scaleb(-2), formats["money"])
    elif isinstance(value, int | Decimal) and _fits(value):
        page.write_number(row, column, value)
    elif isinstance(value, datetime) and value.date() >= FIRST_DAY:
        page.write_datetime(row, column, value, formats["moment"])
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
        page.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, time):
        page.write_datetime(row, column, value, formats["time"])
    else:
        _write_text(page, row, column, _text(value), formats)


def _write_text(page: Any, row: int, column: int, text: str, formats: dict) -> None:
    if len(text) > LONGEST_TEXT:
        raise Unwritable(
            _("Row %(row)s has a text that is longer than Excel allows: choose csv.") % {"row": row + 1}
        )
    page.write_string(
        row, column, escaped_typed(text), formats["formula"] if looks_like_formula(text) else None
    )


def _fits(number: int | Decimal) -> bool:
    """Whether a number keeps all its digits in Excel."""
    return len(Decimal(number).normalize().as_tuple().digits) <= MOST_DIGITS


def _text(value: Any) -> str:
    """What Excel has no type for: days before its calendar begins, numbers that it would round."""
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04}"
    return str(value)
