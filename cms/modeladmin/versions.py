"""Two people on one form: what the form carries from its opening, and what changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from wagtail.log_actions import registry as log_registry


@dataclass(frozen=True)
class OpenedForm:
    """A form as it was opened: the record's version and a print of each field's value."""

    version: str
    prints: dict[str, str]

    @classmethod
    def of(cls, record: Model, form: forms.BaseForm) -> OpenedForm:
        """The state to write into a form about to be shown, from the record as stored."""
        fresh = _unbound(form, record)
        return cls(
            version_of(record), {name: _print(form, name, stored_data(fresh, name)) for name in form.fields}
        )

    @classmethod
    def from_post(cls, data: QueryDict) -> OpenedForm:
        """What a posted form says of its opening; an unreadable one counts as opened before everything."""
        try:
            prints = json.loads(data.get("opened_values", ""))
        except ValueError:
            prints = {}
        return cls(data.get("opened_version", ""), prints if isinstance(prints, dict) else {})

    @property
    def values(self) -> str:
        return json.dumps(self.prints)

    def compare(self, record: Model, form: forms.BaseForm) -> Meanwhile | None:
        """What somebody else saved since, in the fields of this form; None when nothing did."""
        if self.version == version_of(record):
            return None
        stored = _unbound(form, record)
        changes = []
        merged = {}
        for name, form_field in form.fields.items():
            data = stored_data(stored, name)
            now = _print(form, name, data)
            opened = self.prints.get(name)
            if now == opened or isinstance(form_field, forms.FileField):
                continue
            typed = _print(form, name, form.data)
            is_mine = typed not in (opened, now)
            if not is_mine and typed != now:
                merged[name] = data
            if typed != now:
                changes.append(
                    Change(
                        form_field.label or name,
                        readable(stored, name, data),
                        readable(form, name, form.data),
                        is_mine,
                    )
                )
        has_children = bool(getattr(form, "formsets", None))
        if not changes and self.prints and not has_children:
            return None
        return Meanwhile(record, changes, merged, form)


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed while the form stood open."""

    label: Any
    stored: str
    typed: str
    is_mine: bool


@dataclass(frozen=True)
class Meanwhile:
    """What happened to a record while somebody's form stood open."""

    record: Model
    changes: list[Change]
    merged: dict[str, MultiValueDict] = field(default_factory=dict)
    form: Any = None

    def last_saved(self) -> Any:
        """The latest entry of the record's log: who saved, and when."""
        return log_registry.get_logs_for_instance(self.record).select_related("user").first()

    def merged_data(self, posted: QueryDict) -> QueryDict:
        """What was typed, with the colleague's values where the person had not touched the field."""
        data = posted.copy()
        for name, stored in self.merged.items():
            prefix = self.form.add_prefix(name)
            for key in [key for key in data if key == prefix or key.startswith(f"{prefix}_")]:
                if key == prefix or key in stored:
                    data.pop(key)
            for key in stored:
                data.setlist(key, stored.getlist(key))
        return data


def version_of(record: Model) -> str:
    """The version of a record: the moment of its last change, or a print of its values if it keeps none."""
    moment = getattr(record, "updated_at", None)
    if moment:
        return moment.isoformat()
    values = [field.value_to_string(record) for field in record._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _unbound(form: forms.BaseForm, record: Model) -> forms.BaseForm:
    kwargs = {"for_user": form.for_user} if hasattr(form, "for_user") else {}
    return form.__class__(instance=record, **kwargs)


def stored_data(form: forms.BaseForm, name: str) -> MultiValueDict:
    """The stored value of a field, as a browser would post it."""
    bound = form[name]
    return as_posted(bound.field.widget, bound.html_name, bound.field.prepare_value(bound.initial))


def as_posted(widget: forms.Widget, name: str, value: Any) -> MultiValueDict:
    """A value as the form data that its widget would send."""
    data: MultiValueDict = MultiValueDict()
    if isinstance(widget, forms.MultiWidget):
        values = value if isinstance(value, (list, tuple)) else widget.decompress(value)
        for part, suffix, one in zip(widget.widgets, widget.widgets_names, values, strict=False):
            data.update(as_posted(part, name + suffix, one))
        return data
    if isinstance(widget, forms.CheckboxInput):
        if widget.check_test(value):
            data[name] = "on"
        return data
    if hasattr(widget, "get_value_data"):  # Wagtail's choosers
        chosen = widget.get_value_data(value)
        value = (chosen or {}).get("id") if isinstance(chosen, dict) else chosen
        data[name] = "" if value is None else str(value)
        return data
    shown = widget.format_value(value)
    values = shown if isinstance(shown, (list, tuple)) else [shown]
    data.setlist(name, ["" if one is None else str(one) for one in values])
    return data


def _print(form: forms.BaseForm, name: str, data: Any) -> str:
    value = form.fields[name].widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
    return hashlib.sha256(repr(_normal(value)).encode()).hexdigest()[:16]


def _normal(value: Any) -> Any:
    """One spelling for values that are alike: line ends, spaces around, order of choices."""
    if isinstance(value, (list, tuple)):
        return sorted(str(_normal(one)) for one in value)
    if value in (None, False, ""):
        return ""
    return str(value).replace("\r\n", "\n").strip()


def readable(form: forms.BaseForm, name: str, data: Any) -> str:
    """A field's value in words, for the list of differences."""
    form_field = form.fields[name]
    value = form_field.widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
    try:
        clean = form_field.clean(value)
    except forms.ValidationError:
        return str(value)
    if hasattr(clean, "all") or isinstance(clean, (list, tuple, set)):
        return ", ".join(str(one) for one in (clean.all() if hasattr(clean, "all") else clean))
    choices = dict(getattr(form_field, "choices", [])) if isinstance(form_field, forms.ChoiceField) else {}
    if not hasattr(form_field, "queryset") and clean in choices:
        return str(choices[clean])
    return "" if clean is None else str(clean)
