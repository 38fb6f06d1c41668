"""Kinds of field whose value is one or several of its choices."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.custom_fields.plain_kinds import written
from cms.custom_fields.typed import FilterPair, TypedField
from cms.models.custom_fields import CustomChoice, FieldKind


class ChoiceField(TypedField):
    """One choice: its key is the value. A merged choice's key is read as the one it became."""

    kind = FieldKind.CHOICE
    column_kind = "choice"
    is_sortable = False

    @cached_property
    def choices(self) -> dict[str, CustomChoice]:
        """All choices by key, retired and merged ones too."""
        return {choice.key: choice for choice in self.definition.choices.all()}

    @cached_property
    def _by_pk(self) -> dict[int, CustomChoice]:
        return {choice.pk: choice for choice in self.choices.values()}

    def resolve(self, key: Any) -> str | None:
        """The key that a stored one stands for today; None for a key that was never one."""
        choice = self.choices.get(key)
        seen: set[int] = set()
        while choice is not None and choice.merged_into_id and choice.pk not in seen:
            seen.add(choice.pk)
            choice = self._by_pk.get(choice.merged_into_id)
        return choice.key if choice else None

    def keys_meaning(self, key: str) -> list[str]:
        """The keys that values may hold for a choice: its own, and those merged into it."""
        return [one for one in self.choices if self.resolve(one) == key]

    def offered(self, held: Any = ()) -> list[tuple[str, str]]:
        """Pairs (key, words) of a form: what is in use, and the retired ones that the record holds."""
        return [
            (
                key,
                choice.label
                if not choice.is_retired
                else _("%(choice)s (no longer used)") % {"choice": choice},
            )
            for key, choice in self.choices.items()
            if not choice.merged_into_id and (not choice.is_retired or key in held)
        ]

    def all_choices(self) -> list[tuple[str, str]]:
        """Pairs (key, words) of everything that values may mean, for filters."""
        return [(key, str(choice.label)) for key, choice in self.choices.items() if not choice.merged_into_id]

    def words(self, key: str) -> str:
        return str(self.choices[key].label) if key in self.choices else key

    def _meant(self, text: str) -> str:
        """The key of a choice written by its key or its words, in either language."""
        if key := self.resolve(text):
            return key
        said = " ".join(text.casefold().split())
        for key, choice in self.choices.items():
            if said in (choice.label_it.casefold(), choice.label_en.casefold()):
                return self.resolve(key) or key
        raise ValidationError(
            _("“%(value)s” is not one of the choices: %(choices)s.")
            % {"value": text[:80], "choices": ", ".join(label for _key, label in self.offered()[:20])}
        )

    def from_stored(self, stored: Any) -> str | None:
        return self.resolve(stored)

    def to_python(self, typed: Any) -> str | None:
        text = written(typed)
        return self._meant(text) if text else None

    def check_stored(self, stored: Any) -> None:
        if self.resolve(stored) is None:
            raise ValidationError(_("“%(value)s” does not fit here.") % {"value": stored})

    def form_field(self, value: Any = None) -> forms.Field:
        choices = [("", "–"), *self.offered({value})]
        return ChosenInput(field=self, choices=choices, **self.form_options())

    def display(self, value: Any, record: Any = None) -> str:
        return "" if value is None else self.words(value)

    def for_sheet(self, value: Any, record: Any = None) -> str | None:
        return None if value is None else self._meant_words(value)

    def _meant_words(self, key: str) -> str:
        """The words of a choice, or its key when the words would be read as another's or as several."""
        words = self.words(key)
        try:
            is_clear = not re.search(r"[;\n]", words) and self._meant(words) == key
        except ValidationError:
            is_clear = False
        return words if is_clear else key

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [(str(stored), None)]


class ChoicesField(ChoiceField):
    """Several choices: a list of keys, in the order of the choices."""

    kind = FieldKind.CHOICES
    column_kind = "list"

    def from_stored(self, stored: Any) -> list[str] | None:
        held = {self.resolve(key) for key in stored} - {None}
        return [key for key in self.choices if key in held] or None

    def to_stored(self, value: Any) -> list[str]:
        return list(value)

    def to_python(self, typed: Any) -> list[str] | None:
        if isinstance(typed, list | tuple | set):
            parts = [written(one) for one in typed]
        else:
            text = written(typed)
            # A choice's own words may hold a comma: the whole text is tried first.
            try:
                parts = [self._meant(text)] if text else []
            except ValidationError:
                parts = re.split(r"[;\n]" if ";" in text or "\n" in text else ",", text)
        keys = {self._meant(part.strip()) for part in parts if part.strip()}
        return [key for key in self.choices if key in keys] or None

    def check_stored(self, stored: Any) -> None:
        if not isinstance(stored, list) or any(self.resolve(key) is None for key in stored):
            raise ValidationError(_("“%(value)s” does not fit here.") % {"value": stored})

    def form_field(self, value: Any = None) -> forms.Field:
        return ManyChosenInput(
            field=self,
            choices=self.offered(set(value or ())),
            widget=forms.CheckboxSelectMultiple(),
            **self.form_options(),
        )

    def display(self, value: Any, record: Any = None) -> str:
        return ", ".join(self.words(key) for key in value or ())

    def text(self, value: Any) -> str:
        return "; ".join(self.words(key) for key in value or ())

    def for_sheet(self, value: Any, record: Any = None) -> str | None:
        return None if value is None else "; ".join(self._meant_words(key) for key in value)

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [(str(key), None) for key in stored]


class ChosenInput(forms.ChoiceField):
    """A choice of a form. A key merged while the form stood open is taken as what it became."""

    def __init__(self, *, field: ChoiceField, **kwargs) -> None:
        self.field = field
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return self.field.resolve(typed) or typed


class ManyChosenInput(forms.MultipleChoiceField):
    """Several choices of a form."""

    def __init__(self, *, field: ChoicesField, **kwargs) -> None:
        self.field = field
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(self.field.resolve(key) or key for key in super().to_python(value)))
