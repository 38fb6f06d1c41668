"""Dates as people write them: in Italian with small letters, which Django's own names have not."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from django.utils import timezone, translation


def _locale() -> str:
    return (translation.get_language() or "it").replace("-", "_")


def long_date(day: date) -> str:
    """23 novembre 2026."""
    return format_date(day, "d MMMM y", locale=_locale())


def weekday_date(day: date) -> str:
    """lunedì 23 novembre 2026."""
    return format_date(day, "EEEE d MMMM y", locale=_locale())


def long_moment(moment: datetime) -> str:
    """23 novembre 2026, 18:30, in local time."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return format_datetime(local, "d MMMM y, HH:mm", tzinfo=local.tzinfo, locale=_locale())


def months_from(day: date, months: int) -> date:
    """The same day so many months later (negative: before), or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
