"""Level with Stripe: what was lost, cut off or done elsewhere is found; what a human must see is listed.

The quick round looks at events that never came and at rows of ours that are not finished. The deep one, by
night, walks through Stripe's own lists and looks at whatever is not as we have it. Both are safe at any time
and twice, and go on where a killed one stopped: each list's cursor moves when a stretch of time is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from donations import gateway
from donations.gateway import PaymentServiceUnavailable
from donations.models import ChangeState, RecurringChange, Refund, RefundState, StripeCursor
from donations.services import (
    audit,
    concerns,
    deep_looks,
    recurring_changes,
    refund_sending,
    stripe_events,
    sweep,
)

logger = logging.getLogger(__name__)

# What Stripe lists by the moment of its making is looked at again so far back: it may have changed since.
EVENTS_OVERLAP, OBJECTS_OVERLAP = timedelta(hours=1), timedelta(days=3)
STRETCH = timedelta(days=3)
# Stripe keeps its list of events for thirty days.
EVENTS_KEPT = timedelta(days=29)
FIRST_LOOK_BACK = timedelta(days=90)


def reconcile(*, deep: bool = False, since: datetime | None = None) -> list[str]:
    """Everything that brings us level with Stripe, once; what each step did, "" for nothing.

    deep: walk through Stripe's lists too. since: look back at least so far.
    Raises PaymentServiceUnavailable when Stripe cannot be asked at all.
    """
    done = [
        collect_events(since=since),
        _told(stripe_events.process_waiting(), "events worked on"),
        sweep.finish_cut_checkouts(),
        recurring_changes.work_on_waiting(),
        refund_sending.send_waiting(),
        sweep.look_up_unfinished(),
        sweep.look_up_beginning(),
        sweep.look_up_fees(),
        sweep.look_up_refunds(),
        list_concerns(),
    ]
    return [*done, *deep_round(since=since)] if deep else done


def collect_events(*, since: datetime | None = None) -> str:
    """Take over the events that Stripe lists and that never reached us, from where the last time ended."""
    types, missed = sorted(stripe_events.HEARD), 0
    oldest = timezone.now() - EVENTS_KEPT
    begin = max(since, oldest) if since else None
    for start, end in _stretches("events", since=begin, first=oldest, overlap=EVENTS_OVERLAP):
        for facts in gateway.list_events(types=types, since=max(start, oldest), until=end):
            missed += stripe_events.store(facts)[1]
    return _told(missed, "missed events")


def deep_round(*, since: datetime | None = None) -> list[str]:
    """Walk through what Stripe has; look at whatever is not as we have it. One list that fails stops none."""
    told = []
    for name, look in deep_looks.BY_TIME.items():
        told.append(_deep_step(name, _in_stretches(name, look, since)))
    told.append(_deep_step("subscriptions", deep_looks.subscriptions))
    told.append(_check_books())
    return told


def _deep_step(name: str, look: Callable[[], int]) -> str:
    try:
        return _told(look(), f"{name} were not as we had them")
    except PaymentServiceUnavailable as problem:
        logger.warning("The list of %s could not be walked through: %s", name, problem)
        return f"{name}: Stripe is not available"


def _in_stretches(name: str, look: deep_looks.Look, since: datetime | None) -> Callable[[], int]:
    def walk() -> int:
        first = timezone.now() - FIRST_LOOK_BACK
        stretches = _stretches(name, since=since, first=first, overlap=OBJECTS_OVERLAP)
        return sum(look(start, end) for start, end in stretches)

    return walk


def _stretches(
    name: str, *, since: datetime | None, first: datetime, overlap: timedelta
) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches of time from the list's cursor until now; it moves on as each one has been worked on."""
    now = timezone.now()
    reached = StripeCursor.objects.filter(pk=name).values_list("reached_at", flat=True).first()
    begin = min(since or now, (reached or first) - (overlap if reached else timedelta()))
    while begin < now:
        end = min(begin + STRETCH, now)
        # The last one is open: Stripe's clock may be ahead of ours.
        yield begin, end if end < now else None
        if reached is None or reached < end:
            StripeCursor.objects.update_or_create(pk=name, defaults={"reached_at": end})
        begin = end


def list_concerns() -> str:
    """Put on the list what ended so that a person must act: refunds that failed, changes refused."""
    before = timezone.now() - timedelta(days=60)
    failed = Refund.objects.filter(state=RefundState.FAILED, settled_at__gte=before)
    for refund in failed.select_related("donation"):
        concerns.raise_concern(
            kind=concerns.Kind.REFUND_FAILED,
            key=f"refund-failed:{refund.public_id}",
            donation=refund.donation,
            stripe_id=refund.refund_id or "",
            detail=f"{refund.amount}: {refund.failure}",
        )
    refused = RecurringChange.objects.filter(state=ChangeState.REFUSED, done_at__gte=before)
    for change in refused.select_related("recurring"):
        concerns.raise_concern(
            kind=concerns.Kind.CHANGE_REFUSED,
            key=f"change-refused:{change.public_id}",
            recurring=change.recurring,
            detail=f"{change.get_kind_display()}: {change.problem}",
        )
    return ""


def _check_books() -> str:
    """The nightly check of the books; what disagrees is listed, and settles by itself once it agrees."""
    problems = audit.problems()
    for problem in problems:
        concerns.raise_concern(kind=concerns.Kind.BOOKS, key=f"books:{problem}", detail=problem)
    if not problems:
        concerns.settle_by_itself(keys_like="books:")
    return _told(len(problems), "disagreements in the books")


def _told(count: int, words: str) -> str:
    return f"{count} {words}" if count else ""
