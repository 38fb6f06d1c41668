"""Sheets that an import hands out: one to fill in, and the rows that had problems."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms.models import ImportBatch
from cms.models.imports import RowOutcome
from cms.spreadsheets.resources import SheetResource

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a cell shows is text: nothing in it is ever calculated or opened.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ROWS_WITH_CHOICES = 1000
# Excel's own limit for the list behind a cell.
CHOICES_AT_MOST = 255


def template(resource: SheetResource) -> HttpResponse:
    """An empty sheet with the names of the columns, choices to pick from, and a sheet that explains them."""
    content = io.BytesIO()
    title = str(resource.model._meta.verbose_name_plural)
    with xlsxwriter.Workbook(content, {"in_memory": True, **PLAIN}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        helping = book.add_worksheet(_sheet_name(_("Help")))
        helping.set_column(0, 3, 30)
        _write_row(helping, 0, [_("Column"), _("What it may hold"), _("Needed"), _("Notes")], bold)
        for index, field in enumerate(resource.sheet_fields().values()):
            sheet.write_string(0, index, field.label, bold)
            sheet.set_column(index, index, max(14, len(field.label) + 2))
            needed = field.required or field.name in resource._meta.import_id_fields
            told = [field.label, field.rule(), _("yes") if needed else "", field.help_text]
            _write_row(helping, index + 1, told)
            labels = [label for _value, label in field.choices]
            if labels and len(",".join(labels)) <= CHOICES_AT_MOST:
                rule = {"validate": "list", "source": labels, "error_type": "warning"}
                sheet.data_validation(1, index, ROWS_WITH_CHOICES, index, rule)
    return _as_file(content, slugify(title))


def problems(batch: ImportBatch) -> HttpResponse:
    """The rows that had problems as they stood, each with what is wrong."""
    content = io.BytesIO()
    width = len(batch.headers)
    with xlsxwriter.Workbook(content, {"constant_memory": True, **PLAIN}) as book:
        sheet = book.add_worksheet(_sheet_name(_("Problems")))
        _write_row(sheet, 0, [*batch.headers, _("Row"), _("Problems")], book.add_format({"bold": True}))
        rows = batch.rows.filter(outcome=RowOutcome.PROBLEM).order_by("number")
        for place, row in enumerate(rows.iterator(1000), start=1):
            cells = [*row.cells, *[None] * (width - len(row.cells))][:width]
            told = "; ".join(in_words(header, sentence) for header, sentence in row.problems)
            _write_row(sheet, place, [*cells, row.number, told])
    return _as_file(content, f"{slugify(batch.filename.rpartition('.')[0])}-{slugify(_('Problems'))}")


def in_words(header: str, sentence: str) -> str:
    """A problem with the name of its column before it."""
    return f"{header}: {sentence}" if header else sentence


def _write_row(sheet: Any, place: int, cells: Sequence[Any], look: Any = None) -> None:
    for index, cell in enumerate(cells):
        if isinstance(cell, bool):
            sheet.write_boolean(place, index, cell)
        elif isinstance(cell, (int, float)):
            sheet.write_number(place, index, cell)
        elif cell is not None:
            sheet.write_string(place, index, str(cell)[:32_000], look)


def _sheet_name(title: str) -> str:
    """As Excel takes it: short, without the signs it refuses."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"


def _as_file(content: io.BytesIO, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name.strip("-") or "foglio"}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content.getvalue(), content_type=XLSX, headers=headers)
