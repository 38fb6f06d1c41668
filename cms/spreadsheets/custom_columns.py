"""Fields that staff defined, as columns of sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from cms.custom_fields import TypedField, fields_for, keep_filter_values
from cms.models.custom_fields import FieldKind, FilterValue
from cms.spreadsheets import values
from cms.spreadsheets.cleaning import Cleaner
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.problems import Problem

# A cell holds no file.
IN_NO_SHEET = {FieldKind.FILE}


class CustomColumn(SheetField):
    """A column of a custom field: the field itself reads and words its values."""

    def __init__(self, typed: TypedField, model: type[Model]) -> None:
        super().__init__("custom", member=typed.key, kind="line", required=typed.definition.is_required)
        self.typed = typed
        self.column_name = typed.name
        self.bind(typed.name, model)

    @property
    def label(self) -> str:
        return self.typed.label

    @property
    def help_text(self) -> str:
        return str(self.typed.definition.help)

    @property
    def choices(self) -> list[tuple[Any, str]]:
        return self.typed.all_choices() if hasattr(self.typed, "all_choices") else []

    def cleaner(self) -> Cleaner:
        def clean(cell: Any) -> Any:
            try:
                value = self.typed.to_python(values.given(cell))
                return None if value in (None, "", []) else self.typed.to_stored(value)
            except ValidationError as refusal:
                raise Problem(" ".join(refusal.messages)) from refusal

        return clean

    def shown(self, value: Any) -> str:
        return "–" if value is None else self.typed.display(self.typed.from_stored(value))


def custom_columns(model: type[Model], user: Any) -> Iterator[SheetField]:
    """The custom fields that a person may fill in; all of them for a program."""
    for typed in fields_for(model, user):
        if typed.may_edit and typed.kind not in IN_NO_SHEET:
            yield CustomColumn(typed, model)


def keep_in_step(model: type[Model], pks: list[int]) -> None:
    """Let filters find the custom values of records that were written without save()."""
    if pks:
        keep_filter_values(model, model._base_manager.filter(pk__in=pks))


def forget(model: type[Model], pks: list[int]) -> None:
    """Take records that are deleted without delete() out of the filters."""
    FilterValue.objects.filter(record_id__in=pks, field__record_kind=model._meta.label_lower).delete()
