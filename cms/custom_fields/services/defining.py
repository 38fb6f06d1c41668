"""Staff define fields, change them, and take them out of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Model
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms import audit
from cms.custom_fields.services.choosing import add_choices
from cms.custom_fields.services.working import begin_work
from cms.models.custom_fields import CustomField, FieldKind, FieldWork

FIELDS_AT_MOST = 60


def free_key(taken: set[str], label: str) -> str:
    """A short name made from a label, in small letters, that nothing else has or had."""
    base = re.sub(r"^[^a-z]+", "", slugify(label).replace("-", "_"))[:32].strip("_") or "field"
    key, n = base, 1
    while key in taken:
        n += 1
        key = f"{base}_{n}"
    return key


def has_values(field: CustomField) -> bool:
    """Whether any record holds a value of a field."""
    return field.model._base_manager.filter(custom__has_key=field.key).exists()


def define_field(
    *, model: type[Model], kind: str, label_it: str, choices: Sequence[str] = (), by: Any = None, **details
) -> CustomField:
    """Add a field to a kind of record; it comes last.

    choices: the words of its choices, in order. details: other columns of CustomField. Raises
    ValidationError when a kind of record has too many fields.
    """
    record_kind = model._meta.label_lower
    with transaction.atomic():
        others = CustomField.objects.filter(record_kind=record_kind)
        if others.filter(deleted_at=None).count() >= FIELDS_AT_MOST:
            raise ValidationError(
                _("A kind of record may have at most %(count)s fields.") % {"count": FIELDS_AT_MOST}
            )
        field = CustomField(
            record_kind=record_kind,
            key=free_key(set(others.values_list("key", flat=True)), label_it),
            kind=kind,
            label_it=label_it,
            order=(others.aggregate(last=Max("order"))["last"] or 0) + 1,
            **details,
        )
        field.in_filters = field.in_filters and FieldKind(kind).can_filter
        field.filters_ready_at = timezone.now() if field.in_filters else None
        try:
            with transaction.atomic():
                field.save(force_insert=True)
        except IntegrityError as meanwhile:
            raise ValidationError(_("Somebody added a field at the same moment. Try again.")) from meanwhile
        add_choices(field=field, labels=choices, by=by)
        audit.record("wagtail.create", field, user=by)
    return field


def change_field(*, field: CustomField, by: Any = None, **changes) -> CustomField:
    """Change a field. Its key stays; its kind only while no record holds a value.

    Raises ValidationError, which says what to do instead.
    """
    with transaction.atomic():
        stored = CustomField.objects.select_for_update().get(pk=field.pk)
        if changes.get("kind", stored.kind) != stored.kind and has_values(stored):
            raise ValidationError(
                {
                    "kind": _(
                        "Records already hold values of this kind. Add a new field of the kind you need, "
                        "copy the values with an export and an import, then take this one out of use."
                    )
                }
            )
        changed = [name for name, value in changes.items() if getattr(stored, name) != value]
        for name, value in changes.items():
            setattr(stored, name, value)
        stored.in_filters = stored.in_filters and FieldKind(stored.kind).can_filter
        if "in_filters" in changed or "kind" in changed:
            stored.filters_ready_at = None
        stored.save()
        if stored.in_filters and stored.filters_ready_at is None:
            begin_work(field=stored, kind=FieldWork.Kind.GATHER, by=by)
        if changed:
            audit.record("wagtail.edit", stored, user=by, data={"fields": changed})
    return stored


def move_field(*, field: CustomField, step: int, by: Any = None) -> None:
    """Put a field before (-1) or after (1) its neighbour."""
    with transaction.atomic():
        fields = list(
            CustomField.objects.select_for_update()
            .filter(record_kind=field.record_kind, deleted_at=None)
            .order_by("order", "pk")
        )
        here = next((place for place, each in enumerate(fields) if each.pk == field.pk), None)
        there = -1 if here is None else here + step
        if here is None or not 0 <= there < len(fields):
            return
        fields[here], fields[there] = fields[there], fields[here]
        for place, each in enumerate(fields, 1):
            each.order = place
        CustomField.objects.bulk_update(fields, ["order"])


def retire_field(*, field: CustomField, by: Any = None) -> None:
    """Take a field out of forms; its values can still be read and exported."""
    _set_retired(field, timezone.now(), "custom_fields.retire", by)


def restore_field(*, field: CustomField, by: Any = None) -> None:
    """Put a field back into forms."""
    _set_retired(field, None, "custom_fields.restore", by)


def _set_retired(field: CustomField, moment: Any, action: str, by: Any) -> None:
    if field.is_retired == (moment is not None):
        return
    field.retired_at = moment
    field.save(update_fields=["retired_at", "updated_at"])
    audit.record(action, field, user=by)


def delete_field(*, field: CustomField, typed_name: str = "", by: Any = None) -> None:
    """Delete a field for good. One with values needs its name typed, and a task erases them behind.

    The row stays, for its key is never given again. Raises ValidationError while the name does not fit.
    """
    # A slow look at all records, and no reason to hold a lock: a value written meanwhile is erased too.
    held = has_values(field)
    with transaction.atomic():
        if held and typed_name.strip().casefold() != str(field.label).casefold():
            raise ValidationError(
                {"typed_name": _("Records hold values of this field. To erase them too, write its name.")}
            )
        field.deleted_at = timezone.now()
        field.in_filters = False
        field.save(update_fields=["deleted_at", "in_filters", "updated_at"])
        audit.record("wagtail.delete", field, user=by)
        if held:
            begin_work(field=field, kind=FieldWork.Kind.ERASE, by=by)
