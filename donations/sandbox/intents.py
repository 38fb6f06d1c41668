"""PaymentIntents: the one place where a payment moves from state to state.

    requires_payment_method -> requires_action -> succeeded
    requires_payment_method -> processing -> succeeded       (a bank answers later)
    any of these -> requires_payment_method                  (declined, refused)
    anything but succeeded and processing -> canceled

Who asked for the payment (a session, an invoice) is told by ``on_change``.
"""

from collections.abc import Callable
from typing import Any, Literal

from . import aftermath, agenda, balance, mandates, methods, store
from .cards import AUTHENTICATION_FAILED, AUTHENTICATION_REQUIRED, Card, effect_of
from .charges import add_charge
from .errors import Refusal
from .events import emit
from .ids import client_secret, new_id
from .models import StoredObject
from .skeletons import build

Result = Literal["paid", "processing", "declined", "authenticate"]
_LISTENERS: list[Callable[[StoredObject], None]] = []
_ENDED = ("succeeded", "canceled")


def on_change(listener: Callable[[StoredObject], None]) -> Callable[[StoredObject], None]:
    """Register who wants to hear that a payment succeeded, failed or waits. It is given the intent."""
    _LISTENERS.append(listener)
    return listener


def open_intent(
    *,
    amount: int,
    currency: str,
    customer: str | None = None,
    metadata: dict[str, str] | None = None,
    owner: str = "",
    **wishes: Any,
) -> StoredObject:
    """A new PaymentIntent of ``amount`` cents. owner: id of the session or invoice that it pays."""
    intent_id = new_id("pi_")
    types = wishes.pop("payment_method_types", ["card"])
    options = {name: value for name, value in _OPTIONS.items() if name in types}
    intent = build(
        "payment_intent",
        id=intent_id,
        created=store.now(),
        amount=amount,
        currency=currency,
        customer=customer,
        client_secret=client_secret(intent_id),
        capture_method="automatic_async",
        confirmation_method="automatic",
        metadata=metadata or {},
        amount_details={"tip": {}},
        payment_method_options=options,
        payment_method_types=types,
        status="requires_payment_method",
        **wishes,
    )
    row = store.add(intent, owner=owner)
    emit("payment_intent.created", row.data)
    return row


_OPTIONS: dict[str, Any] = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "sepa_debit": {},
}


def attempt(
    intent: StoredObject,
    method: StoredObject,
    *,
    off_session: bool = False,
    authenticated: bool = False,
    page: str | None = None,
) -> Result:
    """Try to take the money.

    off_session: the person is not there to authenticate. page: where the bank would ask them; without it a
    payment that needs them fails. Raises Refusal when the intent is over or under way.
    """
    if intent.data["status"] in (*_ENDED, "processing"):
        raise unexpected_state(intent, "confirm")
    instrument = methods.instrument_of(method)
    if not isinstance(instrument, Card):
        _wait_for_the_bank(intent, method, takes=instrument.takes)
        return "processing"
    effect = "approve" if authenticated else effect_of(instrument, off_session=off_session)
    if effect == "authenticate" and page:
        _ask_to_authenticate(intent, method, page)
        return "authenticate"
    if effect == "authenticate":
        _refuse_without_person(intent, method, instrument)
        return "declined"
    if effect == "decline":
        _decline(intent, method, instrument)
        return "declined"
    charge = add_charge(
        intent.data,
        method.data,
        instrument,
        methods.payer_of(method),
        status="succeeded",
        authenticated=authenticated,
    )
    _succeed(intent, method, charge)
    return "paid"


def answer_authentication(intent: StoredObject, *, approved: bool) -> Result:
    """The person approved, or refused, on the bank's page. Raises Refusal when nothing was asked."""
    if intent.data["status"] != "requires_action":
        raise unexpected_state(intent, "authenticate")
    method = store.get("payment_method", intent.data["payment_method"])
    if approved:
        return attempt(intent, method, authenticated=True)
    _fail(
        intent,
        {
            "code": "payment_intent_authentication_failure",
            "message": AUTHENTICATION_FAILED,
            "payment_method": method.data,
            "type": "card_error",
        },
    )
    return "declined"


def cancel(intent: StoredObject, reason: str | None = None) -> None:
    """Nobody shall pay this any more. Raises Refusal when it was paid, or the bank is at it."""
    if intent.data["status"] in (*_ENDED, "processing"):
        raise unexpected_state(intent, "cancel")
    store.save(
        intent, status="canceled", canceled_at=store.now(), cancellation_reason=reason, next_action=None
    )
    emit("payment_intent.canceled", intent.data)


