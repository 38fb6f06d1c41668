from typing import Any

from .. import clock, customers, methods, store, subscriptions
from ..checkout import text_values
from ..events import emit
from ..invoices import OVER
from ..paging import page
from ..session_rules import check_email, check_metadata, merged_metadata
from .operations import Call, operation

_HONOURED = {"email", "name", "description", "phone", "metadata", "preferred_locales", "address"}


@operation("POST", "/v1/customers")
def create(call: Call) -> dict[str, Any]:
    wishes = call.honour(_HONOURED | {"test_clock"}, "customers")
    check_email(wishes.get("email"), "email")
    check_metadata(wishes.get("metadata"), "metadata")
    wishes["metadata"] = text_values(wishes.get("metadata"))
    if "address" in wishes:
        wishes["address"] = _address(wishes["address"])
    clock_id = wishes.get("test_clock", "")
    if clock_id:
        store.get("test_helpers.test_clock", clock_id, param="test_clock", status=400)
    with clock.at(clock.now_for(clock_id), clock=clock_id):
        return customers.add_customer(wishes)


def _address(wish: Any) -> dict[str, Any] | None:
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    return {part: wish.get(part) for part in parts} if wish else None


@operation("GET", "/v1/customers/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.look("customer", call.id)


@operation("POST", "/v1/customers/{id}")
def update(call: Call) -> dict[str, Any]:
    customer = store.get("customer", call.id)
    wishes = call.honour(_HONOURED | {"invoice_settings"}, "customers")
    check_email(wishes.get("email"), "email")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(customer.data["metadata"], wishes["metadata"])
    if "address" in wishes:
        wishes["address"] = _address(wishes["address"])
    if settings := wishes.pop("invoice_settings", None):
        if "default_payment_method" in settings:
            method = store.get(
                "payment_method",
                settings["default_payment_method"],
                param="invoice_settings[default_payment_method]",
                status=400,
            )
            customers.check_method(
                customer.stripe_id, method, param="invoice_settings[default_payment_method]"
            )
        wishes["invoice_settings"] = customer.data["invoice_settings"] | settings
    customers.change_customer(customer, wishes)
    return customer.data


@operation("DELETE", "/v1/customers/{id}")
def delete(call: Call) -> dict[str, Any]:
    """Its subscriptions end at once, and its cards are forgotten."""
    customer = store.get("customer", call.id)
    for subscription in store.find("subscription", customer=call.id):
        if subscription.data["status"] not in OVER:
            subscriptions.end(subscription)
    for method in methods.saved_with(call.id):
        methods.detach(method)
    customer.refresh_from_db()
    emit("customer.deleted", customer.data)
    return store.bury(customer)


@operation("GET", "/v1/customers")
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("email", "test_clock") if key in call.params}
    return page(store.find("customer", **wanted), call.params, "/v1/customers")


@operation("GET", "/v1/customers/{id}/payment_methods")
def payment_methods(call: Call) -> dict[str, Any]:
    store.get("customer", call.id)
    rows = methods.saved_with(call.id, call.params.get("type"))
    return page(rows, call.params, f"/v1/customers/{call.id}/payment_methods")
