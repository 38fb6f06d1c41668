"""From the upload to the chosen columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.models import ImportBatch, ImportMapping
from cms.models.imports import ImportState
from cms.sources import sources
from cms.spreadsheets.fields import SheetField, header_key
from cms.spreadsheets.importing import running
from cms.spreadsheets.reading import Refused, Row, guess_header, open_book
from cms.spreadsheets.resources import SheetResource

SAMPLES = 3
LOOKED_AT = 12


def receive(*, resource: SheetResource, file: UploadedFile) -> ImportBatch:
    """Keep a file that somebody sent, with the sheet and the header row that seem meant.

    Raises Refused, with a sentence, for what is no spreadsheet that can be read; then nothing is kept.
    """
    name = Path(str(file.name)).name[-200:]
    batch = ImportBatch(target=resource.target(), user=resource.user, filename=name)
    batch.file.save(
        f"{hashlib.sha256(name.encode()).hexdigest()[:12]}{Path(name).suffix[:8]}", file, save=False
    )
    try:
        with open_book(Path(batch.file.path), name) as book:
            shown = [sheet for sheet in book.sheets if not sheet.is_hidden] or list(book.sheets)
            full = [sheet for sheet in shown if sheet.rows] or shown
            if not any(sheet.rows for sheet in book.sheets):
                raise Refused("no_rows")
            batch.sheet = full[0].name
            guess = guess_header(book.rows(batch.sheet))
            batch.header_row = guess.row_number if guess.is_certain and len(full) == 1 else 0
            batch.headers = list(guess.names) if batch.header_row else []
            batch.rows_total = full[0].rows
            batch.mapping = propose(batch.headers, resource) if batch.header_row else {}
            batch.message = "\n".join(str(remark) for remark in book.remarks)[:2000]
    except Refused:
        batch.file.delete(save=False)
        raise
    batch.save()
    return batch


def sheets_of(batch: ImportBatch) -> list[tuple[str, int, list[Row], int]]:
    """Each sheet with its first rows, and the row that seems to hold the names. Raises Refused."""
    with open_book(Path(batch.file.path), batch.filename) as book:
        return [
            (
                sheet.name,
                sheet.rows,
                list(islice(book.rows(sheet.name), LOOKED_AT)),
                guess_header(book.rows(sheet.name)).row_number,
            )
            for sheet in book.sheets
            if sheet.rows
        ]


def choose_sheet(*, batch: ImportBatch, sheet: str, header_row: int, resource: SheetResource) -> None:
    """Say which sheet is meant, and which row names its columns. Raises Refused."""
    from cms.spreadsheets.reading.header import names_of

    with open_book(Path(batch.file.path), batch.filename) as book:
        row = next((row for row in book.rows(sheet) if row.number >= header_row), None)
        if row is None or row.number != header_row:
            raise Refused("no_rows")
        batch.sheet, batch.header_row, batch.headers = sheet, header_row, list(names_of(row))
        batch.rows_total = next(info.rows for info in book.sheets if info.name == sheet)
    batch.mapping = propose(batch.headers, resource)
    batch.save()


def propose(headers: Sequence[str], resource: SheetResource) -> dict[str, str]:
    """Column -> field: as it was chosen the last time with these headers, else by the names of the fields."""
    fields = resource.sheet_fields()
    remembered = ImportMapping.objects.filter(target=resource.target(), headers_key=_key_of(headers)).first()
    known = remembered.fields if remembered else {}
    labels = _labels_in_lists(resource, fields)
    names = {key: name for name, field in fields.items() for key in field.names()}
    proposed: dict[str, str] = {}
    # What the house itself writes goes before what else people may call a field.
    for meant in ({**labels, **known}, {**names, **known}):
        for index, header in enumerate(headers):
            name = meant.get(header_key(header), "")
            if str(index) not in proposed and name in fields and name not in proposed.values():
                proposed[str(index)] = name
    return dict(sorted(proposed.items(), key=lambda column: int(column[0])))


def _labels_in_lists(resource: SheetResource, fields: Mapping[str, SheetField]) -> dict[str, str]:
    """What the list and its export call each column that is imported, in either language."""
    source = sources.get(resource.target())
    by_attribute = {str(field.attribute): name for name, field in fields.items() if not field.member}
    found: dict[str, str] = {}
    for language in ("it", "en"):
        with override(language):
            for column in source.columns(resource.user) if source else ():
                name = column.name if column.name in fields else by_attribute.get(column.name)
                if name:
                    found[header_key(str(column.label))] = name
    return found


def samples(batch: ImportBatch) -> list[list[str]]:
    """The first values of each column, as the sheet shows them."""
    from cms.spreadsheets.values import shown

    found: list[list[str]] = [[] for _header in batch.headers]
    with open_book(Path(batch.file.path), batch.filename) as book:
        for row in islice((r for r in book.rows(batch.sheet) if r.number > batch.header_row), 50):
            for index, cell in enumerate(row.cells[: len(found)]):
                if cell is not None and len(found[index]) < SAMPLES:
                    found[index].append(shown(cell)[:60])
    return found


def mapping_problems(
    mapping: Mapping[str, str], fields: Mapping[str, SheetField], resource: Any
) -> list[str]:
    """Why these columns will not do, in words; an empty list when they will."""
    names = list(mapping.values())
    problems = [
        _("Two columns go to “%(field)s”: leave one of them out.") % {"field": fields[name].label}
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    missing = [fields[name].label for name in resource._meta.import_id_fields if name not in names]
    if missing:
        problems.append(
            _("Say which column holds: %(fields)s. By it a record is known again.")
            % {"fields": ", ".join(missing)}
        )
    return problems


@transaction.atomic
def begin_reading(*, batch: ImportBatch, mapping: Mapping[str, str], empties_fields: bool) -> bool:
    """Remember the columns and have the file read. False when the batch went on meanwhile."""
    batch.rows.all()._raw_delete(batch.rows.db)
    moved = batch.transition(
        to=ImportState.READING,
        mapping=dict(mapping),
        empties_fields=empties_fields,
        **BEFORE_READING,
    )
    if moved:
        fields = {header_key(header): "" for header in batch.headers}
        fields |= {header_key(batch.headers[int(index)]): name for index, name in mapping.items()}
        ImportMapping.objects.update_or_create(
            target=batch.target, headers_key=_key_of(batch.headers), defaults={"fields": fields}
        )
        running.hint()
    return moved


@transaction.atomic
def confirm(*, batch: ImportBatch, leaves_out_problems: bool) -> bool:
    """Have a batch written. False when there is nothing to confirm or it was confirmed already."""
    if batch.state != ImportState.READY or not batch.write_count:
        return False
    if batch.problem_count and not leaves_out_problems:
        return False
    moved = batch.transition(to=ImportState.CONFIRMED, leaves_out_problems=leaves_out_problems, message="")
    if moved:
        running.hint()
    return moved


@transaction.atomic
def cancel(*, batch: ImportBatch) -> bool:
    """Give up a batch of which nothing is written. False when that is too late."""
    return batch.may_go(ImportState.CANCELLED) and batch.transition(to=ImportState.CANCELLED)


@transaction.atomic
def start_undoing(*, batch: ImportBatch) -> bool:
    """Have a batch undone. False when it cannot be, or is being undone already."""
    moved = batch.may_be_undone and batch.transition(to=ImportState.UNDOING)
    if moved:
        running.hint()
    return moved


BEFORE_READING: dict[str, Any] = {
    "message": "",
    "last_row": 0,
    "rows_read": 0,
    "new_count": 0,
    "changed_count": 0,
    "same_count": 0,
    "problem_count": 0,
}


def _key_of(headers: Sequence[str]) -> str:
    """A name for a set of headers, whatever their order."""
    return hashlib.sha256("\n".join(sorted(map(header_key, headers))).encode()).hexdigest()
