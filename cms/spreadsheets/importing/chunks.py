"""The staged rows of a batch, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator

from cms.models import ImportBatch, StagedRow
from cms.models.imports import RowOutcome

CHUNK = 2000


def staged(
    batch: ImportBatch, outcome: RowOutcome | None = None, *, after: int = 0, size: int = CHUNK
) -> Iterator[list[StagedRow]]:
    """Rows that are to be written or were, in the order of the sheet.

    Asked for by number, and not through one open cursor, so that the rows may be changed meanwhile.
    """
    outcomes = [outcome] if outcome else [RowOutcome.NEW, RowOutcome.CHANGED]
    rows = StagedRow.objects.filter(batch=batch, outcome__in=outcomes).order_by("number")
    while chunk := list(rows.filter(number__gt=after)[:size]):
        yield chunk
        after = chunk[-1].number
