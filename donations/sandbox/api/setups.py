from typing import Any

from .. import customers, methods, setups, store
from ..checkout import text_values
from ..errors import Refusal, beyond_sandbox, missing
from ..models import StoredObject
from ..paging import page
from ..session_rules import check_metadata
from .operations import Call, operation

_PATH = "/v1/setup_intents"


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    """With ``confirm`` only for a method that is saved already; others are saved on the hosted page."""
    named = {"allowed_payment_method_types", "customer", "description", "metadata", "usage"}
    wishes = call.honour(named, "setup intents")
    check_metadata(wishes.get("metadata"), "metadata")
    if "customer" in wishes:
        customers.find_customer(wishes["customer"])
    row = setups.open_setup(
        customer=wishes.get("customer"),
        metadata=text_values(wishes.get("metadata")),
        description=wishes.get("description"),
        usage=wishes.get("usage", "off_session"),
        payment_method_types=wishes.get("allowed_payment_method_types", ["card", "sepa_debit"]),
    )
    return row.data


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("setup_intent", call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("customer", "payment_method") if key in call.params}
    return page(store.find("setup_intent", **wanted), call.params, _PATH)


@operation("POST", _PATH + "/{id}/confirm")
def confirm(call: Call) -> dict[str, Any] | Refusal:
    row = store.get("setup_intent", call.id)
    wishes = call.honour({"payment_method"}, "confirming a setup intent")
    if "payment_method" not in wishes:
        raise missing("payment_method")
    method = store.get("payment_method", wishes["payment_method"], param="payment_method", status=400)
    return _try(row, method)


def _try(row: StoredObject, method: StoredObject) -> dict[str, Any] | Refusal:
    if row.data["status"] in ("succeeded", "canceled"):
        raise Refusal(
            f"You cannot confirm this SetupIntent because it has a status of {row.data['status']}.",
            code="setup_intent_unexpected_state",
        )
    instrument = methods.instrument_of(method)
    effect = setups.effect_of(instrument)
    if effect == "authenticate":
        raise beyond_sandbox("authentication outside the hosted page", "payment_method")
    if effect == "decline":
        setups.decline(row, method, instrument)
        error = row.data["last_setup_error"]
        return Refusal(
            error["message"], status=402, kind="card_error", code=error["code"], setup_intent=row.data
        )
    setups.succeed(row, method, "")
    return row.data


@operation("POST", _PATH + "/{id}/cancel")
def cancel(call: Call) -> dict[str, Any]:
    row = store.get("setup_intent", call.id)
    setups.cancel(row, call.params.get("cancellation_reason"))
    return row.data
