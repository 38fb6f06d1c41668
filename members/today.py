"""The day in Mantua, whatever the time zone that a colleague chose for their screens."""

from datetime import date

from django.utils import timezone


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
