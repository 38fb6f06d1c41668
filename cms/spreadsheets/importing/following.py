"""After the commit: the history of each record, and whatever else follows, a few rows at a time."""

from __future__ import annotations

import json
import uuid

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.models import ModelLogEntry

from cms.models import ImportBatch
from cms.models.imports import ImportState, RowOutcome
from cms.spreadsheets.importing import statements
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
    """An entry for each record, as a form would write it: names of fields, never values."""
    names = resource.labels([row.object_pk for row in rows if row.object_pk])
    columns_of = {name: str(field.attribute) for name, field in resource.all_fields().items()}
    fields = [field for field in ModelLogEntry._meta.concrete_fields if not field.primary_key]
    connection = statements.connection_for(ModelLogEntry)
    same = {
        "content_type_id": ContentType.objects.get_for_model(resource.model, for_concrete_model=False).pk,
        "user_id": batch.user_id,
        "revision_id": None,
        "content_changed": True,
        "deleted": False,
        "timestamp": batch.written_at,
        "uuid": uuid.uuid4(),
    }
    ready = {
        field.attname: field.get_db_prep_save(same[field.attname], connection)
        for field in fields
        if field.attname in same
    }
    entries = []
    for row in rows:
        data: dict = {"source": "import", "import": batch.pk}
        if row.outcome == RowOutcome.CHANGED:
            data["fields"] = [columns_of.get(name, name) for name in row.values_new]
        columns = {
            **ready,
            "label": names.get(row.object_pk or 0, "")[:200],
            "action": ACTIONS[RowOutcome(row.outcome)],
            "data": json.dumps(data, cls=DjangoJSONEncoder),
            "object_id": str(row.object_pk),
        }
        entries.append(tuple(columns[field.attname] for field in fields))
    statements.insert(ModelLogEntry, fields, entries)
