"""How amounts and days of giving are written."""

from datetime import date

from babel.dates import format_date
from django.conf import settings
from django.utils import translation

from cms.money import Money


def long_date(day: date) -> str:
    """A day in the active language, as in a letter: 23 novembre 2026."""
    return format_date(day, "long", locale=(translation.get_language() or "it").replace("-", "_"))


def with_fees(net: Money, pays_with: str = "") -> Money:
    """What to give so that about `net` is left after the payment service's fee, by the rates of the settings.

    gross = (net + fixed) / (1 - rate), rounded up to the cent, in whole numbers. pays_with: "" is a card.
    """
    rate, fixed = _rates(pays_with)
    return Money(-(-(net.cents + fixed) * 10_000 // (10_000 - rate)), net.currency)


def fee_within(gross: Money, pays_with: str = "") -> Money:
    """How much of a whole amount is fee, by the same estimate: of with_fees(net), what was added to net."""
    rate, fixed = _rates(pays_with)
    net = gross.cents * (10_000 - rate) // 10_000 - fixed
    return Money(gross.cents - max(net, 0), gross.currency)


def _rates(pays_with: str) -> tuple[int, int]:
    return settings.DONATION_FEES[pays_with or "card"]


def written(amount: Money) -> str:
    """An amount as one would type it in the active language, without its sign: 25 or 25,50."""
    text = amount.format().replace("€", "").strip("\u00a0 ")
    return text.removesuffix(",00").removesuffix(".00")
