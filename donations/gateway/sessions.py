"""Checkout sessions: open one, look at one, end one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from cms.money import Money
from donations.gateway.client import ask, client
from donations.gateway.errors import NotAtStripe, PaymentServiceRefused
from donations.gateway.payments import NOTHING_MORE, Also, with_history
from donations.gateway.snapshots import SessionSnapshot, session_snapshot

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
) -> SessionSnapshot:
    """Open a hosted payment page for one gift. The same key and arguments give the same answer again.

    A repeated answer shows the session as it was when it was opened: look it up to know how it is now.

    reference: our public id of the donation, written on the session and on its payment.
    product: what the donor reads on the payment page. email: "" lets Stripe ask for it.
    expires_at: between 30 minutes and 24 hours from now.
    Raises PaymentServiceUnavailable or PaymentServiceRefused. Never call it inside a transaction.
    """
    metadata = {"donation": reference}
    params = {
        "mode": "payment",
        "submit_type": "donate",
        "locale": language if language in ("it", "en") else "auto",
        "client_reference_id": reference,
        "customer_creation": "if_required",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": amount.currency.lower(),
                    "unit_amount": amount.cents,
                    "product_data": {"name": product},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": product},
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(expires_at.timestamp()),
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
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
