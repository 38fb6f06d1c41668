"""What happened, told to the site."""

import copy
import time
from typing import Any

from django.conf import settings
from django.db import transaction

from . import bell, chaos
from .context import cause
from .ids import new_id
from .models import Delivery, Event
from .schema import API_VERSION
from .skeletons import build
from .store import now
from .validation import check_event


def emit(
    event_type: str,
    subject: dict[str, Any],
    *,
    previous: dict[str, Any] | None = None,
    at: int | None = None,
) -> Event:
    """Record an event about the object as it is now, and queue its sending. Call it inside the transaction.

    previous: former values of the changed fields, for ``*.updated`` and the like.
    at: seconds since 1970, when the fact is older than this moment.
    """
    data: dict[str, Any] = {"object": copy.deepcopy(subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    reason = cause.get()
    value = check_event(
        build(
            "event",
            id=new_id("evt_"),
            type=event_type,
            api_version=API_VERSION,
            created=at or now(),
            data=data,
            pending_webhooks=1 if settings.SANDBOX_WEBHOOK_URL else 0,
            request={"id": reason.request_id, "idempotency_key": reason.idempotency_key},
        )
    )
    event = Event.objects.create(stripe_id=value["id"], type=event_type, created=value["created"], data=value)
    if settings.SANDBOX_WEBHOOK_URL:
        _queue(event)
    return event


def _queue(event: Event) -> None:
    dropped = chaos.is_dropped(event.type)
    Delivery.objects.create(
        event=event,
        state=Delivery.State.DROPPED if dropped else Delivery.State.WAITING,
        next_try_at=time.time() + chaos.read("delay"),
    )
    transaction.on_commit(bell.ring)


def as_seen_now(event: Event) -> dict[str, Any]:
    """The event as the API answers it: ``pending_webhooks`` counts what has not arrived yet."""
    delivery = Delivery.objects.filter(event=event).first()
    pending = delivery is not None and delivery.state != Delivery.State.DELIVERED
    return event.data | {"pending_webhooks": int(pending)}
