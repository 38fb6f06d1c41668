"""Keeping out who tries stolen cards, without a riddle for anybody else.

Whoever opens a payment page leaves a print of the connection and of the e-mail address, under a key of the
day that is destroyed after two days. Stripe tells which payments failed; too many of one connection or
address in an hour, and its open pages are ended and no new one is opened for an hour.
"""

from __future__ import annotations

import logging
import secrets
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import time_format
from django.utils.translation import gettext as _

import cms.leases
from cms import audit
from donations import gateway
from donations.gateway import NotAtStripe, PaymentServiceUnavailable
from donations.models import (
    BlockKind,
    Donation,
    FailedPayment,
    GivingBlock,
    OpenedPage,
    RecurringDonation,
    SourceKey,
    StripeEvent,
)
from donations.services.checkout import CannotGive
from donations.services.looking import Looks, Target

logger = logging.getLogger(__name__)

FAILURES_IN_AN_HOUR = 10
FAILURES_OF_A_PAGE = 5
HOUR = timedelta(hours=1)
KEPT = timedelta(hours=48)
# Longer than two calls to Stripe take.
LEASE_SECONDS = 90
# A page ends by itself after half an hour.
_LONGEST_PAGE = timedelta(hours=2)
_GIFTS: tuple[type[Donation] | type[RecurringDonation], ...] = (Donation, RecurringDonation)
# Stripe's word for a payment that failed, on the way to a first payment.
FAILED = frozenset({"payment_intent.payment_failed", "invoice.payment_failed"})


class Blocked(CannotGive):
    """No payment page is opened for this connection or address just now; the message says until when."""


def let_in(*, source: str, email: str) -> None:
    """Raise Blocked when too many payments of this connection or e-mail address have failed.

    source: what cms.client_address.source_of says.
    """
    now = timezone.now()
    block = (
        GivingBlock.objects.active(now)
        .filter(
            Q(kind=BlockKind.SOURCE, who__in=_prints("source", source))
            | Q(kind=BlockKind.ADDRESS, who__in=_prints("address", _plain(email)))
        )
        .order_by("-until")
        .first()
    )
    if block:
        raise Blocked(
            _(
                "Many payments from your connection or with this e-mail address failed just now. To keep "
                "other people's cards safe, no donation can begin here until %(time)s. Nothing has been "
                "charged, and what you wrote is kept. If this has nothing to do with you, write to us."
            )
            % {"time": time_format(timezone.localtime(block.until + timedelta(seconds=59)), "H:i")}
        )


def note_page(*, reference: UUID, source: str, email: str) -> None:
    """Write down who is about to open the payment page of a gift. Call it before the page is opened.

    reference: the gift's public id. Once for each gift: who comes back to it later changes nothing.
    """
    OpenedPage.objects.get_or_create(
        reference=reference,
        defaults={
            "source": _print("source", source),
            "address": _print("address", _plain(email)),
        },
    )


def note_failure(event: StripeEvent, about: dict[str, Any]) -> None:
    """Count a failed payment against who opened its page, once however often it is told.

    about: the object of the event. One whose page we did not open, or opened days ago, counts nowhere.
    """
    reference = _reference(about)
    if event.type not in FAILED or reference is None:
        return
    with transaction.atomic():
        # One count at a time, so that the tenth failure sees the other nine.
        list(SourceKey.objects.select_for_update().order_by("pk"))
        page = OpenedPage.objects.filter(reference=reference).first()
        if page is None:
            return
        _row, is_new = FailedPayment.objects.get_or_create(
            key=str(about.get("latest_charge") or event.event_id)[:255],
            defaults={
                "page": page,
                "source": page.source,
                "address": page.address,
                "at": event.created,
            },
        )
        if not is_new:
            return
        page.failures += 1
        page.must_end = page.must_end or page.failures >= FAILURES_OF_A_PAGE
        page.save(update_fields=["failures", "must_end"])
        for kind in BlockKind:
            _block_if_too_many(BlockKind(kind), getattr(page, kind), page)
        transaction.on_commit(lambda: _hint(page.pk))


