"""How amounts and days of giving are written."""

from datetime import date

from babel.dates import format_date
from django.conf import settings
from django.utils import translation

from cms.money import Money


def long_date(day: date) -> str:
    """A day in the active language, as in a letter: 23 novembre 2026."""
    return format_date(day, "long", locale=(translation.get_language() or "it").replace("-", "_"))


def with_fees(net: Money) -> Money:
    """What to give so that about `net` is left after the payment service's fee, by the rates of the settings.

    gross = (net + fixed) / (1 - rate), rounded up to the cent, in whole numbers.
    """
    kept = 10_000 - settings.DONATION_FEE_BASIS_POINTS
    return Money(-(-(net.cents + settings.DONATION_FEE_FIXED_CENTS) * 10_000 // kept), net.currency)


def written(amount: Money) -> str:
    """An amount as one would type it in the active language, without its sign: 25 or 25,50."""
    text = amount.format().replace("€", "").strip("\u00a0 ")
    return text.removesuffix(",00").removesuffix(".00")
