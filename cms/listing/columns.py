"""The kinds of column a list of records may have. All say their label on a phone, where rows become cards."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui import tables
from wagtail.coreutils import multigetattr

from cms.money import Money

NOBODY = _("nobody yet")


class Column(tables.Column):
    """A value as it is. `accessor` may be a dotted path or a function of the row.

    Without a label it takes the name of the model's field.
    """

    cell_template_name = "cms/admin/listing/cell.html"
    empty_value_display = "–"
    kind = "text"

    def __init__(self, name: str, label: Any = None, **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.is_unnamed = label is None

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        if context["value"] is None:
            context["value"] = self.empty_value_display
        return context

    def named(self, label: str) -> Column:
        """The same column under a label, in the language of one request: columns serve many at once."""
        column = copy(self)
        column.label, column.is_unnamed = label, False
        column.header = self.Header(column)
        return column


class BooleanColumn(Column):
    """Yes or no, in words."""

    def get_value(self, instance):
        value = super().get_value(instance)
        return value if value is None else (_("Yes") if value else _("No"))


class NumberColumn(Column):
    """A whole number, as the reader's language writes it."""

    kind = "number"

    def get_value(self, instance):
        value = super().get_value(instance)
        return value if value is None else number_format(value, use_l10n=True, force_grouping=True)


class MoneyColumn(Column):
    """An amount: a Money, or a number of cents with the currency in another attribute of the row."""

    kind = "number"

    def __init__(self, name: str, label: Any = None, *, currency: str = "currency", **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.currency = currency

    def get_value(self, instance):
        value = super().get_value(instance)
        if value is None or isinstance(value, Money):
            return value and value.format()
        currency = multigetattr(instance, self.currency) if hasattr(instance, self.currency) else "EUR"
        return Money(int(value), currency).format()


class DateColumn(Column):
    """A date, or a moment in local time. `overdue` is a function of the row that says when to warn."""

    cell_template_name = "cms/admin/listing/date_cell.html"
    kind = "date"

    def __init__(
        self, name: str, label: Any = None, *, overdue: Callable[[Any], bool] | None = None, **kwargs
    ) -> None:
        super().__init__(name, label, **kwargs)
        self.overdue = overdue

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        moment = context["raw_value"]
        context["is_overdue"] = bool(self.overdue and self.overdue(instance))
        if isinstance(moment, datetime.datetime):
            moment = timezone.localtime(moment) if timezone.is_aware(moment) else moment
            context["value"] = date_format(moment, "SHORT_DATETIME_FORMAT")
            context["machine"] = moment.isoformat()
        elif isinstance(moment, datetime.date):
            context["value"] = date_format(moment, "SHORT_DATE_FORMAT")
            context["machine"] = moment.isoformat()
        return context


class StateColumn(Column):
    """A state, as a tag. `tones` maps the raw state to "good", "bad", "busy" or "quiet"; words say it too."""

    cell_template_name = "cms/admin/listing/state_cell.html"

    def __init__(
        self,
        name: str,
        label: Any = None,
        *,
        tones: Mapping[Any, str] | Callable[[Any], str] | None = None,
        **kwargs,
    ) -> None:
        super().__init__(name, label, **kwargs)
        self.tones = tones or {}

    def get_value(self, instance):
        if isinstance(self.accessor, str) and hasattr(instance, f"get_{self.accessor}_display"):
            return getattr(instance, f"get_{self.accessor}_display")()
        return super().get_value(instance)

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        if callable(self.tones):
            context["tone"] = self.tones(instance)
        else:
            context["tone"] = self.tones.get(tables.Column.get_value(self, instance), "quiet")
        return context


class UserColumn(Column):
    """A colleague, by name; `nobody` is shown while there is none."""

    def __init__(self, name: str, label: Any = None, *, nobody: Any = NOBODY, **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.nobody = nobody

    def get_value(self, instance):
        user = super().get_value(instance)
        return str(user) if user else self.nobody


class LinkColumn(Column):
    """A value that leads elsewhere: `url` is a function of the row; None shows the value without a link."""

    cell_template_name = "cms/admin/listing/link_cell.html"

    def __init__(self, name: str, label: Any = None, *, url: Callable[[Any], str | None], **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.url = url

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        context["url"] = self.url(instance)
        return context


class TitleColumn(tables.TitleColumn):
    """The first column: the row's name, which opens it."""

    cell_template_name = "cms/admin/listing/title_cell.html"
    kind = "title"


class RecordTable(tables.Table):
    """A table that a phone shows as cards, and that says what it lists."""

    template_name = "cms/admin/listing/table.html"
    classname = "listing record-list"
