from typing import Any

from django.db.models import Q

from .. import agenda, checkout, store
from ..errors import beyond_sandbox
from ..expansion import session_items
from ..paging import listing, page
from .operations import Call, operation

_PATH = "/v1/checkout/sessions"


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    return checkout.open_session(call.params, call.base_url)


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return checkout.current(call.id).data


@operation("POST", _PATH + "/{id}/expire")
def expire(call: Call) -> dict[str, Any]:
    return checkout.expire_now(call.id)


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    for param in ("customer_account", "payment_link"):
        if param in call.params:
            raise beyond_sandbox(f"finding sessions by {param}", param)
    agenda.catch_up()
    by = ("customer", "payment_intent", "status", "subscription")
    wanted = {key: call.params[key] for key in by if key in call.params}
    rows = store.find("checkout.session", **wanted)
    if email := call.params.get("customer_details", {}).get("email"):
        rows = rows.filter(Q(data__customer_details__email=email))
    return page(rows, call.params, _PATH)


@operation("GET", _PATH + "/{id}/line_items")
def line_items(call: Call) -> dict[str, Any]:
    store.get("checkout.session", call.id)
    items, url = session_items(call.id), f"{_PATH}/{call.id}/line_items"
    start = 0
    if after := call.params.get("starting_after"):
        start = next((place + 1 for place, item in enumerate(items) if item["id"] == after), len(items))
    limit = max(1, min(call.params.get("limit", 10), 100))
    return listing(items[start : start + limit], url, has_more=len(items) > start + limit)
