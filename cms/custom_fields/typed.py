"""A custom field as code uses it: reads what is typed, shows it, keeps it. One class for each kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from cms.folding import fold
from cms.models.custom_fields import CustomField, FieldKind

PREFIX = "custom_"
# The text and the number under which a value is found in filters.
FilterPair = tuple[str, Decimal | int | None]


class HoldsValues(Protocol):
    """A record whose kind inherits HasCustomFields. custom: key of a field -> plain value."""

    _meta: ClassVar[Any]
    _base_manager: ClassVar[Any]
    pk: Any
    custom: Any


class TypedField:
    """A custom field of a kind of record, for one person.

    A *value* is what Python has: str, Decimal, whole cents, date, a choice's key, a list of keys, bool, the
    key of a person's row, a file's {"id", "name"}; None when there is none.
    """

    kind: ClassVar[FieldKind]
    # What lists and sheets call the kind of value (cms.sources.columns).
    column_kind: ClassVar[str] = "text"
    is_sortable: ClassVar[bool] = True

    def __init__(self, definition: CustomField, *, user: Any = None, may_edit: bool = True) -> None:
        self.definition = definition
        self.user = user
        self.may_edit = may_edit and not definition.is_retired
        self.key: str = definition.key
        # In forms, lists, addresses, sheets and the API.
        self.name: str = PREFIX + definition.key
        self.is_retired = definition.is_retired

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        return str(self.definition.label)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.definition.record_kind}.{self.key}>"

    # Values of a record

    def value_of(self, record: HoldsValues) -> Any:
        """The value of a record; None when there is none or it can no longer be read."""
        stored = (record.custom or {}).get(self.key)
        return None if stored is None else self.from_stored(stored)

    def write(self, record: HoldsValues, value: Any) -> None:
        """Put a value on a record, without saving it. None or an empty one takes it off."""
        values = {**(record.custom or {})}
        if value in (None, "", []):
            values.pop(self.key, None)
        else:
            values[self.key] = self.to_stored(value)
        record.custom = values

    def from_stored(self, stored: Any) -> Any:
        return stored

    def to_stored(self, value: Any) -> Any:
        return value

    def check_stored(self, stored: Any) -> None:
        """Raises ValidationError for what this field could not have stored."""
        if self.to_stored(self.to_python(stored)) != stored:
            raise ValidationError(_("“%(value)s” does not fit here.") % {"value": stored})

    # What people type

    def to_python(self, typed: Any) -> Any:
        """The value that a person, a sheet or a program means. Raises ValidationError with a sentence."""
        raise NotImplementedError

    def form_field(self, value: Any = None) -> forms.Field:
        """The field of a form; `value` is the record's, which a form goes on accepting though it is retired.

        Its cleaned value may be given to `write`.
        """
        raise NotImplementedError

    def initial(self, value: Any) -> Any:
        """A value as the form's field begins with it."""
        return value

    def form_options(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "help_text": str(self.definition.help),
            "required": self.definition.is_required,
        }

    @property
    def default(self) -> Any:
        """The value that a new form proposes."""
        stored = self.definition.default
        return None if stored is None else self.from_stored(stored)

    # What people and programs read

    def display(self, value: Any, record: Model | None = None) -> str:
        """The value in words, in the reader's language; empty when there is none.

        record: whose value it is; names fetched with it (`prefetch`) are not asked for again.
        """
        return "" if value is None else str(value)

    def raw(self, value: Any) -> Any:
        """The plain value for sheets and programs, as cms.sources.Column.raw promises."""
        return value

    def text(self, value: Any) -> str:
        """The value as a text that `to_python` reads back."""
        return self.display(value)

    def for_sheet(self, value: Any, record: Model | None = None) -> Any:
        """The value as a sheet holds it, in plain values or in a text that `to_python` reads back."""
        return self.raw(value)

    # Filters

    def filter_values(self, stored: Any) -> list[FilterPair]:
        """The pairs (text, number) under which a stored value is found."""
        return [(fold(str(stored))[:200], None)]
