"""A payment that Stripe took, in our books: the same for a gift made once and for each monthly one.

`book_payment` is a function of the payment as it was fetched. Called again with a newer look it books what
changed since: a fee that became known, money that went back or came again.
"""

from __future__ import annotations

import logging
from datetime import datetime

from cms.money import Money
from donations.gateway import ChargeSnapshot, PaymentSnapshot
from donations.models import Donation, Payment, State, StripeEvent
from donations.services import disputes, ledger, receipts, refund_sending

logger = logging.getLogger(__name__)


class DoesNotAgree(Exception):
    """What Stripe has contradicts what we have: a person must look."""


def book_payment(
    donation: Donation, paid: PaymentSnapshot, *, looked_at: datetime, because: StripeEvent | str
) -> Payment:
    """Write what a payment says: the gift is paid, the ledger, the receipt, the fee, and what went back.

    donation: its row is locked by the caller, who has seen that no later look was applied.
    Raises DoesNotAgree when the payment is not the one that was asked for; then nothing has changed.
    """
    charge = _agreed_charge(donation, paid)
    donation.transition(to=State.PAID, because=because, paid_at=charge.created)
    payment, _is_new = Payment.objects.select_related("donation").get_or_create(
        payment_intent_id=paid.id,
        defaults={
            "donation": donation,
            "charge_id": charge.id,
            "amount_cents": charge.amount_cents,
            "currency": charge.currency,
            "method": charge.method,
            "paid_at": charge.created,
        },
    )
    payment.donation = donation  # the locked row, so that what is written to it is seen here
    ledger.record_charge(
        donation,
        payment_intent_id=paid.id,
        charged=Money(charge.amount_cents, charge.currency),
        occurred_at=charge.created,
    )
    receipts.issue_receipt(donation, payment=payment)
    _book_fee(payment, charge)
    _book_refunds(payment, paid, charge, looked_at=looked_at)
    if paid.refunds is not None:
        refund_sending.mirror(payment, paid.refunds, looked_at=looked_at)
    if paid.disputes is not None:
        disputes.mirror(payment, paid.disputes, looked_at=looked_at)
    receipts.correct_receipt(donation, occurred_at=looked_at)
    return payment


def _agreed_charge(donation: Donation, paid: PaymentSnapshot) -> ChargeSnapshot:
    """The charge that paid, if it is the one we asked for."""
    charge = paid.charge
    if charge is None or charge.status != "succeeded":
        raise DoesNotAgree(f"Payment {paid.id} is said to have succeeded, but its charge is not there")
    if (charge.amount_cents, charge.currency) != (donation.amount_cents, donation.currency):
        raise DoesNotAgree(f"Donation {donation.public_id} was paid with another amount")
    return charge


def _book_refunds(
    payment: Payment, paid: PaymentSnapshot, charge: ChargeSnapshot, *, looked_at: datetime
) -> None:
    """Each refund on the day on which it was made, however late it is heard of: the year's end lies between.

    What the charge says in all is what counts; what no refund explains is booked as of now.
    """
    in_all = 0
    standing = [one for one in paid.refunds or () if one.status not in ("failed", "canceled")]
    for refund in sorted(standing, key=lambda one: one.created):
        in_all += refund.amount_cents
        if payment.refunded_cents < in_all <= charge.refunded_cents:
            _book_refunded(payment, in_all, at=refund.created)
    _book_refunded(payment, charge.refunded_cents, at=looked_at)


def _book_refunded(payment: Payment, in_all: int, *, at: datetime) -> None:
    if in_all != payment.refunded_cents:
        ledger.record_refunded(payment, refunded=Money(in_all, payment.currency), occurred_at=at)
        receipts.correct_receipt(payment.donation, occurred_at=at)


def _book_fee(payment: Payment, charge: ChargeSnapshot) -> None:
    if charge.fee_cents is None or payment.fee_cents is not None:
        return
    if charge.fee_currency != payment.currency:
        logger.error("The fee of %s is in %s", charge.id, charge.fee_currency)
        return
    ledger.record_fee(payment, fee=Money(charge.fee_cents, payment.currency), occurred_at=charge.created)
