"""PaymentIntents, charges and movements of the balance."""

from typing import Any

from .. import clock, customers, intents, methods, store
from ..checkout import text_values
from ..errors import Refusal, beyond_sandbox, missing
from ..events import emit
from ..models import StoredObject
from ..paging import page
from ..session_rules import LEAST, MOST, check_currency, check_email, check_metadata, merged_metadata
from .operations import Call, operation

_CREATED_WITH = {
    "allowed_payment_method_types", "amount", "automatic_payment_methods", "confirm", "currency", "customer",
    "description", "metadata", "off_session", "payment_method", "receipt_email", "return_url",
    "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix",
}  # fmt: skip


def _search(
    call: Call, kind: str, path: str, by: tuple[str, ...], lacking: tuple[str, ...]
) -> dict[str, Any]:
    for param in lacking:
        if param in call.params:
            raise beyond_sandbox(f"finding by {param}", param)
    wanted = {key: call.params[key] for key in by if key in call.params}
    return page(store.find(kind, **wanted), call.params, path)


@operation("GET", "/v1/payment_intents/{id}")
def payment_intent(call: Call) -> dict[str, Any]:
    if "client_secret" in call.params:
        raise beyond_sandbox("reading by client_secret", "client_secret")
    return store.get("payment_intent", call.id).data


@operation("GET", "/v1/payment_intents")
def payment_intents(call: Call) -> dict[str, Any]:
    return _search(call, "payment_intent", "/v1/payment_intents", ("customer",), ("customer_account",))


@operation("POST", "/v1/payment_intents")
def create(call: Call) -> dict[str, Any] | Refusal:
    """With ``confirm`` the money is taken at once; a decline is a 402 and leaves the intent behind."""
    wishes = call.honour(_CREATED_WITH, "payment intents")
    _check(wishes)
    clock_id = ""
    if "customer" in wishes:
        clock_id = customers.find_customer(wishes["customer"]).clock_id
    if wishes.get("off_session") and not wishes.get("confirm"):
        raise Refusal("`off_session` can only be used with `confirm=true`.", param="off_session")
    with clock.at(clock.now_for(clock_id), clock=clock_id):
        intent = intents.open_intent(
            amount=wishes["amount"],
            currency=wishes["currency"],
            customer=wishes.get("customer"),
            metadata=text_values(wishes.get("metadata")),
            payment_method_types=wishes.get("allowed_payment_method_types", ["card", "sepa_debit"]),
            **{name: wishes.get(name) for name in _TEXTS},
        )
        return _confirm(intent, wishes) if wishes.get("confirm") else intent.data


_TEXTS = (
    "description",
    "receipt_email",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
)


def _check(wishes: dict[str, Any]) -> None:
    check_currency(wishes["currency"], "currency")
    check_metadata(wishes.get("metadata"), "metadata")
    check_email(wishes.get("receipt_email"), "receipt_email")
    if wishes["amount"] < LEAST[wishes["currency"]]:
        raise Refusal(
            f"Amount must be at least {LEAST[wishes['currency']]} cents.",
            code="amount_too_small",
            param="amount",
        )
    if wishes["amount"] > MOST:
        raise Refusal("Amount must be no more than 999,999.99", code="amount_too_large", param="amount")


def _confirm(intent: StoredObject, wishes: dict[str, Any]) -> dict[str, Any] | Refusal:
    if "payment_method" not in wishes:
        raise missing("payment_method")
    method = methods.find_method(wishes["payment_method"])
    if method.data["customer"] is None or method.data["customer"] != intent.data["customer"]:
        raise Refusal(
            "The provided PaymentMethod belongs to another customer, or to none: it must be used with the "
            "customer it is saved with.",
            param="payment_method",
        )
    off_session = bool(wishes.get("off_session"))
    # Without the person there is no page where the bank could ask.
    page_of_bank = None if off_session else wishes.get("return_url")
    if intents.attempt(intent, method, off_session=off_session, page=page_of_bank) == "declined":
        return intents.declined(intent)
    return intent.data


@operation("POST", "/v1/payment_intents/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("payment_intent", call.id)
    wishes = call.honour({"description", "metadata", "receipt_email"}, "updating a payment intent")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    store.save(row, **wishes)
    return row.data


@operation("POST", "/v1/payment_intents/{id}/confirm")
def confirm(call: Call) -> dict[str, Any] | Refusal:
    row = store.get("payment_intent", call.id)
    wishes = call.honour({"off_session", "payment_method", "return_url"}, "confirming a payment intent")
    if row.data["payment_method"]:
        wishes.setdefault("payment_method", row.data["payment_method"])
    with clock.at(clock.now_for(row.clock_id), clock=row.clock_id):
        return _confirm(row, wishes)


@operation("POST", "/v1/payment_intents/{id}/cancel")
def cancel(call: Call) -> dict[str, Any]:
    row = store.get("payment_intent", call.id)
    intents.cancel(row, call.params.get("cancellation_reason"))
    return row.data


@operation("GET", "/v1/charges/{id}")
def charge(call: Call) -> dict[str, Any]:
    return store.get("charge", call.id).data


@operation("GET", "/v1/charges")
def charges(call: Call) -> dict[str, Any]:
    return _search(call, "charge", "/v1/charges", ("customer", "payment_intent"), ("transfer_group",))


@operation("POST", "/v1/charges/{id}")
def update_charge(call: Call) -> dict[str, Any]:
    row = store.get("charge", call.id)
    wishes = call.honour({"description", "metadata", "receipt_email"}, "updating a charge")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    if before := store.save(row, **wishes):
        emit("charge.updated", row.data, previous=before)
    return row.data


@operation("GET", "/v1/balance_transactions/{id}")
def balance_transaction(call: Call) -> dict[str, Any]:
    return store.get("balance_transaction", call.id).data


@operation("GET", "/v1/balance_transactions")
def balance_transactions(call: Call) -> dict[str, Any]:
    by = ("currency", "source", "type")
    wanted = {key: call.params[key] for key in by if key in call.params}
    rows = store.find("balance_transaction", **wanted)
    if "payout" in call.params:
        store.get("payout", call.params["payout"], param="payout", status=400)
        rows = rows.filter(private__payout=call.params["payout"])
    return page(rows, call.params, "/v1/balance_transactions")
