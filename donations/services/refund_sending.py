"""Sending confirmed refunds to Stripe, once each, and following them and those made in its dashboard."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import cms.leases
from donations import gateway
from donations.gateway import PaymentServiceRefused, PaymentServiceUnavailable, RefundSnapshot
from donations.models import Donation, Payment, Refund, RefundReason, RefundState

logger = logging.getLogger(__name__)

LEASE_SECONDS = 90
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=3)
_STATES = {
    "pending": RefundState.SENT,
    "requires_action": RefundState.SENT,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELED,
}


def send_one(refund_pk: int) -> None:
    """Send one confirmed refund now, unless somebody else has it. What a task calls."""
    due = Refund.objects.to_send(timezone.now()).filter(pk=refund_pk)
    for refund in cms.leases.claim(due, seconds=LEASE_SECONDS, limit=1):
        _send(refund)


def send_waiting(*, limit: int = 50) -> str:
    """Send the refunds that were confirmed and that no task has sent. What the sweeper calls."""
    due = Refund.objects.to_send(timezone.now())
    sent = 0
    for refund in cms.leases.claim(due, seconds=LEASE_SECONDS, limit=limit):
        cms.leases.extend(refund, seconds=LEASE_SECONDS)
        _send(refund)
        sent += 1
    return f"{sent} refunds sent" if sent else ""


def state_of(status: str) -> RefundState:
    """Our state for one of Stripe's; what it may call otherwise tomorrow is on its way."""
    return _STATES.get(status, RefundState.SENT)


def _send(refund: Refund) -> None:
    """Put a claimed refund to Stripe, and keep its answer. A crash in between is found again by its key."""
    payment = refund.payment
    try:
        # Stripe forgets keys after a day: a late try looks first whether an earlier one got through.
        found = _made_before(refund, payment) if refund.attempts else None
        cms.leases.extend(refund, seconds=LEASE_SECONDS, attempts=min(refund.attempts + 1, 30_000))
        found = found or gateway.give_back(
            payment_intent_id=payment.payment_intent_id or "",
            amount=refund.amount,
            reason=refund.reason,
            reference=str(refund.public_id),
            idempotency_key=f"refund-{refund.public_id}",
        )
    except PaymentServiceRefused as problem:
        _refused_by_stripe(refund, problem)
        return
    except PaymentServiceUnavailable as problem:
        logger.warning("Refund %s could not be sent: %s", refund.pk, problem)
        pause = min(_FIRST_PAUSE * 2 ** min(refund.attempts, 12), _LONGEST_PAUSE)
        cms.leases.release(refund, next_try_at=timezone.now() + pause)
        return
    _keep(refund, found)
    look(refund.donation)


def _made_before(refund: Refund, payment: Payment) -> RefundSnapshot | None:
    listed = gateway.list_refunds(payment_intent_id=payment.payment_intent_id or "")
    return next((found for found in listed if found.reference == str(refund.public_id)), None)


def _refused_by_stripe(refund: Refund, problem: Exception) -> None:
    with transaction.atomic():
        Donation.objects.select_for_update().get(pk=refund.donation_id)
        row = Refund.objects.get(pk=refund.pk)
        if row.state == RefundState.CONFIRMED:
            row.transition(to=RefundState.FAILED, failure=str(problem)[:200])
    cms.leases.release(refund)


def _keep(refund: Refund, made: RefundSnapshot) -> None:
    with transaction.atomic():
        Donation.objects.select_for_update().get(pk=refund.donation_id)
        row = Refund.objects.get(pk=refund.pk)
        if row.refund_id is None:
            row.refund_id = made.id
            row.save(update_fields=["refund_id", "updated_at"])
        if row.state == RefundState.CONFIRMED:
            row.transition(to=state_of(made.status), failure=made.failure)
    cms.leases.release(refund, next_try_at=None)


def look(donation: Donation) -> None:
    """Look at Stripe now, so that books and pages follow a refund before its event comes."""
    from donations.services import looking

    try:
        looking.look_at(donation, because="a refund was sent", also=gateway.Also(refunds=True))
    except Exception:
        # The event will make us look again; what was sent is kept.
        logger.exception("Donation %s could not be looked up after a refund", donation.public_id)


def mirror(payment: Payment, seen: Iterable[RefundSnapshot], *, looked_at: datetime) -> None:
    """Bring the refunds of a payment to where Stripe has them; those made in its dashboard get a row.

    The caller holds the donation's row, and it is payment.donation.
    """
    for snapshot in seen:
        refund = _row_of(payment, snapshot)
        if refund is None:
            refund = Refund.objects.create(
                donation=payment.donation,
                payment=payment,
                amount_cents=snapshot.amount_cents,
                currency=snapshot.currency,
                reason=snapshot.reason if snapshot.reason in RefundReason.values else "",
                refund_id=snapshot.id,
                state=RefundState.SENT,
                confirmed_at=snapshot.created,
            )
        if refund.refund_id is None:
            refund.refund_id = snapshot.id
        refund.refreshed_at = looked_at
        refund.save(update_fields=["refund_id", "refreshed_at", "updated_at"])
        refund.transition(to=state_of(snapshot.status), failure=snapshot.failure[:200])


def _row_of(payment: Payment, snapshot: RefundSnapshot) -> Refund | None:
    rows = Refund.objects.filter(payment=payment)
    found = rows.filter(refund_id=snapshot.id).first()
    if found is None and snapshot.reference:
        try:
            found = rows.filter(public_id=UUID(snapshot.reference), refund_id__isnull=True).first()
        except ValueError:
            return None
    return found
