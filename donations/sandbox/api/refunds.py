from typing import Any

from .. import refunds, store
from ..paging import page
from .operations import Call, operation


@operation("POST", "/v1/refunds")
def create(call: Call) -> dict[str, Any]:
    return refunds.refund(call.params)


@operation("GET", "/v1/refunds/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("refund", call.id).data


@operation("GET", "/v1/refunds")
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("charge", "payment_intent") if key in call.params}
    return page(store.find("refund", **wanted), call.params, "/v1/refunds")
