from typing import Any

from .. import refunds, store
from ..paging import page
from ..session_rules import merged_metadata
from .operations import Call, operation


@operation("POST", "/v1/refunds")
def create(call: Call) -> dict[str, Any]:
    return refunds.refund(call.params)


@operation("GET", "/v1/refunds/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("refund", call.id).data


@operation("POST", "/v1/refunds/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("refund", call.id)
    wishes = call.honour({"metadata"}, "updating a refund")
    store.save(row, metadata=merged_metadata(row.data["metadata"], wishes.get("metadata")))
    return row.data


@operation("POST", "/v1/refunds/{id}/cancel")
def cancel(call: Call) -> dict[str, Any]:
    row = store.get("refund", call.id)
    refunds.cancel(row)
    return row.data


@operation("GET", "/v1/refunds")
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("charge", "payment_intent") if key in call.params}
    return page(store.find("refund", **wanted), call.params, "/v1/refunds")
