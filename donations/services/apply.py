"""What Stripe has, made ours: the one place where a session changes a donation.

`apply_session` is a function of the session as it was fetched, not of the event that made us look, so
that events may come twice, late and in any order.
"""

from __future__ import annotations

import uuid

from django.db import transaction

from donations import emails
from donations.gateway import SessionSnapshot
from donations.models import Donation, State, StripeEvent
from donations.services.booking import DoesNotAgree, book_payment

__all__ = ["DoesNotAgree", "UnknownDonation", "apply_session", "target_of"]


class UnknownDonation(Exception):
    """Stripe has a session that no donation of ours asked for."""


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
        elif donation.state in _ENDED and target in {State.PENDING, *_ENDED}:
            pass
        elif donation.transition(to=target, because=because):
            _tell(donation)
    return donation


def _tell(donation: Donation) -> None:
    """Write to the donor of a debit, which takes days: that it is on its way; that it did not go through."""
    if donation.state == State.PROCESSING:
        emails.tell_on_its_way(donation)
    elif donation.state == State.FAILED:
        emails.tell_debit_failed(donation)


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
    # The donor comes by a query of its own: here it would be as before an erasure that held the lock.
    rows = Donation.objects.select_for_update(of=("self",)).select_related("beneficiary", "campaign")
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
    if session.payment is None or donation.payment_intent_id != session.payment.id:
        raise DoesNotAgree(f"Donation {donation.public_id} was paid by another payment")
    book_payment(donation, session.payment, looked_at=session.looked_at, because=because)
