"""Kinds of field whose value stands elsewhere: a person's record, a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from cms.custom_fields.files import FileInput, FileLink, check_upload, new_file
from cms.custom_fields.plain_kinds import written
from cms.custom_fields.typed import FilterPair, HoldsValues, TypedField
from cms.models.custom_fields import CustomField, FieldKind
from cms.registries import visible_rows
from cms.registry import Registry

PEOPLE = "_people_of_custom_fields"


@dataclass(frozen=True)
class People:
    """The kind of record that a field of kind “person” points at.

    widget: makes the chooser. email: the name of its column that tells people apart in sheets.
    words_in: the columns in which a filter looks.
    """

    model: type[Model]
    widget: Callable[[], forms.Widget]
    email: str = "email"
    words_in: tuple[str, ...] = ("first_name", "last_name", "email")

    def rows(self, user: Any) -> QuerySet:
        rows = self.model._default_manager.all()
        return rows if user is None else visible_rows(user, rows)


# The one entry "people" is registered by the layer that knows them.
people: Registry[str, People] = Registry("people of custom fields")


def fetch_people(records: Sequence[HoldsValues]) -> None:
    """Put on records of one kind the people whom their fields name, so that showing them asks nothing."""
    kind = records[0]._meta.label_lower
    keys = list(
        CustomField.objects.filter(record_kind=kind, kind=FieldKind.PERSON).values_list("key", flat=True)
    )
    wanted = {pk for row in records for key in keys if (pk := (row.custom or {}).get(key))}
    found = people["people"].model._default_manager.in_bulk(wanted) if wanted else {}
    for row in records:
        setattr(row, PEOPLE, found)


class PersonField(TypedField):
    """The key of a person's record. One that was deleted since reads as “no longer there”."""

    kind = FieldKind.PERSON
    column_kind = "person"
    is_sortable = False

    def to_python(self, typed: Any) -> int | None:
        if isinstance(typed, Model):
            return typed.pk
        text = written(typed)
        if not text:
            return None
        found = re.fullmatch(r"(?:.*<)?([^<>\s]+@[^<>\s]+?)>?", text)
        rows = people["people"].rows(self.user)
        if found:
            rows = rows.filter(**{f"{people['people'].email}__iexact": found[1]})
        elif text.isdecimal() and len(text) < 19:
            rows = rows.filter(pk=int(text))
        else:
            raise ValidationError(_("Write the person's e-mail address."))
        keys = list(rows.values_list("pk", flat=True)[:2])
        if len(keys) != 1:
            raise ValidationError(_("No person with “%(value)s” was found.") % {"value": text[:80]})
        return keys[0]

    def to_stored(self, value: Any) -> int:
        return value.pk if isinstance(value, Model) else int(value)

    def check_stored(self, stored: Any) -> None:
        if type(stored) is not int:
            raise ValidationError(_("“%(value)s” does not fit here.") % {"value": stored})

    def form_field(self, value: Any = None) -> forms.Field:
        source = people["people"]
        return forms.ModelChoiceField(
            queryset=source.rows(self.user), widget=source.widget(), **self.form_options()
        )

    def row(self, value: Any, record: Model | None = None) -> Model | None:
        """The person's record."""
        if value is None:
            return None
        known = getattr(record, PEOPLE, None)
        if known is not None:
            return known.get(value)
        return people["people"].model._default_manager.filter(pk=value).first()

    def display(self, value: Any, record: Model | None = None) -> str:
        if value is None:
            return ""
        row = self.row(value, record)
        return str(row) if row else _("no longer there")

    def text(self, value: Any) -> str:
        row = self.row(value)
        return getattr(row, people["people"].email, "") or (str(row.pk) if row else "")

    def for_sheet(self, value: Any, record: Model | None = None) -> str | None:
        """The name, with the address by which the person is known again."""
        row = self.row(value, record)
        if row is None:
            return None if value is None else str(value)
        address = getattr(row, people["people"].email, "")
        return f"{row} <{address}>" if address else str(row.pk)

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [("", int(stored))]


class FileField(TypedField):
    """A file in the private storage: {"id", "name"}."""

    kind = FieldKind.FILE
    column_kind = "link"
    is_sortable = False

    def to_python(self, typed: Any) -> Any:
        if hasattr(typed, "chunks"):
            check_upload(typed)
            return typed
        if isinstance(typed, dict) or not written(typed):
            return typed or None
        raise ValidationError(_("A file can only be added in the record's own form."))

    def write(self, record: HoldsValues, value: Any) -> None:
        """An uploaded file is kept when the record is saved; False takes the file away."""
        if value is False:
            return super().write(record, None)
        if hasattr(value, "chunks"):
            value = new_file(self.definition, record, value)
        elif isinstance(value, FileLink):
            value = value.stored
        return super().write(record, value)

    def check_stored(self, stored: Any) -> None:
        if not isinstance(stored, dict) or set(stored) != {"id", "name"}:
            raise ValidationError(_("“%(value)s” does not fit here.") % {"value": stored})

    def form_field(self, value: Any = None) -> forms.Field:
        return FileInput(**self.form_options())

    def initial(self, value: Any) -> Any:
        return FileLink(value) if value else None

    def display(self, value: Any, record: Any = None) -> str:
        return "" if value is None else value["name"]

    def raw(self, value: Any) -> str | None:
        return None if value is None else value["name"]

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return []
