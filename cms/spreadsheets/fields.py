"""A column of a sheet: which field of a record it is, what it is called, how its cells are understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.fields import Field

from cms.folding import fold
from cms.registries import visible_rows
from cms.spreadsheets.cleaning import KINDS, Cleaner, kind_of


@dataclass(frozen=True)
class Reference:
    """How a cell names another record: by a text that the record is known by, within the person's rows.

    key: gives texts that mean the same one spelling. by: a column that holds that spelling already, so that
    the database looks for it; else every row that the person may see is read once, and `text` says what it is
    called; an export writes it. Two records with one name are told, never guessed.
    reads: fields of the record in that text, which not everybody may see.
    """

    model: type[Model]
    key: Callable[[str], str] = fold
    by: str = ""
    text: Callable[[Any], str] = str
    related: Sequence[str] = ()
    reads: Sequence[str] = ()

    def rows(self, user) -> QuerySet:
        return visible_rows(user, self.model._default_manager.select_related(*self.related))

    def find(self, user, keys: Iterable[str]) -> Iterable[tuple[str, int]]:
        """The spelling and the number of each record that has one of these spellings."""
        if self.by:
            return self.rows(user).filter(**{f"{self.by}__in": list(keys)}).values_list(self.by, "pk")
        wanted = set(keys)
        named = ((self.key(self.text(row)), row.pk) for row in self.rows(user))
        return [(key, pk) for key, pk in named if key in wanted]


class SheetField(Field):
    """A field of django-import-export that people meet: with a label, other names, a kind and a rule.

    attribute: the name of the model's field. synonyms: what else a header may call it, in any language.
    required: a new record needs it; None asks the model. refers_to: for a foreign key or many of them.
    permission: a right without which the column is not offered. kind: None asks the model. member: the name
    of the value inside a column of JSON.
    """

    def __init__(
        self,
        attribute: str,
        *,
        label: Any = None,
        synonyms: Sequence[str] = (),
        kind: str | None = None,
        required: bool | None = None,
        refers_to: Reference | None = None,
        member: str = "",
        permission: str = "",
        help_text: Any = "",
        **options: Any,
    ) -> None:
        super().__init__(attribute, **options)
        self.given_label, self.given_kind, self.given_required = label, kind, required
        self.synonyms, self.refers_to, self.permission = tuple(synonyms), refers_to, permission
        self.given_help, self.member = help_text, member

    def bind(self, name: str, model: type[Model]) -> SheetField:
        """Learn from the model what the declaration left out."""
        self.name = name
        self.model_field: Any = None
        with suppress(FieldDoesNotExist):
            self.model_field = model._meta.get_field(str(self.attribute))
        self.kind = self.given_kind or kind_of(self.model_field)
        self.is_many = self.kind == "references"
        self.attname = getattr(self.model_field, "attname", str(self.attribute))
        return self

    @property
    def label(self) -> str:
        return capfirst(str(self.given_label or getattr(self.model_field, "verbose_name", self.name)))

    @property
    def help_text(self) -> str:
        return str(self.given_help or getattr(self.model_field, "help_text", ""))

    @property
    def required(self) -> bool:
        field = self.model_field
        if self.given_required is not None or field is None:
            return bool(self.given_required)
        return not (field.blank or field.has_default() or self.is_many)

    @property
    def choices(self) -> list[tuple[Any, str]]:
        """The values of a field with few of them, and what each is called."""
        found = getattr(self.model_field, "flatchoices", None) or []
        return [(value, str(label)) for value, label in found if value not in (None, "")]

    def spellings(self) -> dict[str, Any]:
        """Each folded text that means one of the choices: its value, and its label in either language."""
        known: dict[str, Any] = {}
        for language in ("it", "en"):
            with override(language):
                known |= {fold(label): value for value, label in self.choices}
        return known | {fold(str(value)): value for value, _label in self.choices}

    def names(self) -> set[str]:
        """Every folded header that means this column."""
        said = {self.name, self.name.replace("_", " "), *self.synonyms}
        for language in ("it", "en"):
            with override(language):
                said.add(self.label)
        return {header_key(name) for name in said}

    def cleaner(self) -> Cleaner:
        """What turns a cell into a value, or raises Problem with half a sentence. No empty cell comes."""
        return KINDS[self.kind](self)

    def shown(self, value: Any) -> str:
        """A staged value in the words of people; references come with their names already."""
        if value is None or value == "" or value == []:
            return "–"
        if self.choices:
            return dict(self.choices).get(value, str(value))
        return KINDS[self.kind].shown(value)

    def rule(self) -> str:
        """What may stand in the column, for the template to download."""
        if self.choices:
            return _("One of: %(choices)s") % {"choices": "; ".join(label for _value, label in self.choices)}
        return str(KINDS[self.kind].rule)


def header_key(header: str) -> str:
    """One spelling for headers that are alike: "E-mail *" and "email" meet."""
    return "".join(letter for letter in fold(header) if letter.isalnum())
