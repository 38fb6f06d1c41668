"""What was left half done, found again from our own tables. Each job may run twice, and at any time."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import cms.leases
from donations.gateway import (
    NOTHING_MORE,
    Also,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
)
from donations.models import (
    Donation,
    ForbiddenTransition,
    Payment,
    RecurringDonation,
    RecurringState,
    Refund,
    State,
)
from donations.services import checkout, looking
from donations.services.apply import DoesNotAgree, UnknownDonation
from donations.services.looking import Looks, Target

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(hours=1)
DRAFTS_AFTER = timedelta(minutes=10)
SESSIONS_AFTER = timedelta(minutes=10)
FEES_AFTER = timedelta(minutes=30)
_NEEDS_A_PERSON = (ForbiddenTransition, DoesNotAgree, UnknownDonation, NotAtStripe)


def refresh(donation_pk: int) -> None:
    """Look at Stripe for one unfinished donation, as the donor is waiting for it."""
    donation = Donation.objects.filter(
        pk=donation_pk, state__in=[State.PENDING, State.PROCESSING], session_id__isnull=False
    ).first()
    if donation:
        _look_up(donation)


def refresh_recurring(recurring_pk: int) -> None:
    """Look at Stripe for one recurring gift that is beginning, as the donor is waiting for it."""
    begun = (RecurringState.PENDING, RecurringState.INCOMPLETE)
    gift = RecurringDonation.objects.filter(pk=recurring_pk, state__in=begun).first()
    if gift and gift.session_id:
        try:
            Looks().apply(Target("session", gift.session_id), because="looked up")
        except _NEEDS_A_PERSON as problem:
            logger.error("Recurring gift %s needs a person: %s", gift.public_id, problem)


def finish_cut_checkouts(*, limit: int = 100) -> str:
    """Complete the drafts whose way to the payment page was cut.

    Stripe is asked the same question again under the same key: if the page was opened, we learn its
    session; if not, it is refused now for being too late, nobody can pay it, and the draft ends.
    """
    drafts = Donation.objects.drafts_left_since(timezone.now() - DRAFTS_AFTER).order_by("id")
    found = ended = 0
    claimed: list[Donation | RecurringDonation] = cms.leases.claim(
        drafts, seconds=LOOK_AGAIN.total_seconds(), limit=limit
    )
    begun = RecurringDonation.objects.drafts_left_since(timezone.now() - DRAFTS_AFTER).order_by("id")
    claimed += cms.leases.claim(begun, seconds=LOOK_AGAIN.total_seconds(), limit=limit)
    for donation in claimed:
        try:
            if donation.session_expires_at is None:
                raise PaymentServiceRefused("never asked for")
            session = checkout.call_for_session(donation)
            Looks().apply(Target("session", session.id), because="found by the sweeper")
            found += 1
        except PaymentServiceRefused:
            _end_draft(donation)
            ended += 1
        except PaymentServiceUnavailable:
            break
        except _NEEDS_A_PERSON as problem:
            logger.error("Donation %s needs a person: %s", donation.public_id, problem)
    return f"{found} found, {ended} ended" if found or ended else ""


def _end_draft(gift: Donation | RecurringDonation) -> None:
    with transaction.atomic():
        row: Any = type(gift)._default_manager.select_for_update().get(pk=gift.pk)
        if row.state == State.DRAFT and row.session_id is None:
            expired = State.EXPIRED if isinstance(gift, Donation) else RecurringState.EXPIRED
            row.transition(to=expired, because="the payment page was never opened")


def look_up_unfinished(*, limit: int = 200) -> str:
    """Look at Stripe for the donations whose page must have ended by now: a webhook may be lost."""
    now = timezone.now()
    due = (
        Donation.objects.unfinished_past(now - SESSIONS_AFTER)
        .filter(Q(refreshed_at__isnull=True) | Q(refreshed_at__lt=now - LOOK_AGAIN))
        .order_by("session_expires_at", "id")
    )
    return _look_up_all(cms.leases.claim(due, seconds=LOOK_AGAIN.total_seconds(), limit=limit))


def look_up_fees(*, limit: int = 200) -> str:
    """Look at Stripe for the fees that were not known when the money arrived."""
    due = Payment.objects.filter(
        fee_cents__isnull=True, charge_id__isnull=False, paid_at__lt=timezone.now() - FEES_AFTER
    ).order_by("paid_at")
    claimed = cms.leases.claim(due, seconds=LOOK_AGAIN.total_seconds(), limit=limit)
    donations = Donation.objects.filter(payments__in=claimed).distinct()
    return _look_up_all(list(donations))


def _look_up_all(donations: list[Donation], *, also: Also = NOTHING_MORE) -> str:
    looked = wrong = 0
    for donation in donations:
        try:
            looked += 1
            wrong += not _look_up(donation, also=also)
        except PaymentServiceUnavailable:
            return f"Stripe is not available; {looked - 1} looked up"
    if wrong:
        return f"{looked} looked up, {wrong} need a person (see the log)"
    return f"{looked} looked up" if looked else ""


def _look_up(donation: Donation, *, also: Also = NOTHING_MORE) -> bool:
    """Fetch the session and apply it. False when a person must look."""
    try:
        looking.look_at(donation, because="looked up", also=also)
    except _NEEDS_A_PERSON as problem:
        logger.error("Donation %s needs a person: %s", donation.public_id, problem)
        return False
    return True


def look_up_beginning(*, limit: int = 100) -> str:
    """Look at Stripe for the recurring gifts whose page, or first payment, must have ended."""
    now = timezone.now()
    due = (
        RecurringDonation.objects.filter(
            state__in=[RecurringState.PENDING, RecurringState.INCOMPLETE],
            session_id__isnull=False,
            session_expires_at__lt=now - SESSIONS_AFTER,
        )
        .filter(Q(refreshed_at__isnull=True) | Q(refreshed_at__lt=now - LOOK_AGAIN))
        .order_by("session_expires_at", "id")
    )
    looked = 0
    for gift in cms.leases.claim(due, seconds=LOOK_AGAIN.total_seconds(), limit=limit):
        try:
            Looks().apply(Target("session", gift.session_id or ""), because="looked up")
            looked += 1
        except PaymentServiceUnavailable as problem:
            if not isinstance(problem, NotAtStripe):
                return f"Stripe is not available; {looked} looked up"
            logger.error("Recurring gift %s needs a person: %s", gift.public_id, problem)
        except _NEEDS_A_PERSON as problem:
            logger.error("Recurring gift %s needs a person: %s", gift.public_id, problem)
    return f"{looked} recurring gifts looked up" if looked else ""


def look_up_refunds(*, limit: int = 100) -> str:
    """Look at Stripe for refunds that are on their way, once an hour."""
    stale = timezone.now() - LOOK_AGAIN
    due = Refund.objects.unsettled().filter(Q(refreshed_at__isnull=True) | Q(refreshed_at__lt=stale))
    claimed = cms.leases.claim(due.order_by("id"), seconds=LOOK_AGAIN.total_seconds(), limit=limit)
    donations = Donation.objects.filter(refunds__in=claimed).distinct()
    return _look_up_all(list(donations), also=Also(refunds=True))
