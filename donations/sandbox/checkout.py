"""Checkout sessions: opened by the site, then completed by a person or ended by time."""

from typing import Any

from django.db import transaction

from . import customers, store
from .charges import Payer
from .errors import Refusal
from .events import emit
from .ids import new_id
from .line_items import make_items
from .models import StoredObject
from .session_rules import check_session
from .skeletons import build


def open_session(params: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Make an open session from the parameters of the API. Raises Refusal for what Stripe would refuse.

    base_url: where this sandbox is reached, without a slash at the end; the hosted page lies under it.
    """
    at = store.now()
    check_session(params, at)
    if params.get("customer"):
        store.get("customer", params["customer"], param="customer", status=400)
    items = make_items(params["line_items"], at)
    session_id = new_id("cs_test_")
    total, currency = sum(item["amount_total"] for item in items), items[0]["currency"]
    session = build(
        "checkout.session",
        id=session_id,
        created=at,
        adaptive_pricing={"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        amount_subtotal=total,
        amount_total=total,
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=currency,
        customer=params.get("customer"),
        customer_creation=None if params.get("customer") else params.get("customer_creation", "if_required"),
        customer_email=params.get("customer_email"),
        expires_at=params.get("expires_at", at + 86_400),
        locale=params.get("locale"),
        metadata=text_values(params.get("metadata")),
        mode="payment",
        payment_method_collection="if_required",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        payment_status="unpaid",
        status="open",
        submit_type=params.get("submit_type"),
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=f"{base_url}/c/pay/{session_id}",
    )
    wishes = params.get("payment_intent_data", {})
    wishes["metadata"] = text_values(wishes.get("metadata"))
    store.add(session, line_items=items, payment_intent_data=wishes)
    return session


def text_values(metadata: Any) -> dict[str, str]:
    return {key: str(value) for key, value in (metadata or {}).items() if value not in (None, "")}


def current(session_id: str) -> StoredObject:
    """The session as it stands now; one whose time has run out expires here. Raises Refusal (404)."""
    session = store.get("checkout.session", session_id)
    if session.data["status"] == "open" and session.data["expires_at"] <= store.now():
        _expire(session)
    return session


def expire_due() -> int:
    """Expire the sessions whose time has run out; how many."""
    late = store.find("checkout.session").filter(state="open", data__expires_at__lte=store.now())
    if not late.exists():
        return 0
    with transaction.atomic():
        rows = list(late)
        for session in rows:
            _expire(session)
    return len(rows)


def expire_now(session_id: str) -> dict[str, Any]:
    """End an open session, as the site asked. Raises Refusal (400) when it is complete or already expired."""
    session = current(session_id)
    status = session.data["status"]
    if status != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {status}."
        )
    _expire(session)
    return session.data


def let_time_run_out(session_id: str) -> dict[str, Any]:
    """For tests: the session's time ends now."""
    session = current(session_id)
    if session.data["status"] == "open":
        store.save(session, expires_at=store.now())
        _expire(session)
    return session.data


def _expire(session: StoredObject) -> None:
    session.private.pop("attempt", None)
    store.save(session, status="expired", url=None)
    emit("checkout.session.expired", session.data)


def customer_for(session: StoredObject, payer: Payer, at: int) -> str | None:
    """The customer of a session about to be paid, made now when the site asked for one."""
    if session.data["customer"] or session.data["customer_creation"] != "always":
        return session.data["customer"]
    wishes = {"email": payer.email or None, "name": payer.name or None}
    return customers.add_customer(wishes, at=at)["id"]


def complete(session: StoredObject, payer: Payer, customer: str | None, at: int) -> None:
    """The money is there: close the session and say so."""
    store.save(
        session,
        status="complete",
        payment_status="paid",
        url=None,
        customer=customer,
        customer_details=_details(payer),
        created=min(session.data["created"], at),
        collected_information={"business_name": None, "individual_name": None, "shipping_details": None},
    )
    emit("checkout.session.completed", session.data, at=at)


def _details(payer: Payer) -> dict[str, Any]:
    return {
        "address": payer.address,
        "business_name": None,
        "email": payer.email or None,
        "individual_name": None,
        "name": payer.name or None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
