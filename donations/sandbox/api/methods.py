from typing import Any

from .. import customers, methods, store
from ..errors import missing
from ..paging import page
from ..session_rules import check_metadata, merged_metadata
from .operations import Call, operation

_PATH = "/v1/payment_methods"


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("payment_method", call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    wishes = call.honour({"customer", "type", "limit", "starting_after", "ending_before"}, "payment methods")
    if "customer" not in wishes:
        raise missing("customer")
    customers.find_customer(wishes["customer"])
    return page(methods.saved_with(wishes["customer"], wishes.get("type")), call.params, _PATH)


@operation("POST", _PATH + "/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("payment_method", call.id)
    wishes = call.honour({"metadata", "allow_redisplay"}, "updating a payment method")
    check_metadata(wishes.get("metadata") or {}, "metadata")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    store.save(row, **wishes)
    return row.data


@operation("POST", _PATH + "/{id}/attach")
def attach(call: Call) -> dict[str, Any]:
    row = methods.find_method(call.id, param="id", status=404)
    wishes = call.honour({"customer"}, "attaching a payment method")
    if "customer" not in wishes:
        raise missing("customer")
    customers.find_customer(wishes["customer"])
    methods.attach(row, wishes["customer"])
    return row.data


@operation("POST", _PATH + "/{id}/detach")
def detach(call: Call) -> dict[str, Any]:
    row = store.get("payment_method", call.id)
    methods.detach(row)
    return row.data


@operation("GET", "/v1/mandates/{id}")
def mandate(call: Call) -> dict[str, Any]:
    return store.get("mandate", call.id).data
