from typing import Any

from .. import disputes, store
from ..paging import page
from ..session_rules import merged_metadata
from .operations import Call, operation

_PATH = "/v1/disputes"
_WARNINGS = "/v1/radar/early_fraud_warnings"


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("dispute", call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("charge", "payment_intent") if key in call.params}
    return page(store.find("dispute", **wanted), call.params, _PATH)


@operation("POST", _PATH + "/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("dispute", call.id)
    wishes = call.honour({"evidence", "metadata", "submit"}, "disputes")
    if "metadata" in wishes:
        store.save(row, metadata=merged_metadata(row.data["metadata"], wishes["metadata"]))
    if "evidence" in wishes or "submit" in wishes:
        disputes.answer(row, wishes.get("evidence", {}), submit=wishes.get("submit", True))
    return row.data


@operation("POST", _PATH + "/{id}/close")
def close(call: Call) -> dict[str, Any]:
    """To close a dispute is to accept that it is lost."""
    row = store.get("dispute", call.id)
    disputes.close(row, won=False)
    return row.data


@operation("GET", _WARNINGS + "/{id}")
def warning(call: Call) -> dict[str, Any]:
    return store.get("radar.early_fraud_warning", call.id).data


@operation("GET", _WARNINGS)
def warnings(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("charge", "payment_intent") if key in call.params}
    return page(store.find("radar.early_fraud_warning", **wanted), call.params, _WARNINGS)
