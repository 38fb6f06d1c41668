"""The list of events that Stripe keeps for thirty days: what a lost webhook is found by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from donations.gateway.client import ask, client
from donations.gateway.snapshots import EventFacts, moment


def list_events(*, types: list[str], since: datetime, limit: int = 1000) -> Iterator[EventFacts]:
    """The events of these types since a moment, newest first.

    types: at most twenty. Raises PaymentServiceUnavailable when Stripe cannot say.
    """
    stripe = client()
    params: dict = {"types": types, "created": {"gte": int(since.timestamp())}, "limit": 100}
    given = 0
    while given < limit:
        page = ask(lambda: stripe.v1.events.list(dict(params)))  # type: ignore[arg-type]
        for event in page.data:
            data = event.to_dict(for_json=True)
            yield EventFacts(
                id=data["id"],
                type=data["type"],
                created=moment(data["created"]),
                api_version=data.get("api_version") or "",
                livemode=data["livemode"],
                raw=json.dumps(data),
            )
            given += 1
        if not page.has_more or not page.data:
            return
        params["starting_after"] = page.data[-1].id
