"""Checkout sessions: opened by the site, then completed by a person or ended by time."""

from typing import Any

from django.db import transaction

from . import agenda, clock, customers, store
from .charges import Payer
from .errors import Refusal
from .events import emit
from .ids import new_id
from .line_items import make_items
from .models import StoredObject
from .session_rules import SHORTEST, check_session
from .skeletons import build


def open_session(params: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Make an open session from the parameters of the API. Raises Refusal for what Stripe would refuse.

    base_url: where this sandbox is reached, without a slash at the end; the hosted page lies under it.
    """
    at = store.now()
    ahead = _ahead_of_the_site(params, at)
    mode = params.get("mode", "")
    check_session(params, at - ahead)
    if params.get("customer"):
        customers.find_customer(params["customer"])
    items = make_items(params.get("line_items", []))
    session_id = new_id("cs_test_")
    total = sum(item["amount_total"] for item in items) if items else None
    types = params.get("allowed_payment_method_types") or ["card", "sepa_debit"]
    expires_at = params.get("expires_at", at - ahead + 86_400)
    session = build(
        "checkout.session",
        id=session_id,
        created=at,
        adaptive_pricing=None
        if mode == "setup"
        else {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        amount_subtotal=total,
        amount_total=total,
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=items[0]["currency"] if items else params.get("currency"),
        customer=params.get("customer"),
        customer_creation=_creation(params, mode),
        customer_email=params.get("customer_email"),
        expires_at=expires_at,
        locale=params.get("locale"),
        metadata=text_values(params.get("metadata")),
        mode=mode,
        payment_method_collection="if_required" if mode != "subscription" else "always",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=types,
        payment_status="no_payment_required" if mode == "setup" else "unpaid",
        status="open",
        submit_type=params.get("submit_type"),
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if items else None,
        ui_mode="hosted_page",
        url=f"{base_url}/c/pay/{session_id}",
    )
    store.add(
        session,
        due_at=expires_at + ahead,
        line_items=items,
        **{name: params.get(name, {}) for name in _LATER},
    )
    return session


def _ahead_of_the_site(params: dict[str, Any], at: int) -> int:
    """How far the clock here is ahead of the site's, whose times are moved along by as much.

    A site lives in the present, however far the clock here runs ahead; one whose clock goes along (tests set
    both) asks for an end that lies ahead of ours.
    """
    goes_along = params.get("expires_at", 0) >= at + SHORTEST
    return 0 if goes_along else clock.ahead()


# What a session keeps to itself until somebody pays.
_LATER = ("payment_intent_data", "subscription_data", "setup_intent_data")


def _creation(params: dict[str, Any], mode: str) -> str | None:
    if params.get("customer") or mode == "subscription":
        return None if params.get("customer") else "always"
    return params.get("customer_creation", "if_required")


def text_values(metadata: Any) -> dict[str, str]:
    return {key: str(value) for key, value in (metadata or {}).items() if value not in (None, "")}


def current(session_id: str) -> StoredObject:
    """The session as it stands now; one whose time has run out expires here. Raises Refusal (404)."""
    session = store.get("checkout.session", session_id)
    if session.data["status"] == "open" and (session.due_at or 0) <= store.now():
        time_ran_out(session)
    return session


@agenda.when_due("checkout.session")
@transaction.atomic
def time_ran_out(session: StoredObject) -> None:
    if session.data["status"] == "open":
        _expire(session)


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
    session.due_at = None
    store.save(session, status="expired", url=None)
    emit("checkout.session.expired", session.data)


def customer_for(session: StoredObject, payer: Payer) -> str | None:
    """The customer of a session about to be paid, made now when one is needed."""
    if session.data["customer"] or session.data["customer_creation"] != "always":
        return session.data["customer"]
    return customers.add_customer({"email": payer.email or None, "name": payer.name or None})["id"]


def complete(session: StoredObject, payer: Payer, *, paid: bool, **changes: Any) -> None:
    """The person is done: close the session and say so. paid: False while a bank has yet to answer."""
    session.due_at = None
    if session.data["mode"] != "setup":
        changes["payment_status"] = "paid" if paid else "unpaid"
    store.save(
        session,
        status="complete",
        url=None,
        customer_details=_details(payer),
        created=min(session.data["created"], store.now()),
        collected_information={"business_name": None, "individual_name": None, "shipping_details": None},
        **changes,
    )
    emit("checkout.session.completed", session.data)


def bank_answered(session: StoredObject, *, paid: bool) -> None:
    """Days after the session was completed: the debit went through, or not. Said once."""
    if session.private.get("bank_answered"):
        return
    session.private["bank_answered"] = True
    store.save(session, payment_status="paid" if paid else "unpaid")
    emit(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session.data)


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
