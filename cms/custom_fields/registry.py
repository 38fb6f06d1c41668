"""Which fields a kind of record has, for whom."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from cms.custom_fields.chosen_kinds import ChoiceField, ChoicesField
from cms.custom_fields.plain_kinds import (
    DateField,
    LinkField,
    LongTextField,
    MoneyField,
    NumberField,
    TextField,
    YesNoField,
)
from cms.custom_fields.reference_kinds import FileField, PersonField
from cms.custom_fields.typed import PREFIX, TypedField
from cms.models.custom_fields import CustomField
from cms.models.has_custom_fields import HasCustomFields
from cms.roles import roles_of

KINDS: dict[str, type[TypedField]] = {
    str(each.kind): each
    for each in (
        TextField,
        LongTextField,
        NumberField,
        MoneyField,
        DateField,
        ChoiceField,
        ChoicesField,
        YesNoField,
        LinkField,
        PersonField,
        FileField,
    )
}


def has_custom_fields(model: type[Model]) -> bool:
    """Whether staff may add fields to a kind of record."""
    return issubclass(model, HasCustomFields)


def record_kinds() -> list[type[Model]]:
    """The kinds of record to which staff may add fields."""
    return [model for model in apps.get_models() if has_custom_fields(model)]


def typed(definition: CustomField, *, user: Any = None, may_edit: bool = True) -> TypedField:
    """A definition as code uses it."""
    return KINDS[definition.kind](definition, user=user, may_edit=may_edit)


def fields_for(model: type[Model], user: Any, *, with_retired: bool = False) -> list[TypedField]:
    """The fields of a kind of record that a person sees, in order. Two queries for each user object.

    user: None is a program, which sees and edits all. with_retired: also those out of use, whose values can
    still be read and exported.
    """
    if not has_custom_fields(model):
        return []
    return [
        typed(one, user=user, may_edit=_is_for(user, one.edited_by))
        for one in _definitions(model, user)
        if one.deleted_at is None and (with_retired or not one.is_retired) and _is_for(user, one.seen_by)
    ]


def deleted_names(model: type[Model], user: Any) -> dict[str, str]:
    """Names and labels of the fields that were deleted, for questions that still name them."""
    return {
        PREFIX + one.key: str(one.label) for one in _definitions(model, user) if one.deleted_at is not None
    }


def _definitions(model: type[Model], user: Any) -> list[CustomField]:
    """All that were ever made. Kept on the user object, which lives as long as a request or a task."""
    kept = {} if user is None else user.__dict__.setdefault("_custom_fields", {})
    label = model._meta.label_lower
    if label not in kept:
        all_of_kind = CustomField.objects.filter(record_kind=label)
        kept[label] = list(all_of_kind.prefetch_related("choices").order_by("order", "pk"))
    return kept[label]


def _is_for(user: Any, roles: list[str]) -> bool:
    """Whether a person is among those named; nobody named is everybody."""
    return user is None or not roles or user.is_superuser or not roles_of(user).isdisjoint(roles)
