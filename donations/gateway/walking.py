"""Walking through Stripe's lists, page after page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from donations.gateway.client import ask

PAGE = 100


def walk(list_page: Callable[..., Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object of a list, as plain data, newest first. Raises as gateway.client.ask."""
    params = {**params, "limit": PAGE}
    while True:
        page = ask(lambda: list_page(dict(params)))
        for found in page.data:
            yield found.to_dict(for_json=True)
        if not page.has_more or not page.data:
            return
        params["starting_after"] = page.data[-1].id


def between(since: datetime | None, until: datetime | None = None) -> dict[str, Any]:
    """What narrows a list to what was made from a moment on, and before another."""
    created = {}
    if since:
        created["gte"] = int(since.timestamp())
    if until:
        created["lt"] = int(until.timestamp()) + 1
    return {"created": created} if created else {}
