"""``/_sandbox/``: what tests and the demo content ask of the sandbox, in JSON. No part of Stripe's API."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, JsonResponse

from .. import bell, chaos, checkout, deliveries, payments
from ..cards import InvalidNumber
from ..charges import Payer
from ..errors import Refusal
from ..models import Delivery, Event, IdempotencyKey, StoredObject
from ..store import now


def command(view: Callable[..., dict[str, Any]]) -> Callable[..., JsonResponse]:
    """A view that takes a JSON object by POST; what it refuses is a 400 with a sentence."""

    @wraps(view)
    def answer(request: HttpRequest, **where: str) -> JsonResponse:
        # JSON also keeps web pages of other sites out: a browser asks before it sends this type across sites.
        if request.method != "POST" or request.content_type != "application/json":
            return JsonResponse({"problem": "send a JSON object by POST"}, status=405)
        try:
            wishes = json.loads(request.body or b"{}")
            if not isinstance(wishes, dict):
                raise ValueError("send a JSON object")
            return JsonResponse(view(wishes, **where))
        except Refusal as refusal:
            return JsonResponse({"problem": str(refusal)}, status=refusal.status)
        except (ValueError, TypeError, KeyError) as problem:
            return JsonResponse({"problem": str(problem)}, status=400)

    return answer


def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True, "objects": StoredObject.objects.count()})


def state(request: HttpRequest) -> JsonResponse:
    """How many deliveries are in each state, and the knobs."""
    counts = dict(Delivery.objects.values_list("state").annotate(Count("pk")))
    return JsonResponse({"events": Event.objects.count(), "deliveries": counts, "knobs": chaos.read_all()})


@command
def turn_knobs(wishes: dict[str, Any]) -> dict[str, Any]:
    """Set knobs (see chaos.py); an empty object sets all back."""
    if not wishes:
        chaos.reset()
    return chaos.turn(wishes)


@command
def flush(wishes: dict[str, Any]) -> dict[str, Any]:
    """Send all that waits, now, and say how it went. Returns when it is done."""
    return deliveries.flush()


@command
def deliver(wishes: dict[str, Any]) -> dict[str, Any]:
    """Send one event now, ``times`` times, even if it was delivered or dropped: ``{"event": "evt_…"}``."""
    delivery = Delivery.objects.select_related("event").filter(event__stripe_id=wishes["event"]).first()
    if delivery is None:
        raise ValueError("no delivery of this event")
    taken = [deliveries.send(delivery) for _time in range(int(wishes.get("times", 1)))]
    return {"delivered": taken.count(True), "failed": taken.count(False)}


@command
def reset(wishes: dict[str, Any]) -> dict[str, Any]:
    """Forget everything, as a new sandbox; nothing sent before it arrives after it."""
    deliveries.cease()
    for model in (Delivery, Event, IdempotencyKey, StoredObject):
        model.objects.all().delete()
    chaos.reset()
    return {"ok": True}


@command
def pay(wishes: dict[str, Any], session_id: str) -> dict[str, Any]:
    """Pay without a browser: ``{"card": "4242…", "name": …, "email": …, "at": seconds}``, all optional.

    A card that asks for 3-D Secure is approved, or refused with ``"authenticate": false``.
    """
    known = {"card", "name", "email", "authenticate", "at"}
    if strange := wishes.keys() - known:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}")
    moment = wishes.get("at")
    if not (moment is None or (type(moment) is int and 0 < moment <= now())):
        raise ValueError("at: whole seconds since 1970, not in the future")
    if not all(isinstance(wishes.get(word, ""), str) for word in ("card", "name", "email")):
        raise ValueError("card, name and email are texts")
    payer = Payer(name=wishes.get("name", "Ada Prova"), email=wishes.get("email", "ada@example.org"))
    try:
        outcome = payments.pay(session_id, wishes.get("card", "4242424242424242"), payer, at=moment)
    except InvalidNumber:
        raise ValueError("not a card number") from None
    if outcome.result == "authenticate":
        outcome = payments.answer_authentication(session_id, approved=wishes.get("authenticate", True))
    return {"result": outcome.result, "message": outcome.message, "session": outcome.session}


@command
def expire(wishes: dict[str, Any], session_id: str) -> dict[str, Any]:
    """Let the session's time run out now."""
    session = checkout.let_time_run_out(session_id)
    bell.ring()
    return {"session": session}
