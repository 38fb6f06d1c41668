"""The list of events that Stripe keeps for thirty days: what a lost webhook is found by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from donations.gateway.client import client
from donations.gateway.snapshots import EventFacts, moment
from donations.gateway.walking import between, walk

# As many types as Stripe takes in one question.
_TYPES_AT_ONCE = 20


def list_events(*, types: list[str], since: datetime, until: datetime | None = None) -> Iterator[EventFacts]:
    """The events of these types in a stretch of time, newest first within each score of types.

    Raises PaymentServiceUnavailable when Stripe cannot say.
    """
    stripe = client()
    for start in range(0, len(types), _TYPES_AT_ONCE):
        some = {"types": types[start : start + _TYPES_AT_ONCE]}
        for data in walk(stripe.v1.events.list, {**some, **between(since, until)}):
            yield EventFacts(
                id=data["id"],
                type=data["type"],
                created=moment(data["created"]),
                api_version=data.get("api_version") or "",
                livemode=data["livemode"],
                raw=json.dumps(data),
            )
