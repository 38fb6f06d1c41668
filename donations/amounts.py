"""How amounts and days of giving are written."""

from datetime import date

from babel.dates import format_date
from django.utils import translation

from cms.money import Money


def long_date(day: date) -> str:
    """A day in the active language, as in a letter: 23 novembre 2026."""
    return format_date(day, "long", locale=(translation.get_language() or "it").replace("-", "_"))


def written(amount: Money) -> str:
    """An amount as one would type it in the active language, without its sign: 25 or 25,50."""
    text = amount.format().replace("€", "").strip("\u00a0 ")
    return text.removesuffix(",00").removesuffix(".00")
