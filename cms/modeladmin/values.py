"""The value of a form's field in its three shapes: as a browser posts it, as a short print, in words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed while the form stood open."""

    label: Any
    stored: str
    typed: str
    is_mine: bool


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


def print_of(form: forms.BaseForm, name: str, data: Any) -> str:
    """A short print of a posted or stored value: alike values have the same one."""
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
