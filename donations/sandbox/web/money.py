from decimal import Decimal

from babel.numbers import format_currency
from django.utils.translation import get_language


def written(cents: int, currency: str) -> str:
    """An amount for people in the active language: 25,50 € or €25.50."""
    return format_currency(Decimal(cents) / 100, currency.upper(), locale=get_language() or "en")
