"""The text, JSON and file columns of any model: read, emptied, scrubbed, also where managers forbid it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.fields import StreamField

from cms.custom_fields.forgetting import forget_values, values_in_words
from cms.custom_fields.registry import has_custom_fields
from cms.models import CustomFile
from cms.privacy.needles import Needles, erased_address

if TYPE_CHECKING:
    from cms.privacy.sources import PersonalFile

TEXTS = (models.CharField, models.TextField, models.JSONField, StreamField)


def text_columns(model: type[Model]) -> list[models.Field]:
    """The columns of a model's own table in which words may stand: no choices, no passwords, no keys."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, TEXTS)
        and not isinstance(field, models.FileField)
        and not field.choices
        and not field.primary_key
        and field.name != "password"
    ]


def file_columns(model: type[Model]) -> list[models.FileField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, models.FileField)]


def write(row: Model, **changes: Any) -> None:
    """Write columns by a plain query: no signal, no manager that forbids it; the row in hand follows."""
    if not changes:
        return
    if any(field.name == "updated_at" for field in row._meta.concrete_fields):
        changes.setdefault("updated_at", timezone.now())
    QuerySet(model=type(row)).filter(pk=row.pk).update(**changes)
    for name, value in changes.items():
        setattr(row, name, value)


def empty(row: Model, *, keeps: frozenset[str] = frozenset(), **also: Any) -> None:
    """Empty each text, JSON and file column but those kept; `also` are further columns to write."""
    from cms.privacy.files import doom_files

    doom_files(row, keeps=keeps)
    forget_values(row)
    changes: dict[str, Any] = {field.name: "" for field in file_columns(type(row)) if field.name not in keeps}
    for field in text_columns(type(row)):
        if field.name not in keeps and field.name not in also:
            changes[field.name] = _nothing(field, row)
    write(row, **changes, **also)


def _nothing(field: models.Field, row: Model) -> Any:
    if isinstance(field, models.EmailField) and not field.blank:
        return erased_address(f"{row._meta.label_lower}:{row.pk}")
    if field.null and not field.unique:
        return None
    if field.has_default() and (field.unique or not isinstance(field, models.CharField | models.TextField)):
        return field.get_default()  # another secret word, an empty list
    if isinstance(field, models.JSONField):
        return {}
    return f"cancellato-{row.pk}" if field.unique else ""


def scrub(row: Model, needles: Needles) -> list[str]:
    """Take a person's words out of a row's columns; the names of the columns that had them."""
    changes = {}
    for field in text_columns(type(row)):
        before = getattr(row, field.attname)
        if isinstance(field, StreamField):
            stored = field.get_prep_value(before)
            after = needles.scrub(json.loads(stored) if isinstance(stored, str) else stored)
            if after != (json.loads(stored) if isinstance(stored, str) else stored):
                changes[field.name] = field.to_python(json.dumps(after))
            continue
        after = needles.scrub(before)
        if after == before:
            continue
        if isinstance(field, models.EmailField):
            after = erased_address(f"{row._meta.label_lower}:{row.pk}")
        elif field.unique:
            after = f"cancellato-{row.pk}"
        if isinstance(after, str) and field.max_length:
            after = after[: field.max_length]
        changes[field.name] = after
    write(row, **changes)
    return list(changes)


def shown(row: Model, name: str) -> str:
    """The value of a column, property or lookup, as a person reads it."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if callable(display) else getattr(row, name)
    return "" if value is None else str(value)


def readable(row: Model) -> dict[str, Any]:
    """Every column that means something to the person: label -> plain value, in the active language."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if (
            field.primary_key
            or field.generated
            or field.name in {"password", "claimed_until", "custom"}
            or "token" in field.name
        ):
            continue
        value = getattr(row, field.attname)
        if value in (None, "", [], {}) or isinstance(field, models.FileField):
            continue
        if field.is_relation or field.choices:
            value = shown(row, field.name)
        elif not isinstance(value, str | int | bool | list | dict):
            value = str(timezone.localtime(value) if isinstance(field, models.DateTimeField) else value)
        found[str(capfirst(field.verbose_name))] = value
    return found | (values_in_words(row) if has_custom_fields(type(row)) else {})


def files_of(row: Model) -> list[PersonalFile]:
    """The files that a row's file columns name."""
    from cms.privacy.files import alias_of
    from cms.privacy.sources import PersonalFile

    named = ((field, getattr(row, field.name)) for field in file_columns(type(row)))
    own = [PersonalFile(alias_of(field.storage), file.name) for field, file in named if file]
    of_fields = CustomFile.objects.filter(field__record_kind=row._meta.label_lower, record_id=row.pk)
    if not has_custom_fields(type(row)):
        return own
    return own + [PersonalFile(alias_of(kept.file.storage), str(kept.file.name)) for kept in of_fields]
