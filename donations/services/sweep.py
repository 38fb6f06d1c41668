"""What was left half done, found again from our own tables. Each job may run twice, and at any time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import cms.leases
from donations import gateway
from donations.gateway import NotAtStripe, PaymentServiceRefused, PaymentServiceUnavailable
from donations.models import Donation, ForbiddenTransition, Payment, State, StripeEvent
from donations.services import checkout, looking, stripe_events
from donations.services.apply import DoesNotAgree, UnknownDonation, apply_session

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(hours=1)
DRAFTS_AFTER = timedelta(minutes=10)
SESSIONS_AFTER = timedelta(minutes=10)
FEES_AFTER = timedelta(minutes=30)
EVENTS_OVERLAP = timedelta(hours=1)
# Stripe keeps its list of events for thirty days.
EVENTS_KEPT = timedelta(days=29)
_NEEDS_A_PERSON = (ForbiddenTransition, DoesNotAgree, UnknownDonation, NotAtStripe)


def refresh(donation_pk: int) -> None:
    """Look at Stripe for one unfinished donation, as the donor is waiting for it."""
    donation = Donation.objects.filter(
        pk=donation_pk, state__in=[State.PENDING, State.PROCESSING], session_id__isnull=False
    ).first()
    if donation:
        _look_up(donation)


def finish_cut_checkouts(*, limit: int = 100) -> str:
    """Complete the drafts whose way to the payment page was cut.

    Stripe is asked the same question again under the same key: if the page was opened, we learn its
    session; if not, it is refused now for being too late, nobody can pay it, and the draft ends.
    """
    drafts = Donation.objects.drafts_left_since(timezone.now() - DRAFTS_AFTER).order_by("id")
    found = ended = 0
    for donation in cms.leases.claim(drafts, seconds=LOOK_AGAIN.total_seconds(), limit=limit):
        try:
            if donation.session_expires_at is None:
                raise PaymentServiceRefused("never asked for")
            session = checkout.call_for_session(donation)
            apply_session(gateway.retrieve_session(session.id), because="found by the sweeper")
            found += 1
        except PaymentServiceRefused:
            _end_draft(donation)
            ended += 1
        except PaymentServiceUnavailable:
            break
        except _NEEDS_A_PERSON as problem:
            logger.error("Donation %s needs a person: %s", donation.public_id, problem)
    return f"{found} found, {ended} ended" if found or ended else ""


def _end_draft(donation: Donation) -> None:
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        if row.state == State.DRAFT and row.session_id is None:
            row.transition(to=State.EXPIRED, because="the payment page was never opened")


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
    donations = Donation.objects.filter(payments__in=claimed, session_id__isnull=False).distinct()
    return _look_up_all(list(donations))


def _look_up_all(donations: list[Donation]) -> str:
    looked = wrong = 0
    for donation in donations:
        try:
            looked += 1
            wrong += not _look_up(donation)
        except PaymentServiceUnavailable:
            return f"Stripe is not available; {looked - 1} looked up"
    if wrong:
        return f"{looked} looked up, {wrong} need a person (see the log)"
    return f"{looked} looked up" if looked else ""


def _look_up(donation: Donation) -> bool:
    """Fetch the session and apply it. False when a person must look."""
    try:
        looking.look_at(donation, because="looked up")
    except _NEEDS_A_PERSON as problem:
        logger.error("Donation %s needs a person: %s", donation.public_id, problem)
        return False
    return True


def collect_events(*, since: datetime | None = None) -> str:
    """Take over the events that Stripe lists and that never reached us.

    since: from when; by default from a little before the newest that we have.
    """
    now = timezone.now()
    if since is None:
        newest = StripeEvent.objects.order_by("-created").values_list("created", flat=True).first()
        since = (newest or now - EVENTS_KEPT) - EVENTS_OVERLAP
    since = max(since, now - EVENTS_KEPT)
    missed = 0
    for facts in gateway.list_events(types=sorted(stripe_events.HEARD), since=since):
        missed += stripe_events.store(facts)[1]
    return f"{missed} missed events" if missed else ""


def reconcile(*, since: datetime | None = None) -> list[str]:
    """Everything that brings us level with Stripe, once; what each step did.

    Raises PaymentServiceUnavailable when Stripe cannot be asked at all.
    """
    return [
        collect_events(since=since),
        f"{stripe_events.process_waiting()} events worked on",
        finish_cut_checkouts(),
        look_up_unfinished(),
        look_up_fees(),
    ]
