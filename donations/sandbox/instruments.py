"""What a person can pay with: a test card or a test account."""

from .cards import CARDS, Card, find_card, real_card
from .ibans import IBANS, Iban, find_iban, looks_like_iban

Instrument = Card | Iban


def find_instrument(typed: str) -> Instrument:
    """The card or account typed by a person. Raises InvalidNumber."""
    return find_iban(typed) if looks_like_iban(typed) else find_card(typed)


def known_instrument(number: str) -> Instrument:
    """The instrument behind a saved payment method."""
    return IBANS.get(number) or CARDS.get(number) or real_card(number)
