"""Disputes: mirrored from Stripe and told to staff while there is time to answer in its dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cms.money import Money
from donations import emails
from donations.gateway import DisputeSnapshot
from donations.models import Dispute, DisputeStanding, DisputeState, Payment
from donations.services import ledger

_LOST = {"lost"}
# What never became a chargeback counts as won: the money is here.
_WON = {"won", "warning_closed", "prevented"}


def state_of(status: str) -> DisputeState:
    """Our state for one of Stripe's. What Stripe may call it tomorrow is open: somebody should look."""
    if status in _WON:
        return DisputeState.WON
    return DisputeState.LOST if status in _LOST else DisputeState.OPEN


def mirror(payment: Payment, seen: Iterable[DisputeSnapshot], *, looked_at: datetime) -> None:
    """Bring the disputes of a payment to where Stripe has them: state, books, the donation's standing.

    The caller holds the donation's row, and it is payment.donation. Staff are told of a new one.
    """
    for snapshot in seen:
        dispute, is_new = Dispute.objects.get_or_create(
            dispute_id=snapshot.id,
            defaults={
                "donation": payment.donation,
                "payment": payment,
                "amount_cents": snapshot.amount_cents,
                "currency": snapshot.currency,
                "reason": snapshot.reason,
                "opened_at": snapshot.created,
            },
        )
        dispute.payment = payment
        dispute.stripe_status, dispute.due_by = snapshot.status, snapshot.due_by
        dispute.answered, dispute.refreshed_at = snapshot.answered, looked_at
        dispute.save(update_fields=["stripe_status", "due_by", "answered", "refreshed_at", "updated_at"])
        moved = dispute.transition(to=state_of(snapshot.status), at=looked_at)
        ledger.record_dispute(
            dispute,
            withdrawn=Money(snapshot.withdrawn_cents, snapshot.currency),
            fee=Money(snapshot.fee_cents, snapshot.currency),
            occurred_at=looked_at,
        )
        if is_new or moved:
            emails.tell_of_dispute(dispute)
    _stand(payment)


def _stand(payment: Payment) -> None:
    """Write on the donation how its disputes stand: one that is open counts more than one decided."""
    donation = payment.donation
    states = set(Dispute.objects.filter(donation=donation).values_list("state", flat=True))
    order = (DisputeState.OPEN, DisputeState.LOST, DisputeState.WON)
    found = next((state for state in order if state in states), None)
    standing = DisputeStanding(found) if found else DisputeStanding.NONE
    if donation.dispute != standing:
        donation.dispute = standing
        donation.save(update_fields=["dispute", "updated_at"])
