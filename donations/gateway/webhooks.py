"""Is it Stripe who speaks? The only place where a webhook's signature is judged."""

from __future__ import annotations

import json
import re
import time

import stripe
from django.conf import settings

from donations.gateway.errors import InvalidSignature
from donations.gateway.snapshots import EventFacts, moment

TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")


def verify_webhook(raw: bytes, header: str) -> EventFacts:
    """Check the signature over the raw bytes and read the few facts an event is stored by.

    raw: the body exactly as it arrived. header: the value of Stripe-Signature.
    Any of the secrets in the settings will do, so that they can be rotated. Stripe's library accepts
    a moment in the future; a signature from more than 300 s ahead is refused here like an old one.
    Raises InvalidSignature for anything that Stripe did not write just now.
    """
    stamp = _TIMESTAMP.search(header)
    if stamp is None or int(stamp[1]) > time.time() + TOLERANCE_SECONDS:
        raise InvalidSignature("No moment, or one in the future")
    if not any(_is_signed(raw, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise InvalidSignature("No secret of ours signed this")
    return event_facts(raw)


def _is_signed(raw: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(raw, header, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
    return True


def event_facts(raw: bytes) -> EventFacts:
    """Read a signed body. Raises InvalidSignature when it is not an event of the API's first version."""
    try:
        data = json.loads(raw)
        if data["object"] != "event":
            raise InvalidSignature("Not a snapshot event")
        return EventFacts(
            id=_text(data["id"], 255),
            type=_text(data["type"], 120),
            created=moment(int(data["created"])),
            api_version=_text(data.get("api_version") or "", 40),
            livemode=data["livemode"] is True,
            raw=raw.decode(),
        )
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as problem:
        raise InvalidSignature("Not an event") from problem


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError("Not a short text")
    return value
