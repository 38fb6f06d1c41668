"""Making and ending tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cms import audit
from cms.models import StaffToken

# So that a token left in a file or a chat is recognised for what it is, by people and by scanners.
PREFIX = "cultnet_"
SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
HINT_LENGTH = len(PREFIX) + 4


def digest_of(plaintext: str) -> str:
    """What is stored of a token. It holds 256 random bits, so that a plain hash cannot be turned round."""
    return hashlib.sha256(plaintext.encode()).hexdigest()


@transaction.atomic
def issue_token(*, owner: Any, name: str, kinds: Sequence[str], expires_on: date) -> tuple[StaffToken, str]:
    """A new token, and its text: the only time that anybody sees it.

    kinds: keys of sources. expires_on: the last day on which it works.
    """
    plaintext = PREFIX + secrets.token_urlsafe(32)
    token = StaffToken.objects.create(
        owner=owner,
        name=name,
        kinds=list(kinds),
        expires_on=expires_on,
        hint=plaintext[:HINT_LENGTH],
        digest=digest_of(plaintext),
    )
    audit.record(
        "cms.token_issued",
        token,
        user=owner,
        data={"kinds": token.kinds, "expires_on": expires_on.isoformat()},
    )
    return token, plaintext


@transaction.atomic
def revoke_token(token: StaffToken, *, by: Any) -> bool:
    """End a token, at once and for good; False when it had been ended before."""
    ended = StaffToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if ended:
        token.refresh_from_db(fields=["revoked_at"])
        audit.record("cms.token_revoked", token, user=by)
    return bool(ended)
