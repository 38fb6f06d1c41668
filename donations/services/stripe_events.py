"""What Stripe tells us: kept first, worked on afterwards, found again by the sweeper.

An event is a reason to look, never the truth: only ids are read from it, and what it is about is fetched
anew (services/looking.py).
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from json import JSONDecodeError
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

import cms.leases
from cms import audit
from cms.money import CurrencyMismatch
from donations import gateway
from donations.gateway import EventFacts, NotAtStripe, PaymentServiceUnavailable
from donations.models import EventState, ForbiddenTransition, StripeEvent
from donations.services import defence, looking
from donations.services.apply import DoesNotAgree, UnknownDonation
from donations.services.looking import Looks

logger = logging.getLogger(__name__)

# What makes us look. Subscribe the endpoint to these; any other is kept as ignored.
HEARD = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.canceled",
        "charge.succeeded",
        "charge.updated",
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "invoice.paid",
        "invoice.payment_failed",
        "invoice.payment_action_required",
        "invoice.voided",
        "invoice.marked_uncollectible",
        "payout.paid",
        "payout.failed",
        "payout.canceled",
        "payout.reconciliation_completed",
        "radar.early_fraud_warning.created",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)
# Longer than a look at Stripe and a transaction take, so that a killed worker's event comes back soon.
LEASE_SECONDS = 90
UNMATCHED_TRIES = 5
# As many as can each wait for Stripe's answer within one lease.
BATCH = 8
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=3)


def store(facts: EventFacts) -> tuple[StripeEvent | None, bool]:
    """Keep a verified event as it came, once. Returns the row (None for a repetition) and whether it is new.

    Committed before it returns, unless the caller holds a transaction.
    """
    state = EventState.WAITING
    if facts.livemode != gateway.expects_livemode():
        logger.error("Event %s comes from the other mode of Stripe", facts.id)
        state = EventState.REFUSED
    elif facts.type not in HEARD:
        state = EventState.IGNORED
    # Stripe repeats itself often enough: one question tells. Two at once are told apart by the index.
    if StripeEvent.objects.filter(event_id=facts.id).exists():
        return None, False
    try:
        with transaction.atomic():
            event = StripeEvent.objects.create(
                event_id=facts.id,
                type=facts.type,
                created=facts.created,
                api_version=facts.api_version,
                livemode=facts.livemode,
                raw=facts.raw,
                state=state,
            )
    except IntegrityError:
        return None, False
    return event, True


def process_one(event_pk: int) -> None:
    """Work on one event now, unless it is done or somebody else has it. What a task calls."""
    for event in cms.leases.claim(
        StripeEvent.objects.due(timezone.now()).filter(pk=event_pk), seconds=LEASE_SECONDS, limit=1
    ):
        process(event)


def process_waiting(*, limit: int = 200) -> int:
    """Work on the events whose turn it is, oldest first; how many were looked at. What the sweeper calls."""
    seen = 0
    while seen < limit:
        batch = cms.leases.claim(
            StripeEvent.objects.due(timezone.now()), seconds=LEASE_SECONDS, limit=min(BATCH, limit - seen)
        )
        if not batch:
            break
        looks = Looks()
        for event in batch:
            cms.leases.extend(event, seconds=LEASE_SECONDS)
            process(event, looks)
        seen += len(batch)
    return seen


def process(event: StripeEvent, looks: Looks | None = None) -> EventState:
    """Look at what the event is about and apply it. The caller has claimed the row. Never raises.

    looks: what was seen since the event was claimed; it need not be looked at again.
    """
    looks = looks or Looks()
    try:
        about = json.loads(event.raw)["data"]["object"]
        defence.note_failure(event, about)
        looks.apply(looking.target_of(about), because=event)
    except PaymentServiceUnavailable as problem:
        if isinstance(problem, NotAtStripe):
            return _unmatched(event, problem)
        return _later(event, problem)
    except UnknownDonation as problem:
        return _unmatched(event, problem)
    except (
        ForbiddenTransition,
        DoesNotAgree,
        CurrencyMismatch,
        KeyError,
        TypeError,
        JSONDecodeError,
    ) as problem:
        logger.error("Event %s needs a person: %s", event.event_id, problem)
        return _end(event, EventState.FAILED, problem)
    except Exception as problem:
        # A fault of ours or of the database: the event stays, and is tried again more and more seldom.
        logger.exception("Event %s could not be worked on", event.event_id)
        return _later(event, problem)
    return _end(event, EventState.DONE)


@transaction.atomic
def replay(event: StripeEvent, *, by: Any = None) -> None:
    """Put an event back in the queue, as if it had just arrived. by: None for who runs the site."""
    StripeEvent.objects.filter(pk=event.pk).update(
        state=EventState.WAITING, attempts=0, next_try_at=None, claimed_until=None
    )
    audit.record("donations.event.replayed", event, user=by)


def _unmatched(event: StripeEvent, problem: Exception) -> EventState:
    """Perhaps our own commit is late; after some tries, it is somebody else's."""
    if event.attempts + 1 >= UNMATCHED_TRIES:
        logger.error("Event %s belongs to no donation", event.event_id)
        return _end(event, EventState.UNMATCHED, problem)
    return _later(event, problem)


def _later(event: StripeEvent, problem: Exception) -> EventState:
    pause = min(_FIRST_PAUSE * 2 ** min(event.attempts, 12), _LONGEST_PAUSE)
    cms.leases.release(
        event,
        attempts=min(event.attempts + 1, 30_000),
        next_try_at=timezone.now() + pause,
        last_error=_words(problem),
    )
    return EventState.WAITING


def _end(event: StripeEvent, state: EventState, problem: Exception | None = None) -> EventState:
    cms.leases.release(
        event,
        state=state,
        attempts=min(event.attempts + 1, 30_000),
        processed_at=timezone.now(),
        next_try_at=None,
        last_error=_words(problem) if problem else "",
    )
    return state


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:1000]
