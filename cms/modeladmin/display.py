"""How a record's page shows the value of a field: money, dates, addresses and links as people read them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.dates import long_date, long_moment
from cms.money import Money

EMPTY = "–"
SHORT_LIST = 50


def fact(record: models.Model, field: str | tuple[Any, Callable], finder: AdminURLFinder) -> dict[str, Any]:
    """The label and the value of one fact of a record's page."""
    if isinstance(field, str):
        return {"label": label_of(record, field), "value": shown(record, field, finder)}
    label, ask = field
    return {"label": label, "value": _as_html(ask(record), None, finder)}


def label_of(record: models.Model, name: str) -> str:
    """What a field, property or method of a record is called."""
    return capfirst(str(label_for_field(name, record.__class__)))


def shown(record: models.Model, name: str, finder: AdminURLFinder) -> Any:
    """The value of a field, property or method, as safe HTML or text."""
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    display = getattr(record, f"get_{name}_display", None)
    if callable(display):
        return display() or EMPTY
    value = getattr(record, name)
    if callable(value) and not isinstance(value, models.Manager):
        value = value()
    if name.endswith("_cents") and isinstance(value, int):
        value = Money(value, getattr(record, "currency", "EUR"))
    return _as_html(value, field, finder)


def _as_html(value: Any, field: Any, finder: AdminURLFinder) -> Any:
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet):
        rows = list(value[:SHORT_LIST])
        return format_html_join(", ", "{}", ((_linked(row, finder),) for row in rows)) or EMPTY
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, models.Model):
        return _linked(value, finder)
    if isinstance(value, datetime.datetime):
        return long_moment(value)
    if isinstance(value, datetime.date):
        return long_date(value)
    if isinstance(value, int):
        return number_format(value, use_l10n=True, force_grouping=True)
    if isinstance(field, models.EmailField):
        return format_html('<a href="mailto:{0}">{0}</a>', value)
    if isinstance(field, models.URLField) and str(value).startswith(("http://", "https://")):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', value)
    if isinstance(field, models.TextField):
        return linebreaksbr(value)
    return value


def _linked(row: models.Model, finder: AdminURLFinder) -> Any:
    url = finder.get_edit_url(row)
    return format_html('<a href="{}">{}</a>', url, row) if url else str(row)
