from typing import Any

from django.db.models import Q, QuerySet

from .. import events
from ..errors import Refusal, no_such
from ..models import Delivery, Event
from ..paging import page
from ..store import now
from .operations import Call, operation

KEPT_FOR = 30 * 86_400  # seconds; Stripe forgets older events too


def _kept() -> "QuerySet[Event]":
    return Event.objects.filter(created__gte=now() - KEPT_FOR)


@operation("GET", "/v1/events/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    event = _kept().filter(stripe_id=call.id).first()
    if event is None:
        raise no_such("event", call.id[:100])
    return events.as_seen_now(event)


@operation("GET", "/v1/events")
def search(call: Call) -> dict[str, Any]:
    rows, types = _kept(), call.params.get("types")
    if types and "type" in call.params:
        raise Refusal("You may only specify one of these parameters: type, types.", param="type")
    if types and len(types) > 20:
        raise Refusal("You may filter by up to 20 event types.", param="types")
    if types:
        rows = rows.filter(type__in=types)
    if single := call.params.get("type"):
        beginning = single.removesuffix("*")
        rows = rows.filter(type__startswith=beginning) if beginning != single else rows.filter(type=single)
    if "delivery_success" in call.params:
        arrived = Q(delivery=None) | Q(delivery__state=Delivery.State.DELIVERED)
        rows = rows.filter(arrived if call.params["delivery_success"] else ~arrived)
    answer = page(rows, call.params, "/v1/events")
    found = {
        row.stripe_id: row for row in Event.objects.filter(stripe_id__in=[e["id"] for e in answer["data"]])
    }
    return answer | {"data": [events.as_seen_now(found[event["id"]]) for event in answer["data"]]}
