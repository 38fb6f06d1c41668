"""SetupIntents: the one place where the saving of a card or an account moves from state to state.

requires_payment_method -> requires_action -> succeeded
any but succeeded -> canceled
"""

from typing import Any

from . import mandates, methods, store
from .cards import AUTHENTICATION_FAILED, Card, Effect
from .errors import Refusal
from .events import emit
from .ids import client_secret, new_id
from .instruments import Instrument
from .models import StoredObject
from .skeletons import build


def open_setup(
    *,
    customer: str | None,
    payment_method_types: list[str],
    metadata: dict[str, str] | None = None,
    usage: str = "off_session",
    **wishes: Any,
) -> StoredObject:
    setup_id = new_id("seti_")
    row = store.add(
        build(
            "setup_intent",
            id=setup_id,
            created=store.now(),
            client_secret=client_secret(setup_id),
            customer=customer,
            metadata=metadata or {},
            payment_method_options={
                "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
            },
            payment_method_types=payment_method_types,
            status="requires_payment_method",
            usage=usage,
            **wishes,
        )
    )
    emit("setup_intent.created", row.data)
    return row


def effect_of(instrument: Instrument) -> Effect:
    """What saving it does."""
    if not isinstance(instrument, Card):
        return "approve"
    return instrument.setup or instrument.effect


def succeed(setup: StoredObject, method: StoredObject, page: str) -> None:
    """Saved: with its customer, and with a mandate. page: where the mandate can be read."""
    if setup.data["customer"]:
        methods.attach(method, setup.data["customer"])
    mandate = mandates.sign(method, page)
    store.save(
        setup,
        status="succeeded",
        payment_method=method.stripe_id,
        mandate=mandate.stripe_id,
        next_action=None,
        last_setup_error=None,
    )
    emit("setup_intent.succeeded", setup.data)


def ask_to_authenticate(setup: StoredObject, method: StoredObject, page: str) -> None:
    back = page.removesuffix("/authenticate")
    action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": back, "url": page}}
    store.save(setup, status="requires_action", next_action=action, payment_method=method.stripe_id)
    emit("setup_intent.requires_action", setup.data)


def answer_authentication(setup: StoredObject, *, approved: bool) -> None:
    method = store.get("payment_method", setup.data["payment_method"])
    if approved:
        succeed(setup, method, "")
        return
    _fail(setup, method, "setup_intent_authentication_failure", AUTHENTICATION_FAILED)


def decline(setup: StoredObject, method: StoredObject, card: Any) -> None:
    _fail(setup, method, card.code, card.message, decline_code=card.decline_code)


def cancel(setup: StoredObject, reason: str | None) -> None:
    if setup.data["status"] in ("succeeded", "canceled"):
        raise Refusal(
            f"You cannot cancel this SetupIntent because it has a status of {setup.data['status']}.",
            code="setup_intent_unexpected_state",
        )
    store.save(setup, status="canceled", cancellation_reason=reason, next_action=None)
    emit("setup_intent.canceled", setup.data)


def _fail(setup: StoredObject, method: StoredObject, code: str, message: str, **more: Any) -> None:
    error = {"code": code, "message": message, "payment_method": method.data, "type": "card_error", **more}
    store.save(
        setup, status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=error
    )
    emit("setup_intent.setup_failed", setup.data)
