"""A person's data in custom fields: told, and erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model

from cms.custom_fields.filter_values import forget_filter_values
from cms.custom_fields.registry import fields_for, has_custom_fields
from cms.models.custom_fields import CustomFile


def values_in_words(record: Any) -> dict[str, str]:
    """Names of fields and values of a record as people read them, those out of use included."""
    fields = fields_for(type(record), None, with_retired=True)
    said = {field.label: field.display(field.value_of(record)) for field in fields}
    return {label: words for label, words in said.items() if words}


def forget_values(record: Any) -> None:
    """Erase the custom values of a record, with their files, at once."""
    if not has_custom_fields(type(record)):
        return
    with transaction.atomic():
        type(record)._base_manager.filter(pk=record.pk).update(custom={})
        record.custom = {}
        forget_what_hangs_on(record)


def forget_what_hangs_on(record: Model) -> None:
    """Erase the values of filters and the files of a record."""
    forget_filter_values(record)
    files = CustomFile.objects.filter(field__record_kind=record._meta.label_lower, record_id=record.pk)
    for file in files:
        forget_file(file)


def forget_file(file: CustomFile) -> None:
    """Delete a file; its bytes go once the deletion of its row is committed."""
    kept = file.file
    file.delete()
    transaction.on_commit(lambda: kept.storage.delete(kept.name) if kept.name else None)
