"""Reading PaymentIntents, charges, movements of the balance and payment methods."""

from typing import Any

from .. import store
from ..errors import beyond_sandbox
from ..paging import page
from .operations import Call, operation


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


@operation("GET", "/v1/charges/{id}")
def charge(call: Call) -> dict[str, Any]:
    return store.get("charge", call.id).data


@operation("GET", "/v1/charges")
def charges(call: Call) -> dict[str, Any]:
    return _search(call, "charge", "/v1/charges", ("customer", "payment_intent"), ("transfer_group",))


@operation("GET", "/v1/balance_transactions/{id}")
def balance_transaction(call: Call) -> dict[str, Any]:
    return store.get("balance_transaction", call.id).data


@operation("GET", "/v1/balance_transactions")
def balance_transactions(call: Call) -> dict[str, Any]:
    path = "/v1/balance_transactions"
    return _search(call, "balance_transaction", path, ("currency", "source", "type"), ("payout",))


@operation("GET", "/v1/payment_methods/{id}")
def payment_method(call: Call) -> dict[str, Any]:
    return store.get("payment_method", call.id).data
