"""Checkout sessions: open one, look at one, end one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from cms.money import Money
from donations.gateway.client import ask, client
from donations.gateway.errors import NotAtStripe, PaymentServiceRefused
from donations.gateway.payments import NOTHING_MORE, Also, with_history
from donations.gateway.snapshots import SessionSnapshot, session_snapshot
from donations.gateway.walking import between, walk

# Down to the fee, in the same call.
_DEEP = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


def open_session(
    *,
    reference: str,
    idempotency_key: str,
    amount: Money,
    product: str,
    email: str,
    language: str,
    expires_at: datetime,
    success_url: str,
    cancel_url: str,
    interval: str = "",
    pays_with: str = "",
) -> SessionSnapshot:
    """Open a hosted payment page for a gift. The same key and arguments give the same answer again.

    A repeated answer shows the session as it was when it was opened: look it up to know how it is now.

    reference: our public id, written on the session and on its payment or subscription. interval: "" for
    a gift made once, "month" or "year" for one that comes again.
    pays_with: the one of Stripe's payment methods that the page offers, "" for all that the account has.
    product: what the donor reads on the payment page. email: "" lets Stripe ask for it.
    expires_at: between 30 minutes and 24 hours from now.
    Raises PaymentServiceUnavailable or PaymentServiceRefused. Never call it inside a transaction.
    """
    metadata = {"recurring" if interval else "donation": reference}
    price: dict[str, Any] = {
        "currency": amount.currency.lower(),
        "unit_amount": amount.cents,
        "product_data": {"name": product},
    }
    params: dict[str, Any] = {
        "submit_type": "donate",
        "locale": language if language in ("it", "en") else "auto",
        "client_reference_id": reference,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(expires_at.timestamp()),
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    if interval:
        price["recurring"] = {"interval": interval}
        params |= {
            "mode": "subscription",
            "subscription_data": {"metadata": metadata, "description": product},
        }
    else:
        params |= {
            "mode": "payment",
            "customer_creation": "if_required",
            "payment_intent_data": {"metadata": metadata, "description": product},
        }
    if pays_with:
        params["allowed_payment_method_types"] = [pays_with]
    if email:
        params["customer_email"] = email
    stripe, now = client(), timezone.now()
    options = {"idempotency_key": idempotency_key}
    session = ask(lambda: stripe.v1.checkout.sessions.create(params, options))  # type: ignore[arg-type]
    return session_snapshot(session.to_dict(for_json=True), looked_at=now)


def retrieve_session(session_id: str, also: Also = NOTHING_MORE) -> SessionSnapshot:
    """The session as it is now, with its payment, charge and fee; with refunds and disputes, if any are told.

    Raises NotAtStripe when there is none, PaymentServiceUnavailable when Stripe cannot say.
    """
    stripe, now = client(), timezone.now()
    session = ask(lambda: stripe.v1.checkout.sessions.retrieve(session_id, _DEEP))  # type: ignore[arg-type]
    found = session_snapshot(session.to_dict(for_json=True), looked_at=now)
    return replace(found, payment=with_history(found.payment, also))


def find_session(payment_intent_id: str) -> str:
    """The id of the session to which a payment belongs. Raises NotAtStripe when no session made it."""
    stripe = client()
    params = {"payment_intent": payment_intent_id, "limit": 1}
    found = ask(lambda: stripe.v1.checkout.sessions.list(params))  # type: ignore[arg-type]
    if not found.data:
        raise NotAtStripe(f"No session made {payment_intent_id}")
    return found.data[0].id


def list_sessions(*, since: datetime, until: datetime | None = None) -> Iterator[SessionSnapshot]:
    """The payment pages opened in a stretch of time, newest first; without the payment itself."""
    stripe, now = client(), timezone.now()
    for found in walk(stripe.v1.checkout.sessions.list, between(since, until)):
        yield session_snapshot(found, looked_at=now)


def expire_session(session_id: str) -> SessionSnapshot:
    """End an open session so that nobody can pay it any more; returns it as it is afterwards.

    One that was completed meanwhile stays complete: look at the answer.
    """
    stripe, now = client(), timezone.now()
    try:
        session = ask(lambda: stripe.v1.checkout.sessions.expire(session_id))
    except NotAtStripe:
        raise
    except PaymentServiceRefused:
        # Only an open session can be ended: it is complete, or has expired by itself.
        return retrieve_session(session_id)
    return session_snapshot(session.to_dict(for_json=True), looked_at=now)
