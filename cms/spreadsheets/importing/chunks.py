"""The staged rows of a batch, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cms.models import ImportBatch, StagedRow
from cms.models.imports import RowOutcome

CHUNK = 2000


@dataclass(slots=True)
class Line:
    """A staged row without its cells and problems; quicker than an instance of the model."""

    pk: int
    number: int
    outcome: str
    key: int | None
    object_pk: int | None
    version: str
    values_new: dict[str, Any]
    values_old: dict[str, Any]


def records_of(batch: ImportBatch, rows: QuerySet) -> QuerySet:
    """Those of some records that a batch changes or wrote."""
    lines = StagedRow.objects.filter(batch=batch, object_pk__isnull=False)
    outcomes = (RowOutcome.NEW, RowOutcome.CHANGED)
    return rows.filter(pk__in=lines.filter(outcome__in=outcomes).values("object_pk"))


COLUMNS = tuple(Line.__dataclass_fields__)


def staged(
    batch: ImportBatch, outcome: RowOutcome | None = None, *, after: int = 0, size: int = CHUNK
) -> Iterator[list[Line]]:
    """Rows that are to be written or were, in the order of the sheet.

    Asked for by number, and not through one open cursor, so that the rows may be changed meanwhile.
    """
    outcomes = [outcome] if outcome else [RowOutcome.NEW, RowOutcome.CHANGED]
    rows = StagedRow.objects.filter(batch=batch, outcome__in=outcomes).order_by("number")
    lines = rows.values_list(*COLUMNS)
    while chunk := [Line(*line) for line in lines.filter(number__gt=after)[:size]]:
        yield chunk
        after = chunk[-1].number
