"""Template filters for dates as people write them."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from cms import dates

register = template.Library()


@register.filter
def long_date(value: date | datetime | None) -> str:
    """{{ gift.paid_at|long_date }}: 23 novembre 2026, the day in local time; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return dates.long_date(value)
