"""After the commit: the history of each record, and whatever else follows, a few rows at a time."""

from __future__ import annotations

from django.db import transaction

from cms.models import ImportBatch
from cms.models.imports import ImportState, RowOutcome
from cms.spreadsheets.importing import histories
from cms.spreadsheets.importing.chunks import Line, staged
from cms.spreadsheets.resources import SheetResource, resources

ACTIONS = {RowOutcome.NEW: "wagtail.create", RowOutcome.CHANGED: "wagtail.edit"}


def follow(batch: ImportBatch) -> None:
    """Bring what a written batch brings with it up to date. It goes on where a killed worker stopped."""
    resource = resources[batch.target](batch.user)
    for rows in staged(batch, after=batch.rows_followed):
        with transaction.atomic():
            mine = ImportBatch.objects.filter(
                pk=batch.pk, state=ImportState.WRITTEN, rows_followed=batch.rows_followed
            ).update(rows_followed=rows[-1].number)
            if not mine:
                return
            _write_histories(batch, resource, rows)
            resource.after_commit(
                [row.object_pk for row in rows if row.object_pk and row.outcome == RowOutcome.NEW],
                [row.object_pk for row in rows if row.object_pk and row.outcome == RowOutcome.CHANGED],
            )
        batch.rows_followed = rows[-1].number
    batch.transition(to=ImportState.DONE)


def _write_histories(batch: ImportBatch, resource: SheetResource, rows: list[Line]) -> None:
    columns_of = {name: str(field.attribute) for name, field in resource.all_fields().items()}
    entries = []
    for row in rows:
        data: dict = {"source": "import", "import": batch.pk}
        if row.outcome == RowOutcome.CHANGED:
            data["fields"] = [columns_of.get(name, name) for name in row.values_new]
        entries.append((row.object_pk, ACTIONS[RowOutcome(row.outcome)], data))
    histories.write(batch, resource, entries, at=batch.written_at)
