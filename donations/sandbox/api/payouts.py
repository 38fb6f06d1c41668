from typing import Any

from .. import payouts, store
from ..errors import beyond_sandbox
from ..paging import page
from .operations import Call, operation


@operation("GET", "/v1/payouts/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("payout", call.id).data


@operation("GET", "/v1/payouts")
def search(call: Call) -> dict[str, Any]:
    rows = store.find("payout")
    if "status" in call.params:
        rows = rows.filter(state=call.params["status"])
    if call.params.get("destination", payouts.BANK_ACCOUNT) != payouts.BANK_ACCOUNT:
        rows = rows.none()
    arrival = call.params.get("arrival_date", {})
    if isinstance(arrival, int):
        raise beyond_sandbox("finding payouts by one moment of arrival", "arrival_date")
    rows = rows.filter(**{f"data__arrival_date__{sign}": moment for sign, moment in arrival.items()})
    return page(rows, call.params, "/v1/payouts")
