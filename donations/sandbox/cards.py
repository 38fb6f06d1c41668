"""The test cards, with Stripe's own numbers and meanings."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

Effect = Literal["approve", "decline", "authenticate"]


@dataclass(frozen=True)
class Card:
    """A card number and what happens to a payment with it.

    off_session: what happens when the site charges it without the person; setup: what happens when it is only
    saved. Empty means as ``effect``. after: what follows a success (see aftermath.py).
    code and decline_code are Stripe's; message is the sentence that Stripe sends, in English, and shows to
    the person in their language.
    """

    number: str
    effect: Effect
    label: str
    code: str = ""
    decline_code: str = ""
    message: str = ""
    brand: str = "visa"
    off_session: Effect | None = None
    setup: Effect | None = None
    after: str = ""

    kind = "card"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


_DECLINED = gettext_noop("Your card was declined.")
_CARDS = [
    Card("4242424242424242", "approve", _("Payment succeeds")),
    Card(
        "4000002500003155",
        "authenticate",
        _("Asks for 3-D Secure once, then succeeds"),
        off_session="approve",
    ),
    Card("4000002760003184", "authenticate", _("Always asks for 3-D Secure")),
    Card("4000000000000002", "decline", _("Declined"), "card_declined", "generic_decline", _DECLINED),
    Card(
        "4000000000009995",
        "decline",
        _("Declined: not enough money"),
        "card_declined",
        "insufficient_funds",
        gettext_noop("Your card has insufficient funds."),
    ),
    Card(
        "4000000000000069",
        "decline",
        _("Declined: expired card"),
        "expired_card",
        "expired_card",
        gettext_noop("Your card has expired."),
    ),
    Card(
        "4000000000000341",
        "decline",
        _("Can be saved; every charge is declined"),
        "card_declined",
        "generic_decline",
        _DECLINED,
        setup="approve",
    ),
    Card("4000000000000259", "approve", _("Succeeds, then is disputed as fraudulent"), after="dispute"),
    Card(
        "4000000000002685", "approve", _("Succeeds, then is disputed as not received"), after="not_received"
    ),
    Card("4000000000001976", "approve", _("Succeeds, then the bank inquires"), after="inquiry"),
    Card("4000000000005423", "approve", _("Succeeds, then the bank warns of fraud"), after="fraud_warning"),
    Card(
        "4000000000007726", "approve", _("Succeeds; a refund stays pending for a while"), after="slow_refund"
    ),
    Card("4000000000005126", "approve", _("Succeeds; a refund fails afterwards"), after="failing_refund"),
]
CARDS = {card.number: card for card in _CARDS}

AUTHENTICATION_REQUIRED = gettext_noop("Your card was declined. This transaction requires authentication.")
AUTHENTICATION_FAILED = gettext_noop(
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)
_NOT_A_TEST_CARD = gettext_noop(
    "Your card was declined. Your request was in test mode, but used a non test card."
)


class InvalidNumber(ValueError):
    """Not the number of any card: too short, letters, or a wrong check digit."""


def digits_of(typed: str) -> str:
    return typed.replace(" ", "").replace("-", "")


def effect_of(card: "Card", *, off_session: bool) -> Effect:
    """What a charge does: with the person there, or without."""
    return (card.off_session or card.effect) if off_session else card.effect


def find_card(typed: str) -> Card:
    """The card typed by a person, spaces allowed.

    A number that could be someone's real card is declined, and only its last four digits are kept.
    Raises InvalidNumber for what no card can bear.
    """
    number = digits_of(typed)
    if number in CARDS:
        return CARDS[number]
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _passes_luhn(number)):
        raise InvalidNumber(typed)
    return real_card(number[-4:].rjust(12, "0"))


def real_card(masked: str) -> Card:
    """A card that could be someone's: always declined. masked: all but the last four digits made zeros."""
    return Card(
        masked,
        "decline",
        "",
        "card_declined",
        "test_mode_live_card",
        _NOT_A_TEST_CARD,
        brand="unknown",
    )


def _passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
