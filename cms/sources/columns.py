"""Columns of records: how each value reads in a list, and what it is for a sheet or a program."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui import tables
from wagtail.coreutils import multigetattr

from cms.money import Money

NOBODY = _("nobody yet")
PLAIN = (bool, int, Decimal, datetime.date, datetime.time, Money)


class Column(tables.Column):
    """A value as it is. `accessor` may be a dotted path or a function of the row.

    Without a label it takes the name of the model's field.
    kind: "text", "number", "money", "date" (a date or a moment), "boolean", "choice", "list", "person",
    "link" or "row" (another record).
    reads: paths of the fields that it shows, when its name and accessor do not tell: who may not see one of
    them does not get the column.
    select_related, prefetch_related: what it needs, so that no row costs a query.
    """

    cell_template_name = "cms/admin/listing/cell.html"
    empty_value_display = "–"
    kind = "text"

    def __init__(
        self,
        name: str,
        label: Any = None,
        *,
        reads: Sequence[str] = (),
        select_related: Sequence[str] = (),
        prefetch_related: Sequence[str] = (),
        **kwargs,
    ) -> None:
        super().__init__(name, label, **kwargs)
        self.is_unnamed = label is None
        self.reads = tuple(reads)
        self.select_related = tuple(select_related)
        self.prefetch_related = tuple(prefetch_related)

    def stored(self, row: Any) -> Any:
        """The value as the row holds it; None where a relation on the way leads nowhere."""
        if not isinstance(self.accessor, str):
            return self.accessor(row)
        value = row
        for step in self.accessor.split("."):
            if value is None:
                return None
            value = multigetattr(value, step)
        return value

    def get_value(self, instance):
        return self.stored(instance)

    def raw(self, row: Any) -> Any:
        """The plain value, for sheets and programs.

        None, a str, bool, int, Decimal, Money, date, moment (aware datetime) or list of str. A choice is its
        stored code, another record its name.
        """
        return plain(self.stored(row))

    def for_sheet(self, row: Any) -> Any:
        """The value as a sheet holds it, so that an import takes it back: as `raw`, a choice in words."""
        return self.said(row) if self.kind == "choice" else self.raw(row)

    def said(self, row: Any) -> str:
        """The value as people read it, without markup; empty when there is none."""
        value = self.get_value(row)
        if isinstance(value, models.Manager | models.QuerySet | list | tuple | set):
            return ", ".join(plain(value))
        return "" if value is None else str(value)

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        if context["value"] is None or context["value"] == "":
            context["value"] = self.empty_value_display
        return context

    def named(self, label: str) -> Column:
        """The same column under a label, in the language of one request: columns serve many at once."""
        column = copy(self)
        column.label, column.is_unnamed = label, False
        column.header = self.Header(column)
        return column


def plain(value: Any) -> Any:
    """A value without anything of the database or the interface in it."""
    if value is None or isinstance(value, PLAIN):
        return value
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [str(one) for one in value]
    return str(value)


class BooleanColumn(Column):
    """Yes or no, in words."""

    kind = "boolean"

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

    kind = "money"

    def __init__(self, name: str, label: Any = None, *, currency: str = "currency", **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.currency = currency

    def raw(self, row: Any) -> Money | None:
        value = self.stored(row)
        if value is None or isinstance(value, Money):
            return value
        currency = multigetattr(row, self.currency) if hasattr(row, self.currency) else "EUR"
        return Money(int(value), currency)

    def get_value(self, instance):
        amount = self.raw(instance)
        return amount if amount is None else amount.format()


class DateColumn(Column):
    """A date, or a moment in local time. `overdue` is a function of the row that says when to warn."""

    cell_template_name = "cms/admin/listing/date_cell.html"
    kind = "date"

    def __init__(
        self, name: str, label: Any = None, *, overdue: Callable[[Any], bool] | None = None, **kwargs
    ) -> None:
        super().__init__(name, label, **kwargs)
        self.overdue = overdue

    def said(self, row: Any) -> str:
        moment = _local(self.stored(row))
        if isinstance(moment, datetime.datetime):
            return date_format(moment, "SHORT_DATETIME_FORMAT")
        return date_format(moment, "SHORT_DATE_FORMAT") if isinstance(moment, datetime.date) else ""

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        context["is_overdue"] = bool(self.overdue and self.overdue(instance))
        moment = _local(context["raw_value"])
        if isinstance(moment, datetime.date):
            context["value"] = self.said(instance)
            context["machine"] = moment.isoformat()
        return context


def _local(moment: Any) -> Any:
    if isinstance(moment, datetime.datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


class ChoiceColumn(Column):
    """One of a field's choices, in words."""

    kind = "choice"

    def get_value(self, instance):
        if isinstance(self.accessor, str):
            relations, _dot, last = self.accessor.rpartition(".")
            owner = Column(self.name, "", accessor=relations).stored(instance) if relations else instance
            display = getattr(owner, f"get_{last}_display", None)
            if display is not None:
                return display()
        return super().get_value(instance)


class StateColumn(ChoiceColumn):
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

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        if callable(self.tones):
            context["tone"] = self.tones(instance)
        else:
            context["tone"] = self.tones.get(self.stored(instance), "quiet")
        return context


class UserColumn(Column):
    """A colleague, by name; `nobody` is shown while there is none."""

    kind = "person"

    def __init__(self, name: str, label: Any = None, *, nobody: Any = NOBODY, **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.nobody = nobody

    def get_value(self, instance):
        user = super().get_value(instance)
        return str(user) if user else self.nobody

    def said(self, row: Any) -> str:
        return self.raw(row) or ""


class LinkColumn(Column):
    """A value that leads elsewhere: `url` is a function of the row; None shows the value without a link."""

    cell_template_name = "cms/admin/listing/link_cell.html"
    kind = "link"

    def __init__(self, name: str, label: Any = None, *, url: Callable[[Any], str | None], **kwargs) -> None:
        super().__init__(name, label, **kwargs)
        self.url = url

    def raw(self, row: Any) -> str | None:
        return self.url(row)

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        context["url"] = self.url(instance)
        return context


class RowColumn(Column):
    """Another record, by its name."""

    kind = "row"


class ListColumn(Column):
    """Several values, separated by commas."""

    kind = "list"

    def stored(self, row: Any) -> Any:
        # A manager of many rows can be called, with arguments; so it is fetched by hand.
        return getattr(row, self.accessor) if isinstance(self.accessor, str) else self.accessor(row)

    def get_value(self, instance):
        return ", ".join(self.raw(instance) or [])
