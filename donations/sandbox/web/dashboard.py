"""What happened in this sandbox, for a person: sessions, payments, events on their way."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from .. import clock, deliveries
from ..cards import CARDS
from ..ibans import IBANS
from ..models import Delivery, StoredObject
from .money import written

SHOWN = 50


def overview(request: HttpRequest) -> HttpResponse:
    """The latest sessions, what became of money, and deliveries."""
    sent = Delivery.objects.select_related("event").order_by("-event_id")[:SHOWN]
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).count()
    context = {
        "sessions": [_session(row.data) for row in _latest("checkout.session")],
        "groups": [group for kind, title in _GROUPS.items() if (group := _group(kind, title))["rows"]],
        "deliveries": [_delivery(row) for row in sent],
        "waiting": waiting,
        "webhook_url": settings.SANDBOX_WEBHOOK_URL,
        "now": _moment(clock.now()),
        "is_ahead": clock.ahead() > 0,
        "cards": CARDS.values(),
        "accounts": IBANS.values(),
    }
    return render(request, "sandbox/overview.html", context)


# Kinds of objects in the overview, and what people call them.
_GROUPS = {
    "payment_intent": _("Payments"),
    "subscription": _("Subscriptions"),
    "refund": _("Refunds"),
    "dispute": _("Disputes"),
    "payout": _("Payouts"),
}


def _group(kind: str, title: Any) -> dict[str, Any]:
    return {"kind": kind, "title": title, "rows": [_row(row.data) for row in _latest(kind)]}


def _row(data: dict[str, Any]) -> dict[str, Any]:
    """One line about a payment, a subscription, a refund, a dispute or a payout."""
    amount = data.get("amount")
    about = (data.get("last_payment_error") or {}).get("message") or data.get("failure_message") or ""
    if data["object"] == "subscription":
        item = data["items"]["data"][0]
        amount = item["price"]["unit_amount"] * item["quantity"]
        about = item["price"]["recurring"]["interval"]
    elif data["object"] in ("refund", "dispute"):
        about = data["payment_intent"] or ""
    return {
        "id": data["id"],
        "at": _moment(data["created"]),
        "amount": written(amount, data["currency"]),
        "status": data["status"],
        "about": about,
    }


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
