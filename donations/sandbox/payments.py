"""One person's tries to pay a checkout session: success, decline, 3-D Secure."""

from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from . import balance, charges, checkout, store
from .cards import AUTHENTICATION_FAILED, CARDS, Card, find_card
from .charges import Payer
from .events import emit
from .ids import client_secret, new_id
from .models import StoredObject
from .skeletons import build

Result = Literal["paid", "declined", "authenticate", "closed"]


@dataclass(frozen=True)
class Outcome:
    """What became of a try. session is the session afterwards; message says why a card was declined."""

    result: Result
    session: dict[str, Any]
    message: str = ""


@transaction.atomic
def pay(session_id: str, number: str, payer: Payer, *, at: int | None = None) -> Outcome:
    """Try to pay with a test card.

    at: seconds since 1970, to leave a payment that looks as old as that (demo content).
    Raises InvalidNumber, and Refusal (404) when there is no such session.
    """
    card = find_card(number)
    session = checkout.current(session_id)
    if session.data["status"] != "open":
        return Outcome("closed", session.data)
    at = at or store.now()
    if session.private.pop("attempt", None):  # a new try takes the place of one that waits for the bank
        session.save()
    intent = _intent_of(session, at)
    method = charges.add_payment_method(card, payer, at=at)
    if card.effect == "authenticate":
        session.private["attempt"] = {
            "card": card.number,
            "payer": payer.__dict__,
            "method": method["id"],
            "at": at,
        }
        session.save()
        _ask_to_authenticate(session, intent, method, at)
        return Outcome("authenticate", session.data)
    if card.effect == "decline":
        return _decline(session, intent, method, card, payer, at)
    return _succeed(session, intent, method, card, payer, at)


@transaction.atomic
def answer_authentication(session_id: str, *, approved: bool) -> Outcome:
    """The person approved, or refused, on the bank's page. Nothing happens when none was asked for."""
    session = checkout.current(session_id)
    attempt = session.private.pop("attempt", None)
    if session.data["status"] != "open" or attempt is None:
        return Outcome("closed", session.data)
    session.save()
    intent = _intent_of(session, attempt["at"])
    method = store.get("payment_method", attempt["method"]).data
    payer = Payer(**attempt["payer"])
    if approved:
        card = CARDS[attempt["card"]]
        return _succeed(session, intent, method, card, payer, attempt["at"], authenticated=True)
    error = {
        "code": "payment_intent_authentication_failure",
        "message": AUTHENTICATION_FAILED,
        "payment_method": method,
        "type": "card_error",
    }
    _fail_intent(intent, error, attempt["at"])
    return Outcome("declined", session.data, AUTHENTICATION_FAILED)


def awaits_authentication(session: StoredObject) -> bool:
    return session.data["status"] == "open" and "attempt" in session.private


def _intent_of(session: StoredObject, at: int) -> StoredObject:
    """The session's PaymentIntent; like Stripe, made at the first try and used again by the later ones."""
    if session.data["payment_intent"]:
        return store.get("payment_intent", session.data["payment_intent"])
    wishes = session.private["payment_intent_data"]
    intent_id = new_id("pi_")
    intent = build(
        "payment_intent",
        id=intent_id,
        created=at,
        amount=session.data["amount_total"],
        currency=session.data["currency"],
        customer=session.data["customer"],
        client_secret=client_secret(intent_id),
        capture_method="automatic_async",
        confirmation_method="automatic",
        description=wishes.get("description"),
        metadata=wishes.get("metadata", {}),
        receipt_email=wishes.get("receipt_email"),
        statement_descriptor=wishes.get("statement_descriptor"),
        statement_descriptor_suffix=wishes.get("statement_descriptor_suffix"),
        amount_details={"tip": {}},
        payment_method_options={
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        payment_method_types=["card"],
        status="requires_payment_method",
    )
    row = store.add(intent)
    store.save(session, payment_intent=intent_id)
    emit("payment_intent.created", row.data, at=at)
    return row


def _ask_to_authenticate(
    session: StoredObject, intent: StoredObject, method: dict[str, Any], at: int
) -> None:
    page = f"{session.data['url']}/authenticate"
    action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": session.data["url"], "url": page}}
    store.save(intent, status="requires_action", next_action=action, payment_method=method["id"])
    emit("payment_intent.requires_action", intent.data, at=at)


def _decline(
    session: StoredObject, intent: StoredObject, method: dict[str, Any], card: Card, payer: Payer, at: int
) -> Outcome:
    charge = charges.add_charge(intent.data, method, card, payer, at=at, declined=True)
    error = {
        "charge": charge.stripe_id,
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "payment_method": method,
        "type": "card_error",
    }
    emit("charge.failed", charge.data, at=at)
    _fail_intent(intent, error, at, latest_charge=charge.stripe_id)
    return Outcome("declined", session.data, card.message)


def _fail_intent(intent: StoredObject, error: dict[str, Any], at: int, **changes: Any) -> None:
    store.save(
        intent,
        status="requires_payment_method",
        next_action=None,
        payment_method=None,
        last_payment_error=error,
        **changes,
    )
    emit("payment_intent.payment_failed", intent.data, at=at)


def _succeed(
    session: StoredObject,
    intent: StoredObject,
    method: dict[str, Any],
    card: Card,
    payer: Payer,
    at: int,
    *,
    authenticated: bool = False,
) -> Outcome:
    customer = checkout.customer_for(session, payer, at)
    store.save(intent, customer=customer)
    charge = charges.add_charge(
        intent.data, method, card, payer, at=at, declined=False, authenticated=authenticated
    )
    emit("charge.succeeded", charge.data, at=at)
    store.save(
        intent,
        status="succeeded",
        amount_received=intent.data["amount"],
        latest_charge=charge.stripe_id,
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
    )
    emit("payment_intent.succeeded", intent.data, at=at)
    checkout.complete(session, payer, customer, at)
    # With asynchronous capture Stripe books a little later: the first event shows no fee yet.
    movement = balance.book_charge(charge.data)
    before = store.save(charge, balance_transaction=movement["id"])
    emit("charge.updated", charge.data, previous=before, at=at)
    return Outcome("paid", session.data)
