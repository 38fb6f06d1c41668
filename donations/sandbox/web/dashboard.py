"""What happened in this sandbox, for a person: sessions, payments, events on their way."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from .. import deliveries
from ..cards import CARDS
from ..models import Delivery, StoredObject
from .money import written

SHOWN = 50


def overview(request: HttpRequest) -> HttpResponse:
    """The latest sessions, payments, refunds and deliveries."""
    sent = Delivery.objects.select_related("event").order_by("-event_id")[:SHOWN]
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).count()
    context = {
        "sessions": [_session(row.data) for row in _latest("checkout.session")],
        "intents": [_intent(row.data) for row in _latest("payment_intent")],
        "refunds": [_refund(row.data) for row in _latest("refund")],
        "deliveries": [_delivery(row) for row in sent],
        "waiting": waiting,
        "webhook_url": settings.SANDBOX_WEBHOOK_URL,
        "cards": CARDS.values(),
    }
    return render(request, "sandbox/overview.html", context)


def send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send one event now, whatever became of it before, and show the list again."""
    delivery = Delivery.objects.select_related("event").filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404("no such delivery")
    if request.method == "POST":
        deliveries.send(delivery)
    response = HttpResponseRedirect(f"/#delivery-{delivery_id}")
    response.status_code = 303
    return response


def _latest(kind: str) -> list[StoredObject]:
    return list(StoredObject.objects.filter(kind=kind).order_by("-number")[:SHOWN])


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _session(data: dict[str, Any]) -> dict[str, Any]:
    details = data["customer_details"] or {}
    return {
        "id": data["id"],
        "at": _moment(data["created"]),
        "amount": written(data["amount_total"], data["currency"]),
        "status": data["status"],
        "email": details.get("email") or data["customer_email"],
        "reference": data["client_reference_id"],
        "url": data["url"],
    }


def _intent(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "at": _moment(data["created"]),
        "amount": written(data["amount"], data["currency"]),
        "status": data["status"],
        "problem": (data["last_payment_error"] or {}).get("message"),
    }


def _refund(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "at": _moment(data["created"]),
        "amount": written(data["amount"], data["currency"]),
        "status": data["status"],
        "intent": data["payment_intent"],
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "event": row.event.stripe_id,
        "type": row.event.type,
        "at": _moment(row.event.created),
        "state": row.state,
        "tries": row.tries,
        "status": row.last_status,
        "answer": row.last_answer,
        "next_at": _moment(row.next_try_at) if row.state == Delivery.State.WAITING else None,
    }
