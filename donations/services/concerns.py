"""The list of what a human must see. A fact is raised once; who has settled it is not asked again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from cms import audit
from donations.models import Concern, ConcernKind, ConcernState, Donation, RecurringDonation

Kind = ConcernKind
__all__ = ["Kind", "raise_concern", "settle", "settle_by_itself"]


def raise_concern(
    *,
    kind: ConcernKind,
    key: str,
    donation: Donation | None = None,
    recurring: RecurringDonation | None = None,
    stripe_id: str = "",
    detail: str = "",
) -> Concern:
    """Put a fact on the list, once; found again it only says when. Settled, it stays settled.

    key: names the fact, and whatever in it would make it another one (an amount, an id). detail: for
    staff, without personal data.
    """
    concern, is_new = Concern.objects.get_or_create(
        key=key[:255],
        defaults={
            "kind": kind,
            "donation": donation,
            "recurring": recurring or (donation.recurring if donation else None),
            "stripe_id": stripe_id,
            "detail": detail[:500],
        },
    )
    if not is_new:
        Concern.objects.filter(pk=concern.pk).update(last_seen_at=timezone.now())
    return concern


def settle(concern: Concern, *, by: Any, note: str) -> Concern:
    """Take a matter off the list, with what was done about it. Again returns quietly."""
    with transaction.atomic():
        row = Concern.objects.select_for_update().get(pk=concern.pk)
        if row.transition(to=ConcernState.SETTLED, by=by, note=note.strip()):
            audit.record("donations.concern.settled", row, user=by)
    return row


def settle_by_itself(*, keys_like: str) -> int:
    """Settle the open matters whose keys begin so: what was wrong is right now. How many."""
    with transaction.atomic():
        rows = Concern.objects.select_for_update().open().filter(key__startswith=keys_like)
        return sum(row.transition(to=ConcernState.SETTLED, by=None) for row in rows)
