"""Stretches of days that the desk looks at: a month, a quarter, a year, or from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from django import forms
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.dates import long_date, months_from
from cms.money import CURRENCIES

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class PeriodKind(models.TextChoices):
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")
    RANGE = "range", pgettext_lazy("period", "From … to …")


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_FORMATS = {PeriodKind.MONTH: "LLLL y", PeriodKind.QUARTER: "QQQQ y", PeriodKind.YEAR: "y"}


@dataclass(frozen=True)
class Period:
    """The days from first to last, both included."""

    kind: PeriodKind
    first: date
    last: date

    @classmethod
    def holding(cls, kind: PeriodKind, day: date) -> Period:
        """The month, quarter or year in which a day lies."""
        months = _MONTHS[kind]
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        return cls(kind, first, months_from(first, months) - timedelta(days=1))

    def moved(self, steps: int) -> Period | None:
        """The one so many after it (negative: before); None for from–to, and beyond what the desk knows."""
        if self.kind == PeriodKind.RANGE:
            return None
        first = months_from(self.first, steps * _MONTHS[self.kind])
        return Period.holding(self.kind, first) if EARLIEST <= first <= LATEST else None

    @property
    def begins_at(self) -> datetime:
        """The moment at which its first day begins in Italy."""
        return timezone.make_aware(datetime.combine(self.first, time.min), timezone.get_default_timezone())

    @property
    def label(self) -> str:
        """ "novembre 2026", "4º trimestre 2026", "2026", "1 ottobre 2026 – 3 novembre 2026"."""
        if self.kind == PeriodKind.RANGE:
            return f"{long_date(self.first)} – {long_date(self.last)}"
        locale = (translation.get_language() or "it").replace("-", "_")
        return format_date(self.first, _FORMATS[self.kind], locale=locale)

    @property
    def query(self) -> str:
        if self.kind == PeriodKind.RANGE:
            asked = {"period": self.kind, "since": self.first, "until": self.last}
        else:
            asked = {"period": self.kind, "day": self.first}
        return urlencode(asked)

    def filters(self, name: str) -> dict[str, date]:
        """The parameters by which a list's filter on days keeps to it."""
        return {f"{name}_after": self.first, f"{name}_before": self.last}


def this_month(today: date | None = None) -> Period:
    return Period.holding(PeriodKind.MONTH, today or timezone.localdate())


class PeriodForm(forms.Form):
    """The address of the desk. Empty, it asks for this month."""

    period = forms.ChoiceField(choices=PeriodKind, required=False)
    day = forms.DateField(required=False)
    since = forms.DateField(
        label=pgettext_lazy("day", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("day", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    currency = forms.ChoiceField(choices=[(code, code) for code in sorted(CURRENCIES)], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("day", "since", "until"):
            if cleaned.get(name) and not EARLIEST <= cleaned[name] <= LATEST:
                self.add_error(name, _("Enter a day between 2000 and 2100."))
        if cleaned.get("period") == PeriodKind.RANGE and not self.errors:
            if not cleaned["since"] or not cleaned["until"]:
                self.add_error("until" if cleaned["since"] else "since", _("Enter both days."))
            elif cleaned["since"] > cleaned["until"]:
                self.add_error("until", _("The last day cannot come before the first."))
        return cleaned

    def chosen(self) -> Period:
        """The period that was asked for; this month where it makes no sense."""
        if not self.is_valid():
            return this_month()
        asked = self.cleaned_data
        if asked["period"] == PeriodKind.RANGE:
            return Period(PeriodKind.RANGE, asked["since"], asked["until"])
        kind = PeriodKind(asked["period"] or PeriodKind.MONTH)
        return Period.holding(kind, asked["day"] or timezone.localdate())