def _block_if_too_many(kind: BlockKind, who: str, page: OpenedPage) -> None:
    now = timezone.now()
    blocks = GivingBlock.objects.filter(kind=kind, who=who)
    if not blocks.active(now).exists():
        lifted = blocks.filter(lifted_at__isnull=False).order_by("-lifted_at").first()
        since = max(now - HOUR, lifted.lifted_at) if lifted and lifted.lifted_at else now - HOUR
        failures = FailedPayment.objects.filter(**{kind.value: who}, at__gt=since).count()
        if failures < FAILURES_IN_AN_HOUR:
            return
        block = GivingBlock.objects.create(
            kind=kind,
            who=who,
            failures=failures,
            until=now + HOUR,
            donation=Donation.objects.filter(public_id=page.reference).first(),
        )
        logger.warning("Giving is blocked: %s after %s failed payments", block.pk, failures)
    OpenedPage.objects.filter(
        **{kind.value: who}, ended_at__isnull=True, opened_at__gt=now - _LONGEST_PAGE
    ).update(must_end=True)


def lift(block: GivingBlock, *, by: Any) -> bool:
    """Let the connection or address give again; what failed so far counts no more. False when it was over."""
    with transaction.atomic():
        row = GivingBlock.objects.select_for_update().get(pk=block.pk)
        if not row.is_active:
            return False
        row.lifted_at, row.lifted_by = timezone.now(), by
        row.save(update_fields=["lifted_at", "lifted_by"])
        audit.record("donations.block.lifted", row, user=by)
    return True


def end_pages(*, limit: int = 50) -> str:
    """End at Stripe the pages that must not be paid any more. Called outside any transaction."""
    due = OpenedPage.objects.filter(must_end=True, ended_at__isnull=True).order_by("pk")
    ended = 0
    for page in cms.leases.claim(due, seconds=LEASE_SECONDS, limit=limit):
        try:
            _end(page)
        except PaymentServiceUnavailable:
            logger.warning("A payment page could not be ended now: %s", page.reference)
            continue
        cms.leases.release(page, ended_at=timezone.now())
        ended += 1
    return f"{ended} payment pages ended" if ended else ""


def _end(page: OpenedPage) -> None:
    gift = next(
        (found for model in _GIFTS if (found := model.objects.filter(public_id=page.reference).first())), None
    )
    if gift is None or not gift.session_id or gift.state != "pending":
        return
    try:
        gateway.expire_session(gift.session_id)
        Looks().apply(Target("session", gift.session_id), because="too many failed payments")
    except NotAtStripe:
        return


def forget() -> str:
    """Destroy the keys of before, and all that was printed with them."""
    before = timezone.now() - KEPT
    keys, _kinds = SourceKey.objects.filter(day__lt=_oldest_day()).delete()
    pages, _kinds = OpenedPage.objects.filter(opened_at__lt=before).delete()
    GivingBlock.objects.filter(until__lt=before).delete()
    return f"{keys} keys, {pages} rows" if keys or pages else ""


def _plain(email: str) -> str:
    return email.strip().lower()


def _oldest_day() -> date:
    """Yesterday: a key that was made at midnight is used and kept for two days, and then destroyed."""
    return timezone.localdate() - timedelta(days=1)


def _keys() -> list[SourceKey]:
    """Those that still count, the newest first; today's is made when it is missing."""
    today = timezone.localdate()
    found = list(SourceKey.objects.filter(day__gte=_oldest_day()).order_by("-day"))
    if not found or found[0].day != today:
        key, _made = SourceKey.objects.get_or_create(day=today, defaults={"secret": secrets.token_hex(32)})
        found.insert(0, key)
    return found


def _prints(kind: str, value: str) -> list[str]:
    """The prints of a value under each key that still counts, the newest first."""
    salt = f"donations.defence.{kind}"
    return [salted_hmac(f"{salt}.{key.secret}", value, algorithm="sha256").hexdigest() for key in _keys()]


def _print(kind: str, value: str) -> str:
    """The print of a value today; yesterday's while it is in use, so that midnight forgives nothing."""
    newest, *older = _prints(kind, value)
    since = timezone.now() - HOUR
    for known in older:
        if OpenedPage.objects.filter(**{kind: known}, opened_at__gt=since).exists():
            return known
    return newest


def _reference(about: dict[str, Any]) -> UUID | None:
    """Our public id on a payment, or on the first invoice of a recurring gift."""
    metadata = about.get("metadata") or {}
    if about.get("object") == "invoice":
        if about.get("billing_reason") != "subscription_create":
            return None  # a renewal that failed: nobody is trying cards
        details = (about.get("parent") or {}).get("subscription_details") or {}
        metadata = details.get("metadata") or {}
    try:
        return UUID(str(metadata.get("donation", "")))
    except ValueError:
        return None


def _hint(page_pk: int) -> None:
    from donations import tasks

    if OpenedPage.objects.filter(pk=page_pk, must_end=True).exists():
        tasks.hint(tasks.end_payment_pages, page_pk)
