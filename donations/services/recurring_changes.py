"""Doing at Stripe what was asked of a recurring gift: one change after the other, each once.

A lease on the gift's row keeps two workers from changing it at once. Each change has a key of its own, so
that a repetition after a crash is the same change.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import cms.leases
from cms.money import Money
from donations import gateway
from donations.gateway import PaymentServiceRefused, PaymentServiceUnavailable, SubscriptionSnapshot
from donations.models import ChangeKind, ChangeState, RecurringChange, RecurringDonation, RecurringState
from donations.services.looking import Looks, Target
from donations.services.recurring_apply import apply_subscription

logger = logging.getLogger(__name__)

LEASE_SECONDS = 90
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=3)


def work_on(recurring_pk: int) -> None:
    """Do what waits for one recurring gift, unless somebody else is at it. What a task calls."""
    rows = RecurringDonation.objects.filter(pk=recurring_pk)
    for recurring in cms.leases.claim(rows, seconds=LEASE_SECONDS, limit=1):
        _work(recurring)


def work_on_waiting(*, limit: int = 50) -> str:
    """Do what waits for any recurring gift. What the sweeper calls."""
    due = RecurringDonation.objects.filter(pk__in=_due().values("recurring")).order_by("pk")
    done = 0
    for recurring in cms.leases.claim(due, seconds=LEASE_SECONDS, limit=limit):
        cms.leases.extend(recurring, seconds=LEASE_SECONDS)
        done += _work(recurring)
    return f"{done} changes" if done else ""


def _due():
    return RecurringChange.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now()), state=ChangeState.WAITING
    )


def _work(recurring: RecurringDonation) -> int:
    """The changes of a claimed gift, in the order in which they were asked for; how many were tried."""
    done = 0
    try:
        while change := _due().filter(recurring=recurring).order_by("id").first():
            cms.leases.extend(recurring, seconds=LEASE_SECONDS)
            _do(recurring, change)
            done += 1
    finally:
        cms.leases.release(recurring)
    return done


def _do(recurring: RecurringDonation, change: RecurringChange) -> None:
    """Put one change to Stripe and keep what came of it."""
    try:
        recurring = _begun(recurring)
        if recurring.state in (RecurringState.CANCELED, RecurringState.EXPIRED):
            ended = ChangeState.DONE if change.kind == ChangeKind.CANCEL else ChangeState.DROPPED
            _end(change, ended)
            return
        repeated = change.attempts > 0
        RecurringChange.objects.filter(pk=change.pk).update(attempts=min(change.attempts + 1, 30_000))
        seen = _call(recurring, change)
        if repeated:  # Stripe repeats its answer of then
            seen = gateway.retrieve_subscription(seen.id)
    except PaymentServiceRefused as problem:
        _refused(recurring, change, problem)
        return
    except PaymentServiceUnavailable as problem:
        logger.warning("Change %s of a recurring gift could not be made: %s", change.pk, problem)
        pause = min(_FIRST_PAUSE * 2 ** min(change.attempts, 12), _LONGEST_PAUSE)
        RecurringChange.objects.filter(pk=change.pk).update(next_try_at=timezone.now() + pause)
        return
    with transaction.atomic():
        apply_subscription(seen, because=f"change {change.kind}")
        _end(change, ChangeState.DONE)


def _begun(recurring: RecurringDonation) -> RecurringDonation:
    """The row as it is; a payment page that is still open is ended first, as it could begin what must end."""
    recurring.refresh_from_db()
    if recurring.subscription_id is None and recurring.session_id:
        session = gateway.expire_session(recurring.session_id)
        Looks().apply_seen(Target("session", session.id), session, because="ended by the donor")
        recurring.refresh_from_db()
    return recurring


def _call(recurring: RecurringDonation, change: RecurringChange) -> SubscriptionSnapshot:
    subscription, key = recurring.subscription_id or "", f"change-{change.public_id}"
    if change.kind == ChangeKind.CANCEL:
        return gateway.cancel(subscription, idempotency_key=key)
    if change.kind == ChangeKind.PAUSE:
        return gateway.pause(subscription, until=change.wanted_at, idempotency_key=key)
    if change.kind == ChangeKind.RESUME:
        return gateway.resume(subscription, idempotency_key=key)
    if change.kind == ChangeKind.DATE:
        return gateway.set_next_payment(subscription, at=change.wanted_at, idempotency_key=key)  # type: ignore[arg-type]
    seen = gateway.retrieve_subscription(subscription)
    amount = Money(change.wanted_cents or 0, recurring.currency)
    return gateway.set_amount(seen, amount=amount, idempotency_key=key)


def _refused(recurring: RecurringDonation, change: RecurringChange, problem: Exception) -> None:
    """Stripe will not. Perhaps because it has ended meanwhile: then that is what we learn."""
    try:
        if recurring.subscription_id:
            seen = gateway.retrieve_subscription(recurring.subscription_id)
            apply_subscription(seen, because="looked up after a refusal")
            if seen.status == "canceled" and change.kind == ChangeKind.CANCEL:
                _end(change, ChangeState.DONE)
                return
    except PaymentServiceUnavailable:
        logger.warning("Recurring gift %s could not be looked up after a refusal", recurring.public_id)
    logger.error("Change %s of recurring gift %s was refused", change.pk, recurring.public_id)
    _end(change, ChangeState.REFUSED, problem=str(problem)[:200])


def _end(change: RecurringChange, state: ChangeState, **facts: str) -> None:
    with transaction.atomic():
        row = RecurringChange.objects.select_for_update().get(pk=change.pk)
        if row.state == ChangeState.WAITING:
            row.transition(to=state, **facts)
