"""What Stripe has, made ours: the one place where a session changes a donation.

`apply_session` is a function of the session as it was fetched, not of the event that made us look, so
that events may come twice, late and in any order.
"""

from __future__ import annotations

import logging
import uuid

from django.db import transaction

from cms.money import Money
from donations.gateway import ChargeSnapshot, SessionSnapshot
from donations.models import Donation, Payment, State, StripeEvent
from donations.services import ledger, receipts

logger = logging.getLogger(__name__)


class UnknownDonation(Exception):
    """Stripe has a session that no donation of ours asked for."""


class DoesNotAgree(Exception):
    """What Stripe has contradicts what we have: a person must look."""


# Without money, and over. How exactly it ended is told once.
_ENDED = {State.FAILED, State.EXPIRED, State.CANCELED}


def apply_session(session: SessionSnapshot, *, because: StripeEvent | str) -> Donation:
    """Bring the donation of a fetched session to where the session is. Safe to repeat.

    A snapshot that was asked for before the last one applied is passed over: whoever asked later saw
    all that this one saw. Raises UnknownDonation, DoesNotAgree or ForbiddenTransition; then nothing
    has changed.
    """
    with transaction.atomic():
        donation = _locked_donation(session)
        if donation.session_id and donation.session_id != session.id:
            if session.status == "complete":
                raise DoesNotAgree(f"Session {session.id} was paid beside {donation.session_id}")
            return donation  # an attempt whose address nobody ever got
        if donation.refreshed_at and session.looked_at < donation.refreshed_at:
            return donation
        target = target_of(session)
        _remember(donation, session)
        if target is State.PAID:
            _arrived(donation, session, because)
        elif not (donation.state in _ENDED and target in {State.PENDING, *_ENDED}):
            donation.transition(to=target, because=because)
    return donation


def target_of(session: SessionSnapshot) -> State:
    """The state that a session stands for. Raises DoesNotAgree when it says nothing that we know."""
    if session.status == "open":
        return State.PENDING
    if session.status == "expired":
        return State.EXPIRED
    if session.status == "complete" and session.payment_status == "paid":
        return State.PAID
    if session.status == "complete" and session.payment_status == "unpaid":
        ended = session.payment and session.payment.status in ("canceled", "requires_payment_method")
        return State.FAILED if ended else State.PROCESSING
    raise DoesNotAgree(f"Session {session.id} is {session.status!r} and {session.payment_status!r}")


def _locked_donation(session: SessionSnapshot) -> Donation:
    rows = Donation.objects.select_for_update(of=("self",)).select_related("beneficiary", "campaign", "donor")
    donation = rows.filter(session_id=session.id).first()
    if donation is None and (public_id := _uuid(session.reference)):
        donation = rows.filter(public_id=public_id).first()
    if donation is None:
        raise UnknownDonation(session.id)
    return donation


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _remember(donation: Donation, session: SessionSnapshot) -> None:
    """Keep the ids by which later events find the donation, and how fresh our knowledge is."""
    donation.session_id = session.id
    donation.session_url = session.url or donation.session_url
    donation.session_expires_at = session.expires_at
    donation.refreshed_at = session.looked_at
    if session.payment and donation.payment_intent_id is None:
        donation.payment_intent_id = session.payment.id
    donation.save(
        update_fields=[
            "session_id",
            "session_url",
            "session_expires_at",
            "refreshed_at",
            "payment_intent_id",
            "updated_at",
        ]
    )


def _arrived(donation: Donation, session: SessionSnapshot, because: StripeEvent | str) -> None:
    charge = _agreed_charge(donation, session)
    donation.transition(to=State.PAID, because=because, paid_at=charge.created)
    payment, _is_new = Payment.objects.select_related("donation").get_or_create(
        payment_intent_id=session.payment.id,  # type: ignore[union-attr]
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
        payment_intent_id=payment.payment_intent_id,  # type: ignore[arg-type]
        charged=Money(charge.amount_cents, charge.currency),
        occurred_at=charge.created,
    )
    receipts.issue_receipt(donation, payment=payment)
    _book_fee(payment, charge)
    ledger.record_refunded(
        payment, refunded=Money(charge.refunded_cents, charge.currency), occurred_at=session.looked_at
    )


def _agreed_charge(donation: Donation, session: SessionSnapshot) -> ChargeSnapshot:
    """The charge that paid, if it is the one we asked for."""
    charge = session.payment.charge if session.payment else None
    if charge is None or charge.status != "succeeded":
        raise DoesNotAgree(f"Session {session.id} is paid, but its charge is not there")
    if donation.payment_intent_id != session.payment.id:  # type: ignore[union-attr]
        raise DoesNotAgree(f"Donation {donation.public_id} was paid by another payment")
    if (charge.amount_cents, charge.currency) != (donation.amount_cents, donation.currency):
        raise DoesNotAgree(f"Donation {donation.public_id} was paid with another amount")
    return charge


def _book_fee(payment: Payment, charge: ChargeSnapshot) -> None:
    if charge.fee_cents is None or payment.fee_cents is not None:
        return
    if charge.fee_currency != payment.currency:
        logger.error("The fee of %s is in %s", charge.id, charge.fee_currency)
        return
    ledger.record_fee(payment, fee=Money(charge.fee_cents, payment.currency), occurred_at=charge.created)
