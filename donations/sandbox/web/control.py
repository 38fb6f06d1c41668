"""``/_sandbox/``: what tests and the demo content ask of the sandbox, in JSON. No part of Stripe's API."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, JsonResponse

from .. import (
    agenda,
    bell,
    chaos,
    checkout,
    clock,
    deliveries,
    disputes,
    methods,
    payments,
    payouts,
    refunds,
    store,
)
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
    return JsonResponse(
        {
            "events": Event.objects.count(),
            "deliveries": counts,
            "knobs": chaos.read_all(),
            "now": now(),
            "ahead": clock.ahead(),
        }
    )


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
    clock.back_to_the_present()
    chaos.reset()
    return {"ok": True}


@command
def advance(wishes: dict[str, Any]) -> dict[str, Any]:
    """Let time pass: ``{"days": 3, "hours": 2, "seconds": 1}``, or up to a moment: ``{"to": seconds}``.

    What is due happens in order, each thing at its own moment. Returns when it is done.
    """
    known = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1, "to": 0}
    if not wishes or wishes.keys() - known.keys():
        raise ValueError(f"say how long by {', '.join(known)}")
    if not all(type(value) is int for value in wishes.values()):
        raise ValueError("whole numbers only")
    ahead = sum(known[word] * value for word, value in wishes.items())
    if "to" in wishes:
        ahead += wishes["to"] - now()
    if not 0 <= ahead <= 20 * 366 * 86_400:
        raise ValueError("time goes forward only, twenty years at most")
    moment = clock.move_on(ahead)
    done = agenda.catch_up()
    bell.ring()
    return {"now": moment, "done": done}


@command
@transaction.atomic
def change_card(wishes: dict[str, Any], customer_id: str) -> dict[str, Any]:
    """The person changes how they pay: ``{"card": number or IBAN}``; the default of all that goes on."""
    store.get("customer", customer_id)
    method = payments.change_method(customer_id, wishes["card"], Payer("Ada Prova", "ada@example.org"))
    return {"payment_method": method.data}


@command
@transaction.atomic
def renew_card(wishes: dict[str, Any], method_id: str) -> dict[str, Any]:
    """The bank sends a new card: ``{"month": 1, "year": 2040, "last4": "4444"}``."""
    method = store.get("payment_method", method_id)
    methods.renew_card(method, month=wishes["month"], year=wishes["year"], last4=wishes.get("last4", ""))
    return {"payment_method": method.data}


@command
@transaction.atomic
def dispute(wishes: dict[str, Any], charge_id: str) -> dict[str, Any]:
    """A bank contests a charge: ``{"reason": "fraudulent", "inquiry": false}``."""
    charge = store.get("charge", charge_id)
    row = disputes.open_dispute(
        charge, reason=wishes.get("reason", "fraudulent"), inquiry=wishes.get("inquiry", False)
    )
    return {"dispute": row.data}


@command
@transaction.atomic
def close_dispute(wishes: dict[str, Any], dispute_id: str) -> dict[str, Any]:
    """The bank decides: ``{"outcome": "won"}`` or ``"lost"``."""
    if wishes.get("outcome") not in ("won", "lost"):
        raise ValueError("outcome is won or lost")
    row = store.get("dispute", dispute_id)
    disputes.close(row, won=wishes["outcome"] == "won")
    return {"dispute": row.data}


@command
@transaction.atomic
def warn(wishes: dict[str, Any], charge_id: str) -> dict[str, Any]:
    """A bank warns of fraud."""
    return {"warning": disputes.warn_of_fraud(store.get("charge", charge_id)).data}


@command
@transaction.atomic
def move_refund(wishes: dict[str, Any], refund_id: str) -> dict[str, Any]:
    """A bank answers: ``{"status": "succeeded"}``, ``"failed"``, ``"requires_action"``, ``"canceled"``."""
    row = store.get("refund", refund_id)
    refunds.become(row, wishes["status"])
    return {"refund": row.data}


@command
@transaction.atomic
def fail_payout(wishes: dict[str, Any], payout_id: str) -> dict[str, Any]:
    """The bank sends a payout back."""
    row = store.get("payout", payout_id)
    payouts.fail(row)
    return {"payout": row.data}


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
        raise ValueError("not a card number, nor a test IBAN") from None
    if outcome.result == "authenticate":
        outcome = payments.answer_authentication(session_id, approved=wishes.get("authenticate", True))
    return {"result": outcome.result, "message": outcome.message, "session": outcome.session}


@command
def expire(wishes: dict[str, Any], session_id: str) -> dict[str, Any]:
    """Let the session's time run out now."""
    session = checkout.let_time_run_out(session_id)
    bell.ring()
    return {"session": session}
