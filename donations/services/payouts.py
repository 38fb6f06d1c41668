"""Payouts in the books, and whether each adds up to the movements that it is made of."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from cms.money import Money
from donations import gateway
from donations.gateway import Movement, PayoutSnapshot
from donations.models import (
    Dispute,
    Kind,
    LedgerTransaction,
    Payment,
    Payout,
    PayoutState,
    Refund,
    StripeEvent,
    book_day,
)
from donations.services import concerns, ledger

logger = logging.getLogger(__name__)

_FAILED = ("failed", "canceled")
# Movements that have no row of ours: Stripe's own, or the payout itself.
_STRIPES_OWN = ("payout", "payout_failure", "payout_cancel", "stripe_fee", "adjustment", "topup")


def apply_payout(payout: PayoutSnapshot, *, because: StripeEvent | str) -> list[tuple[str, str]]:
    """Mirror a payout, write the steps that it has come to, once each, and list a failed one for staff."""
    amount = Money(payout.amount_cents, payout.currency)
    with transaction.atomic():
        _mirror(payout)
        _book(payout, amount, Kind.PAYOUT)
        if payout.status == "paid":
            _book(payout, amount, Kind.PAYOUT_ARRIVED)
        if payout.status in _FAILED:
            _book(payout, amount, Kind.PAYOUT_UNDONE)
            concerns.raise_concern(
                kind=concerns.Kind.PAYOUT,
                key=f"payout-failed:{payout.id}",
                stripe_id=payout.id,
                detail=f"{amount}: {payout.failure or payout.status}",
            )
    return []


def _mirror(payout: PayoutSnapshot) -> None:
    Payout.objects.update_or_create(
        payout_id=payout.id,
        defaults={
            "amount_cents": payout.amount_cents,
            "currency": payout.currency,
            "state": PayoutState(payout.status),
            "sent_at": payout.created,
            "arrives_on": book_day(payout.arrives_at),
            "failure": payout.failure[:200],
        },
    )


def _book(payout: PayoutSnapshot, amount: Money, step: Kind) -> None:
    at = payout.arrives_at if step == Kind.PAYOUT_ARRIVED else payout.created
    ledger.record_payout(payout_id=payout.id, amount=amount, step=step, occurred_at=at)


def check_payout(payout: PayoutSnapshot) -> bool:
    """Compare a payout with its movements: they add up to it, and each is one that the books know.

    What they come to is kept beside the payout, whatever is wrong is put on the list for staff.
    Raises PaymentServiceUnavailable.
    """
    movements = [one for one in gateway.list_movements(payout.id) if one.kind != "payout"]
    total = sum(one.amount_cents - one.fee_cents for one in movements)
    Payout.objects.filter(payout_id=payout.id).update(
        movements=len(movements), movements_cents=total if movements else None, checked_at=timezone.now()
    )
    wrong = []
    if movements and total != payout.amount_cents:
        wrong.append(f"{Money(payout.amount_cents)} ≠ {Money(total)}")
    wrong += [f"{one.kind} {one.source_id}" for one in _unknown(movements)]
    if wrong:
        concerns.raise_concern(
            kind=concerns.Kind.PAYOUT,
            key=f"payout:{payout.id}:{'|'.join(wrong)}",
            stripe_id=payout.id,
            detail="; ".join(wrong),
        )
    return not wrong


def _unknown(movements: list[Movement]) -> list[Movement]:
    """The movements behind which no row of ours stands."""
    ids = [one.source_id for one in movements]
    known = set(Payment.objects.filter(charge_id__in=ids).values_list("charge_id", flat=True))
    known |= set(Refund.objects.filter(refund_id__in=ids).values_list("refund_id", flat=True))
    known |= set(Dispute.objects.filter(dispute_id__in=ids).values_list("dispute_id", flat=True))
    return [one for one in movements if one.source_id not in known and one.kind not in _STRIPES_OWN]


def is_booked(payout: PayoutSnapshot) -> bool:
    """Whether our row and the books are where the payout is."""
    if not Payout.objects.filter(payout_id=payout.id, state=payout.status).exists():
        return False
    last = Kind.PAYOUT_ARRIVED if payout.status == "paid" else Kind.PAYOUT
    last = Kind.PAYOUT_UNDONE if payout.status in _FAILED else last
    return LedgerTransaction.objects.filter(key=f"{last}:{payout.id}").exists()
