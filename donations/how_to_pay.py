"""What a donor may choose to pay with, and about what each costs, in words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cms.money import Money
from donations.amounts import with_fees
from donations.models import PaysWith


def ways_to_pay() -> list[tuple[str, Any]]:
    """The choices of a form, by the settings; the first is proposed."""
    return [(way, PaysWith(way).label) for way in settings.DONATION_WAYS]


def fees_in_words(amount: Money) -> str:
    """About how much the payment service keeps of an amount, in each way of paying."""
    fees = {way: (with_fees(amount, way) - amount).format() for way, _label in ways_to_pay()}
    if len(fees) < 2:
        fee = fees.popitem()[1] if fees else (with_fees(amount) - amount).format()
        words = _("About %(fee)s on %(amount)s, so that all of it arrives.")
        return words % {"fee": fee, "amount": amount.format()}
    words = _("On %(amount)s about %(card)s by card, %(debit)s from a bank account: so all of it arrives.")
    return words % {
        "amount": amount.format(),
        "card": fees[PaysWith.CARD],
        "debit": fees[PaysWith.SEPA_DEBIT],
    }
