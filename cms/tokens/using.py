"""Recognising a token that is presented."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from cms.models import StaffToken
from cms.tokens.issuing import SHAPE, digest_of

# How exactly the last use is told: one write an hour, however often a program reads.
COARSE = timedelta(hours=1)


def usable_token(plaintext: str) -> StaffToken | None:
    """The token with this text, with its owner, if it works today; notes that it was used.

    What is not even shaped like a token costs no query.
    """
    if not SHAPE.fullmatch(plaintext):
        return None
    tokens = StaffToken.objects.usable(timezone.localdate()).select_related("owner")
    token = tokens.filter(digest=digest_of(plaintext)).first()
    if token is not None:
        _note_use(token)
    return token


def _note_use(token: StaffToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= COARSE:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - COARSE)
        StaffToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
