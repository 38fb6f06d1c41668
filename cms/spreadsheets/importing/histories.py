"""The history of the records that an import wrote or its undoing took back, many at a time."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import ModelLogEntry

from cms import statements
from cms.models import ImportBatch
from cms.spreadsheets.resources import SheetResource


def write(
    batch: ImportBatch,
    resource: SheetResource,
    entries: list[tuple[int | None, str, dict]],
    *,
    at: datetime | None,
) -> None:
    """An entry for each record, as a form would write it: names of fields, never values.

    entries: key of the record, action of the log, data. Called while the records are there, for their names.
    """
    names = resource.labels([pk for pk, _action, _data in entries if pk])
    fields = [field for field in ModelLogEntry._meta.concrete_fields if not field.primary_key]
    connection = statements.connection_for(ModelLogEntry)
    same = {
        "content_type_id": ContentType.objects.get_for_model(resource.model, for_concrete_model=False).pk,
        "user_id": batch.user_id,
        "revision_id": None,
        "content_changed": True,
        "timestamp": at,
        "uuid": uuid.uuid4(),
    }
    ready = {
        field.attname: field.get_db_prep_save(same[field.attname], connection)
        for field in fields
        if field.attname in same
    }
    lines = []
    for pk, action, data in entries:
        columns = {
            **ready,
            "deleted": action == "wagtail.delete",
            "label": names.get(pk or 0, "")[:200],
            "action": action,
            "data": json.dumps(data, cls=DjangoJSONEncoder),
            "object_id": str(pk),
        }
        lines.append(tuple(columns[field.attname] for field in fields))
    statements.insert(ModelLogEntry, fields, lines)
