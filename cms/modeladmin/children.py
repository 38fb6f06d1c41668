"""Inline children of a form (the sessions of an edition) that somebody else changed while it stood open."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.formsets import (
    DELETION_FIELD_NAME,
    INITIAL_FORM_COUNT,
    ORDERING_FIELD_NAME,
    TOTAL_FORM_COUNT,
)
from django.http import QueryDict
from django.utils.translation import gettext as _

from cms.modeladmin.values import Change, print_of, readable, stored_data

MOST_CHILDREN = 1000


@dataclass
class PostedChild:
    """One child as it was posted: the part of each key after its prefix, and the values."""

    key: str
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_deleted(self) -> bool:
        return bool(self.values.get(DELETION_FIELD_NAME, [""])[0])


class Children:
    """One set of children of a form: as stored now, as posted, as they were when the form was opened."""

    def __init__(self, name: str, stored: Any, data: QueryDict) -> None:
        self.name, self.prefix = name, stored.prefix
        self.blank = stored.empty_form
        self.key_name = stored.model._meta.pk.name
        self.fields = _own_fields(self.blank, self.key_name)
        self.stored = {str(child.instance.pk): child for child in stored.initial_forms if child.instance.pk}
        self.posted = list(_posted(data, self.prefix, self.key_name))

    def compare(self, opened: dict[str, dict[str, str]]) -> list[Change]:
        """What differs, by child and field. Takes over into `posted` what the person had not touched."""
        changes: list[Change] = []
        for child in list(self.posted):
            if child.key and child.key not in self.stored:
                changes += self._taken_away(child, opened.get(child.key))
            elif child.key in opened:
                changes += self._changed(child, opened[child.key])
        there = {child.key for child in self.posted}
        for key, stored in self.stored.items():
            if key not in opened and key not in there:
                changes.append(Change(self._title(stored.instance), _("added"), "", is_mine=False))
                self.posted.append(PostedChild(key, self._stored_values(stored)))
        return changes

    def _taken_away(self, child: PostedChild, opened: dict[str, str] | None) -> list[Change]:
        """Somebody deleted it. What the person had typed into it stays, as a new one."""
        form = self._form_of(child)
        touched = opened is None or any(
            print_of(form, name, form.data) != opened.get(name) for name in self.fields
        )
        if touched and not child.is_deleted:
            child.key = ""
            typed = ", ".join(filter(None, (readable(form, name, form.data) for name in self.fields)))
            return [Change(self._label, _("deleted"), typed, is_mine=True)]
        self.posted.remove(child)
        return [] if child.is_deleted else [Change(self._label, _("deleted"), "", is_mine=False)]

    def _changed(self, child: PostedChild, opened: dict[str, str]) -> list[Change]:
        stored, form = self.stored[child.key], self._form_of(child)
        changes = []
        for name, form_field in self.fields.items():
            data = stored_data(stored, name)
            now = print_of(stored, name, data)
            typed = print_of(form, name, form.data)
            if now == opened.get(name) or isinstance(form_field, forms.FileField):
                continue
            is_mine = typed not in (opened.get(name), now) or child.is_deleted
            if not is_mine and typed != now:
                self._take_over(child, stored, name)
            if typed != now or child.is_deleted:
                label = f"{self._title(stored.instance)}: {form_field.label or name}"
                mine = _("deleted") if child.is_deleted else readable(form, name, form.data)
                changes.append(Change(label, readable(stored, name, data), mine, is_mine))
        return changes

    def _take_over(self, child: PostedChild, stored: Any, name: str) -> None:
        for suffix in [key for key in child.values if key == name or key.startswith(f"{name}_")]:
            del child.values[suffix]
        child.values |= _without_prefix(stored_data(stored, name), stored.prefix)

    def _stored_values(self, stored: Any) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name in self.fields:
            values |= _without_prefix(stored_data(stored, name), stored.prefix)
        return values

    def _form_of(self, child: PostedChild) -> Any:
        """The form of a posted child, by which its values are read."""
        form = copy(self.blank)
        form.data = QueryDict(mutable=True)
        for suffix, values in child.values.items():
            form.data.setlist(f"{self.blank.prefix}-{suffix}", values)
        return form

    @property
    def _label(self) -> str:
        return str(self.blank._meta.model._meta.verbose_name).capitalize()

    def _title(self, instance: Any) -> str:
        return f"{self._label} “{instance}”"

    def write_into(self, data: QueryDict) -> None:
        """Put the children back into posted data: those that are there first, as a formset wants them."""
        for key in [key for key in data if _index_of(key, self.prefix) is not None]:
            del data[key]
        children = sorted(self.posted, key=lambda child: not child.key)
        for n, child in enumerate(children):
            values = {**child.values, self.key_name: [child.key]}
            values.setdefault(ORDERING_FIELD_NAME, [str(n + 1)])
            for suffix, texts in values.items():
                data.setlist(f"{self.prefix}-{n}-{suffix}", texts)
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(children))
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(sum(bool(child.key) for child in children))


def children_of(stored_form: Any, data: QueryDict) -> list[Children]:
    """The sets of children of a form; none for a form without."""
    return [
        Children(name, formset, data)
        for name, formset in (getattr(stored_form, "formsets", None) or {}).items()
    ]


def prints_of_children(stored_form: Any) -> dict[str, dict[str, dict[str, str]]]:
    """For each set of children: the key of a child -> a print of each of its fields."""
    return {
        children.name: {
            key: {name: print_of(child, name, stored_data(child, name)) for name in children.fields}
            for key, child in children.stored.items()
        }
        for children in children_of(stored_form, QueryDict())
    }


def _own_fields(form: Any, key_name: str) -> dict[str, forms.Field]:
    apart = {key_name, DELETION_FIELD_NAME, ORDERING_FIELD_NAME}
    return {name: form_field for name, form_field in form.fields.items() if name not in apart}


def _posted(data: QueryDict, prefix: str, key_name: str) -> Iterator[PostedChild]:
    found: dict[int, PostedChild] = {}
    total = data.get(f"{prefix}-{TOTAL_FORM_COUNT}", "")
    most = int(total) if total.isdecimal() and len(total) < 6 else 0
    for key in data:
        index = _index_of(key, prefix)
        if index is None or index >= min(most, MOST_CHILDREN):
            continue
        suffix = key.split("-", prefix.count("-") + 2)[-1]
        found.setdefault(index, PostedChild("")).values[suffix] = data.getlist(key)
    for _index, child in sorted(found.items()):
        child.key = (child.values.pop(key_name, None) or [""])[0]
        yield child


def _index_of(key: str, prefix: str) -> int | None:
    """The number of the child that a posted key belongs to."""
    if not key.startswith(f"{prefix}-"):
        return None
    number = key[len(prefix) + 1 :].split("-", 1)[0]
    return int(number) if number.isdecimal() and len(number) < 6 else None


def _without_prefix(data: Any, prefix: str) -> dict[str, list[str]]:
    return {key.removeprefix(f"{prefix}-"): data.getlist(key) for key in data}
