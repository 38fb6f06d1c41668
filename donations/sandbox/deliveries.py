"""Sending events: from rows, signed, again and again until the site takes them."""

import http.client
import json
import time
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from . import chaos
from .models import Delivery
from .signing import signature_header

LEASE = 30.0  # seconds for which a sender holds a row; longer than one try can take
PATIENCE = 10.0  # seconds that the site has to answer
MOST_TRIES = 19  # 1 + 2 + 4 … + 2^17 seconds between them: about three days


def take_over() -> None:
    """At the start: what a former process was sending when it died is sent again."""
    Delivery.objects.filter(claimed_until__gt=0).update(claimed_until=0)


def due(*, ignore_schedule: bool = False) -> "QuerySet[Delivery]":
    """What may be sent now, oldest first."""
    moment = time.time()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, claimed_until__lt=moment)
    if not ignore_schedule:
        waiting = waiting.filter(next_try_at__lte=moment)
    return waiting.select_related("event").order_by("event_id")


@transaction.atomic
def claim(limit: int, *, ignore_schedule: bool = False, but: Collection[int] = ()) -> list[Delivery]:
    """Take rows to send, except those with these keys; nobody else gets them until done or the lease ends."""
    rows = list(due(ignore_schedule=ignore_schedule).exclude(pk__in=but)[:limit])
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=time.time() + LEASE)
    return rows[::-1] if chaos.read("reorder") else rows


def send(delivery: Delivery) -> bool:
    """Send one event, more than once if the knob says so, and note how it went. True when it was taken."""
    body = json.dumps(delivery.event.data, indent=2, ensure_ascii=False).encode()
    for _copy in range(1 + int(chaos.read("duplicate"))):
        status, answer = post(settings.SANDBOX_WEBHOOK_URL, body)
    taken = status is not None and 200 <= status < 300
    tries = delivery.tries + 1
    if taken or delivery.state == Delivery.State.DELIVERED:
        state = Delivery.State.DELIVERED
    else:
        state = Delivery.State.WAITING if tries < MOST_TRIES else Delivery.State.GIVEN_UP
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        tries=F("tries") + 1,
        next_try_at=time.time() + 2.0 ** (tries - 1),
        claimed_until=0,
        last_tried_at=time.time(),
        last_status=status,
        last_answer=answer[:300],
    )
    return taken


def cease() -> None:
    """Send nothing that waits any more, and wait for what is just being sent."""
    Delivery.objects.filter(pk__in=due(ignore_schedule=True)).update(state=Delivery.State.DROPPED)
    deadline = time.time() + LEASE
    while _in_flight().exists() and time.time() < deadline:
        time.sleep(0.01)


def _in_flight() -> "QuerySet[Delivery]":
    return Delivery.objects.filter(state=Delivery.State.WAITING, claimed_until__gt=time.time())


def flush() -> dict[str, int]:
    """Send everything that waits, whatever its schedule. Returns how many were taken, how many not."""
    taken = refused = 0
    tried: set[int] = set()
    deadline = time.time() + LEASE
    while time.time() < deadline:
        rows = claim(500, ignore_schedule=True, but=tried)
        for row in rows:
            tried.add(row.pk)
            if send(row):
                taken += 1
            else:
                refused += 1
        if not rows:
            if not _in_flight().exists():
                break
            time.sleep(0.02)  # a sender thread is at it
    return {"delivered": taken, "failed": refused}


def post(url: str, body: bytes) -> tuple[int | None, str]:
    """HTTP status and the beginning of the answer; None and the reason when nobody answered."""
    parts = urlsplit(url)
    connector = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (local sandbox)",
        "Stripe-Signature": signature_header(body, settings.SANDBOX_WEBHOOK_SECRETS),
        "Connection": "close",
    }
    connection = connector(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path or "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(300).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as problem:
        return None, f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()
