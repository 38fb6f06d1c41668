"""The choices of a field: added, renamed, taken out of use, merged. A value's key is never lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms import audit
from cms.custom_fields.services.working import begin_work
from cms.models.custom_fields import CustomChoice, CustomField, FieldWork

CHOICES_AT_MOST = 300


def add_choices(*, field: CustomField, labels: Sequence[str], by: Any = None) -> list[CustomChoice]:
    """Add choices after the others. Words that are there already, whatever their case, are not added twice.

    Raises ValidationError past 300 choices.
    """
    known = list(field.choices.all())
    said = {word.casefold() for choice in known for word in (choice.label_it, choice.label_en) if word}
    keys = {choice.key for choice in known}
    last = field.choices.aggregate(last=Max("order"))["last"] or 0
    added = []
    for label in labels:
        label = " ".join(label.split())[:80]
        if not label or label.casefold() in said:
            continue
        said.add(label.casefold())
        base = slugify(label).replace("-", "_")[:34] or "choice"
        key, n = base, 1
        while key in keys:
            n += 1
            key = f"{base}_{n}"
        keys.add(key)
        last += 1
        added.append(CustomChoice(field=field, key=key, label_it=label, order=last))
    if len(keys) > CHOICES_AT_MOST:
        raise ValidationError(_("A field may have at most %(count)s choices.") % {"count": CHOICES_AT_MOST})
    CustomChoice.objects.bulk_create(added)
    return added


def merge_choices(*, choice: CustomChoice, into: CustomChoice, by: Any = None) -> FieldWork:
    """Let one choice become another. From now on every value that holds it reads as the other.

    A task rewrites the values behind; until it is done, and after, the old key goes on meaning the new one.
    Raises ValidationError when the two are one, of two fields, or merged already.
    """
    with transaction.atomic():
        field = CustomField.objects.select_for_update().get(pk=choice.field_id)
        both = {each.pk: each for each in field.choices.filter(pk__in=[choice.pk, into.pk])}
        if len(both) != 2:
            raise ValidationError(_("Choose two different choices of one field."))
        if any(each.merged_into_id for each in both.values()):
            raise ValidationError(_("One of the two was merged already."))
        gone = both[choice.pk]
        gone.merged_into_id, gone.is_retired = into.pk, True
        gone.save(update_fields=["merged_into", "is_retired"])
        audit.record(
            "custom_fields.merge", field, user=by, data={"choice": gone.key, "into": both[into.pk].key}
        )
        return begin_work(field=field, kind=FieldWork.Kind.MERGE, choice=gone, by=by)
