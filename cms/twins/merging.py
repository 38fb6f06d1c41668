"""Making two records one: what pointed at the one that goes points at the other, and its row is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.custom_fields import has_custom_fields
from cms.custom_fields.reference_kinds import people
from cms.custom_fields.registry import record_kinds
from cms.modeladmin.versions import version_of
from cms.models import CustomField, CustomFile, MergedRecord, OutboxMessage
from cms.models.custom_fields import FieldKind


class CannotMerge(ValidationError):
    """Two records that cannot be made one; the words are for people."""


def merge(*, kept: Model, gone: Model, values: Mapping[str, Any], by: Any) -> MergedRecord:
    """Merge `gone` into `kept`, in one transaction that locks both, as they were when they were read.

    values: field -> value that the record shall have afterwards, "custom" among them. Rows that pointed at
    `gone` point at `kept`; its history and a snapshot stay. Raises CannotMerge, or ValidationError when the
    record would not be valid; then nothing has changed.
    """
    model = type(kept)
    if kept.pk == gone.pk:
        raise CannotMerge(_("A record cannot be merged with itself."))
    with transaction.atomic():
        rows = model._base_manager.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
        locked: dict[Any, Any] = {row.pk: row for row in rows}
        if len(locked) != 2:
            raise CannotMerge(_("One of the two is no longer there: a colleague has merged or deleted it."))
        stays, goes = locked[kept.pk], locked[gone.pk]
        if any(version_of(locked[row.pk]) != version_of(row) for row in (kept, gone)):
            raise CannotMerge(_("One of the two has changed meanwhile. Look at both again."))
        merged = MergedRecord.objects.create(
            record_kind=model._meta.label_lower,
            kept_pk=stays.pk,
            gone_pk=goes.pk,
            snapshot=snapshot_of(goes),
            moved=_move_what_points(goes, to=stays),
            by=by,
        )
        MergedRecord.objects.of_kind(model).filter(kept_pk=goes.pk).update(kept_pk=stays.pk)
        audit.record("records.merged", stays, user=by, data={"gone": goes.pk})
        # The queryset's own way would ask again whether rows lean on it: none do any more.
        goes.delete()
        for name, value in values.items():
            setattr(stays, name, value)
        stays.full_clean()
        stays.save()
    return merged


def register() -> None:
    """Name the merge in the log; called once, when the app is ready."""
    audit.register("records.merged", _("Merge two records"), _("Another record was merged into this one"))


def successor_of(model: type[Model], pk: Any) -> int | None:
    """The key of the record into which another was merged, for old addresses; None when it was not."""
    if not str(pk).isdecimal() or len(str(pk)) > 18:
        return None
    found = MergedRecord.objects.of_kind(model).filter(gone_pk=int(pk)).first()
    return found.kept_pk if found else None


def merged_into(record: Model) -> list[int]:
    """The keys of the records that were merged into this one: their history is its history."""
    merged = MergedRecord.objects.of_kind(type(record)).filter(kept_pk=record.pk)
    return list(merged.values_list("gone_pk", flat=True))


def snapshot_of(record: Model) -> dict[str, Any]:
    """Every column as it is, and the keys of what the record was joined with."""
    columns = {field.attname: field.value_from_object(record) for field in record._meta.concrete_fields}
    many = {
        field.name: [other.pk for other in field.value_from_object(record)]
        for field in record._meta.many_to_many
    }
    return columns | many


def _move_what_points(gone: Model, *, to: Model) -> dict[str, list[Any]]:
    """Point every row that points at `gone` at `to`; which ones, by column."""
    moved: dict[str, list[Any]] = {}
    for relation in gone._meta.related_objects:
        rows = QuerySet(model=relation.related_model).filter(**{relation.field.name: gone.pk})
        keys = list(rows.values_list("pk", flat=True))
        if not keys:
            continue
        moved[f"{relation.related_model._meta.label_lower}.{relation.field.name}"] = keys
        if relation.many_to_many:
            for row in rows:
                getattr(row, relation.field.name).add(to)
        else:
            rows.update(**{relation.field.name: to.pk})
    for field in gone._meta.many_to_many:
        getattr(to, field.name).add(*field.value_from_object(gone))
    kind = ContentType.objects.get_for_model(gone)
    OutboxMessage.objects.filter(about_type=kind, about_id=str(gone.pk)).update(about_id=str(to.pk))
    if has_custom_fields(type(gone)):
        own = CustomFile.objects.filter(field__record_kind=gone._meta.label_lower, record_id=gone.pk)
        own.update(record_id=to.pk)
    if isinstance(gone, people["people"].model):
        _move_people(gone, to=to)
    return moved


def _move_people(gone: Model, *, to: Model) -> None:
    """Let added fields that name a person name the one that stays."""
    kinds = {model._meta.label_lower: model for model in record_kinds()}
    for field in CustomField.objects.filter(kind=FieldKind.PERSON, deleted_at=None):
        rows: Any = kinds[field.record_kind]._base_manager.filter(**{f"custom__{field.key}": gone.pk})
        for row in rows.select_for_update():
            row.custom = {**row.custom, field.key: to.pk}
            row.save(update_fields=["custom"])