def unexpected_state(intent: StoredObject, verb: str) -> Refusal:
    return Refusal(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent.data['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent.data,
    )


def declined(intent: StoredObject) -> Refusal:
    """What a request that could not take the money is answered (402); the intent stays as it is."""
    error = intent.data["last_payment_error"] or {"message": "This customer has no saved payment method."}
    told = {key: error[key] for key in ("charge", "decline_code", "payment_method") if key in error}
    return Refusal(
        error["message"],
        status=402,
        kind="card_error",
        code=error.get("code"),
        payment_intent=intent.data,
        **told,
    )


@agenda.when_due("payment_intent")
def settle(intent: StoredObject) -> None:
    """The bank answered a debit."""
    if intent.data["status"] != "processing":
        return
    method = store.get("payment_method", intent.data["payment_method"])
    charge = store.get("charge", intent.data["latest_charge"])
    instrument = methods.instrument_of(method)
    if instrument.effect == "succeed":
        store.save(charge, status="succeeded", paid=True)
        _succeed(intent, method, charge)
        return
    message = "Your bank account has insufficient funds."
    told = {"failure_code": "insufficient_funds", "failure_message": message}
    store.save(charge, status="failed", captured=False, amount_captured=0, outcome=None, **told)
    emit("charge.failed", charge.data)
    error = {"charge": charge.stripe_id, "code": "insufficient_funds", "message": message}
    _fail(intent, error | {"payment_method": method.data, "type": "card_error"})


def _wait_for_the_bank(intent: StoredObject, method: StoredObject, *, takes: int) -> None:
    mandate = mandates.latest_for(method.stripe_id)
    charge = add_charge(
        intent.data,
        method.data,
        methods.instrument_of(method),
        methods.payer_of(method),
        status="pending",
        mandate=mandate.stripe_id if mandate else None,
    )
    emit("charge.pending", charge.data)
    intent.private["waited"] = True  # whoever asked for the money is no longer there to see it fail
    store.save(
        intent,
        status="processing",
        latest_charge=charge.stripe_id,
        payment_method=method.stripe_id,
        last_payment_error=None,
        next_action=None,
    )
    emit("payment_intent.processing", intent.data)
    agenda.plan(intent, store.now() + takes)
    _tell(intent)


def _succeed(intent: StoredObject, method: StoredObject, charge: StoredObject) -> None:
    emit("charge.succeeded", charge.data)
    store.save(
        intent,
        status="succeeded",
        amount_received=intent.data["amount"],
        latest_charge=charge.stripe_id,
        last_payment_error=None,
        next_action=None,
        payment_method=method.stripe_id,
    )
    emit("payment_intent.succeeded", intent.data)
    _tell(intent)
    # With asynchronous capture Stripe books a little later: the first event shows no fee yet.
    movement = balance.book_charge(charge.data)
    before = store.save(charge, balance_transaction=movement["id"])
    emit("charge.updated", charge.data, previous=before)
    aftermath.begin(charge, methods.instrument_of(method).after)


def _ask_to_authenticate(intent: StoredObject, method: StoredObject, page: str) -> None:
    back = page.removesuffix("/authenticate")
    action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": back, "url": page}}
    store.save(intent, status="requires_action", next_action=action, payment_method=method.stripe_id)
    emit("payment_intent.requires_action", intent.data)
    _tell(intent)


def _decline(intent: StoredObject, method: StoredObject, card: Card) -> None:
    charge = add_charge(intent.data, method.data, card, methods.payer_of(method), status="failed")
    emit("charge.failed", charge.data)
    error = {
        "charge": charge.stripe_id,
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "payment_method": method.data,
        "type": "card_error",
    }
    _fail(intent, error, latest_charge=charge.stripe_id)


def _refuse_without_person(intent: StoredObject, method: StoredObject, card: Card) -> None:
    """The bank would ask the person, who is not there."""
    asked = Card(
        card.number,
        "decline",
        "",
        "authentication_required",
        "authentication_required",
        AUTHENTICATION_REQUIRED,
        brand=card.brand,
    )
    _decline(intent, method, asked)


def _fail(intent: StoredObject, error: dict[str, Any], **changes: Any) -> None:
    store.save(
        intent,
        status="requires_payment_method",
        next_action=None,
        payment_method=None,
        last_payment_error=error,
        **changes,
    )
    emit("payment_intent.payment_failed", intent.data)
    _tell(intent)


def _tell(intent: StoredObject) -> None:
    for listener in _LISTENERS:
        listener(intent)
