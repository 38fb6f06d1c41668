"""The values of filtered fields, kept where both databases find them by an index."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from cms.models.custom_fields import CustomField, FilterValue

ROWS_AT_ONCE = 500


def exact(number: Decimal | int | None) -> dict[str, int | None]:
    """The columns of FilterValue that hold a number: the whole one below it, the millionths above that."""
    if number is None:
        return {"number": None, "millionths": 0}
    whole = math.floor(number)
    return {"number": whole, "millionths": int((number - whole) * 1_000_000)}


def at_least(number: Decimal | int) -> Q:
    """The condition on a FilterValue of this number or more."""
    held = exact(number)
    from_whole = Q(number__gte=held["number"])
    if not held["millionths"]:
        return from_whole
    return from_whole & (Q(number__gt=held["number"]) | Q(millionths__gte=held["millionths"]))


def at_most(number: Decimal | int) -> Q:
    """The condition on a FilterValue of this number or less."""
    held = exact(number)
    return Q(number__lte=held["number"]) & (
        Q(number__lt=held["number"]) | Q(millionths__lte=held["millionths"])
    )


def keep_filter_values(
    model: type[Model], records: Iterable[Any], *, fields: Iterable[CustomField] | None = None
) -> None:
    """Write the values of filters of some saved records anew, in the caller's transaction.

    fields: only these; else all filtered ones of the kind. A few statements for each 500 records.
    """
    from cms.custom_fields.registry import typed

    if fields is None:
        fields = CustomField.objects.of(model).filtered().prefetch_related(None)
    by_key = {each.key: typed(each) for each in fields}
    if not by_key:
        return
    pks = [each.definition.pk for each in by_key.values()]
    records = list(records)
    with transaction.atomic():
        for start in range(0, len(records), ROWS_AT_ONCE):
            chunk = records[start : start + ROWS_AT_ONCE]
            FilterValue.objects.filter(record_id__in=[row.pk for row in chunk], field__in=pks).delete()
            FilterValue.objects.bulk_create(
                (
                    FilterValue(field_id=field.definition.pk, record_id=row.pk, text=text, **exact(number))
                    for row in chunk
                    for key, stored in (row.custom or {}).items()
                    if (field := by_key.get(key)) and stored is not None
                    for text, number in field.filter_values(stored)
                ),
                batch_size=ROWS_AT_ONCE,
            )


def forget_filter_values(record: Model) -> None:
    """Take the values of a record out of the filters."""
    kinds = CustomField.objects.filter(record_kind=record._meta.label_lower).values("pk")
    FilterValue.objects.filter(record_id=record.pk, field__in=kinds).delete()
