"""Reading a file into staged rows: each cell cleaned, each row matched with its record and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import statements
from cms.models import ImportBatch, StagedRow
from cms.models.imports import ImportState, RowOutcome
from cms.privacy import imports
from cms.spreadsheets.importing.chunks import CHUNK
from cms.spreadsheets.importing.plan import Plan
from cms.spreadsheets.importing.problems import Interrupted
from cms.spreadsheets.importing.rows import Draft, RowReader
from cms.spreadsheets.reading import Refused, Row, open_book
from cms.spreadsheets.resources import resource_for

COLUMNS = (
    "batch",
    "number",
    "outcome",
    "key",
    "object_pk",
    "version",
    "values_new",
    "values_old",
    "problems",
    "cells",
    "kept_because",
)


class HoldsErased(Exception):
    """The file names somebody who was erased since it was sent."""


def read(batch: ImportBatch) -> None:
    """Stage the rows of a batch that come after the last one staged, then let a person look at them."""
    resource = resource_for(batch.target, batch.user)
    if resource is None:
        batch.transition(to=ImportState.FAILED, message=_("You may no longer import these records."))
        return
    reader = RowReader(Plan(batch, resource))
    reader.remember(StagedRow.objects.filter(batch=batch, key__isnull=False).values_list("key", "number"))
    try:
        for chunk in _chunks(batch):
            _stage(batch, reader.read(chunk), chunk[-1].number)
    except Refused as refusal:
        batch.transition(to=ImportState.FAILED, message=str(refusal))
    except Interrupted:
        return
    except HoldsErased:
        with transaction.atomic():
            imports.end(batch)
    else:
        empty = not (batch.write_count or batch.same_count or batch.problem_count)
        message = _("There are no rows below the names of the columns.") if empty else ""
        batch.transition(to=ImportState.READY, message=message, rows_total=batch.rows_read)


def _chunks(batch: ImportBatch) -> Iterator[list[Row]]:
    """The rows that hold data and were not staged yet."""
    with open_book(Path(batch.file.path), batch.filename) as book:
        chunk: list[Row] = []
        for row in book.rows(batch.sheet):
            if row.number > max(batch.header_row, batch.last_row):
                chunk.append(row)
                if len(chunk) == CHUNK:
                    yield chunk
                    chunk = []
        if chunk:
            yield chunk


def _stage(batch: ImportBatch, drafts: list[Draft], last: int) -> None:
    """Write a chunk and how far the file is read, together. Raises Interrupted when that is not for us."""
    counted = dict.fromkeys(RowOutcome.values, 0)
    for draft in drafts:
        counted[draft.outcome] += 1
    fields: list[Any] = [StagedRow._meta.get_field(name) for name in COLUMNS]
    with transaction.atomic():
        mine = ImportBatch.objects.filter(
            pk=batch.pk, state=ImportState.READING, last_row=batch.last_row
        ).update(
            last_row=last,
            rows_read=F("rows_read") + len(drafts),
            updated_at=timezone.now(),
            **{f"{outcome}_count": F(f"{outcome}_count") + n for outcome, n in counted.items()},
        )
        if not mine:
            raise Interrupted
        if imports.holds_erased(batch, chain.from_iterable(draft.cells for draft in drafts)):
            raise HoldsErased
        statements.insert(StagedRow, fields, [_columns(batch, draft) for draft in drafts])
    batch.last_row = last
    batch.rows_read += len(drafts)
    for outcome, n in counted.items():
        setattr(batch, f"{outcome}_count", getattr(batch, f"{outcome}_count") + n)


def _columns(batch: ImportBatch, draft: Draft) -> tuple:
    return (
        batch.pk,
        draft.number,
        draft.outcome,
        draft.fingerprint,
        draft.pk,
        draft.version,
        _json(draft.new),
        _json(draft.old),
        _json(draft.problems),
        _json([_plain(cell) for cell in draft.cells]) if draft.problems else "[]",
        "",
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ("{}" if isinstance(value, dict) else "[]")


def _plain(cell: object) -> object:
    return cell if isinstance(cell, (str, int, float, bool, type(None))) else str(cell)
