"""Filters of lists of records: django-filter, drawn by Wagtail as pills, kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.filters import WagtailFilterSet

from cms.registries import visible_rows
from cms.sources.hidden import is_hidden


@dataclass(frozen=True)
class Asker:
    """Who asks, where no request is: what a filter may read of one."""

    user: Any


class RecordFilterSet(WagtailFilterSet):
    """Base of the filters. Choices that are rows are those the person may see."""

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        for entry in self.filters.values():
            _keep_to_own_rows(entry)

    def extend(self, filters: Mapping[str, django_filters.Filter]) -> None:
        """Add filters to this one question's. Before the form is looked at."""
        for name, entry in filters.items():
            entry.model, entry.parent = self.queryset.model, self
            self.filters[name] = entry
            _keep_to_own_rows(entry)

    def leave_out_hidden(self, user: Any) -> None:
        """Take away the filters on fields that a person may not see."""
        model = self.queryset.model
        for name, entry in list(self.filters.items()):
            if any(is_hidden(user, model, path) for path in (name, entry.field_name or "") if path):
                del self.filters[name]

    def parameters(self) -> dict[str, str]:
        """Each parameter that an address may hold, and the filter it belongs to."""
        return {
            parameter: name
            for name, field in self.form.fields.items()
            for parameter in _parameters(name, field)
        }


class Only(django_filters.ChoiceFilter):
    """A filter that is on or off. On, it leaves the rows that a question of the queryset gives:
    `failing = Only(_("A payment failed"), lambda rows: rows.failing())`.
    """

    def __init__(self, label: Any, rows: Callable[[Any], QuerySet], **kwargs) -> None:
        super().__init__(choices=[("yes", _("Yes"))], label=label, **kwargs)
        self.rows = rows

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return self.rows(qs) if value else qs


def filterset_class_for(model: type[Model], fields: Any) -> type[RecordFilterSet]:
    """The filters of a list that names only the fields to filter by."""
    meta = type("Meta", (), {"model": model, "fields": fields or []})
    return type(f"{model.__name__}FilterSet", (RecordFilterSet,), {"Meta": meta})


def _parameters(name: str, field: forms.Field) -> list[str]:
    widget = field.widget
    if isinstance(widget, SuffixedMultiWidget):
        return [widget.suffixed(name, suffix) for suffix in widget.suffixes]
    if isinstance(widget, forms.MultiWidget):
        return [name + suffix for suffix in widget.widgets_names]  # type: ignore[attr-defined]
    return [name]


def _keep_to_own_rows(entry: django_filters.Filter) -> None:
    if getattr(entry, "queryset", None) is not None:
        entry.queryset = _own_rows(entry.queryset)


def _own_rows(choices: QuerySet | Callable) -> Callable[[HttpRequest], QuerySet]:
    def of(request: HttpRequest) -> QuerySet:
        rows = choices(request) if callable(choices) else choices.all()
        return visible_rows(request.user, rows)

    return of
