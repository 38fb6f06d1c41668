"""Money: whole cents and a currency, together. Never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency
from django.utils import translation
from django.utils.translation import gettext as _

# Currencies with two decimals that the network may use; others are refused, not guessed.
CURRENCIES = frozenset({"EUR", "CHF", "GBP", "USD"})
_SIGNS = {"EUR": "€", "CHF": "CHF", "GBP": "£", "USD": "$"}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were put together."""


class NotMoney(ValueError):
    """A text could not be read as an amount; the message is for the person who typed it."""


@dataclass(frozen=True, order=False)
class Money:
    """An amount in cents of a currency. Money(2550, "EUR") is 25,50 €."""

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"Money counts whole cents, not {self.cents!r}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"The currency {self.currency!r} is not used here")

    @classmethod
    def parse(cls, text: str, currency: str = "EUR", *, locale: str | None = None) -> Money:
        """Read what a person typed: "25,50", "1.234,56", "€ 25" in Italian; "1,234.56" in English.

        A single separator followed by one or two digits is taken as the decimal one in both
        languages, so that "25.50" typed by an Italian is never 2 550 euros.
        Raises NotMoney, with a sentence that says what to type.
        """
        locale = (locale or translation.get_language() or "it")[:2]
        typed = text.strip().replace(_SIGNS[currency], "").replace(currency, "")
        typed = re.sub(r"[\s\u00a0\u202f']", "", typed)
        example = "25,50" if locale == "it" else "25.50"
        complaint = NotMoney(_("Enter an amount such as %(example)s.") % {"example": example})
        if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]+)*", typed) or len(typed) > 20:
            raise complaint
        sign, typed = (-1, typed[1:]) if typed.startswith("-") else (1, typed)
        group, decimal = (".", ",") if locale == "it" else (",", ".")
        whole, part = _split(typed, group, decimal, complaint)
        return cls(sign * (int(whole) * 100 + int(part.ljust(2, "0"))), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.cents + other.cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.cents - other.cents, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.cents < other.cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def format(self, locale: str | None = None) -> str:
        """The amount as read in a language: "25,50 €" in Italian, "€25.50" in English."""
        locale = (locale or translation.get_language() or "it").replace("-", "_")
        return format_currency(Decimal(self.cents) / 100, self.currency, locale=locale)

    def short(self, locale: str | None = None) -> str:
        """Like format, without cents when there are none: "18.000 €", but "25,50 €"."""
        written = self.format(locale)
        return written if self.cents % 100 else re.sub(r"[.,]00(?!\d)", "", written)

    __str__ = format


def _split(typed: str, group: str, decimal: str, complaint: NotMoney) -> tuple[str, str]:
    """The whole and the decimal digits of a typed number."""
    marks = [sign for sign in typed if sign in ".,"]
    if not marks:
        return typed, ""
    if len(marks) == 1:
        whole, tail = re.split(r"[.,]", typed)
        if len(tail) <= 2:
            return whole, tail
        if len(tail) == 3 and marks[0] == group and len(whole) <= 3:
            return whole + tail, ""
        raise complaint
    whole, mark, tail = typed.rpartition(decimal)
    if not mark:
        whole, tail = typed, ""
    if (
        decimal in whole
        or len(tail) > 2
        or not re.fullmatch(rf"[0-9]{{1,3}}({re.escape(group)}[0-9]{{3}})*", whole)
    ):
        raise complaint
    return whole.replace(group, ""), tail


def split(amount: Money, shares: list[int]) -> list[Money]:
    """Divide an amount by whole-number shares so that the parts add up to the cent.

    Largest-remainder rule; equal remainders go to the earlier share.
    Raises ValueError when the shares do not add up to more than zero.
    """
    total = sum(shares)
    if total <= 0 or any(share < 0 for share in shares):
        raise ValueError("Shares must be zero or more, and add up to more than zero")
    parts = [amount.cents * share // total for share in shares]
    rests = sorted(range(len(shares)), key=lambda i: (-(amount.cents * shares[i] % total), i))
    for i in rests[: amount.cents - sum(parts)]:
        parts[i] += 1
    return [Money(part, amount.currency) for part in parts]
