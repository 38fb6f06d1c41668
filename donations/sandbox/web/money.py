from decimal import Decimal

from babel.numbers import format_currency
from django.utils.translation import get_language


def written(cents: int | None, currency: str | None) -> str:
    """An amount for people in the active language: 25,50 € or €25.50. Empty where there is none."""
    if cents is None or currency is None:
        return ""
    return format_currency(Decimal(cents) / 100, currency.upper(), locale=get_language() or "en")
