from typing import Any

from .. import invoices, store
from ..errors import Refusal
from ..models import StoredObject
from ..paging import listing, page
from .operations import Call, operation
from .times import in_time

_PATH = "/v1/invoices"


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("invoice", call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    paging = {"limit", "starting_after", "ending_before", "created"}
    wishes = call.honour({"customer", "status", "subscription", "collection_method"} | paging, "invoices")
    wanted = {key: wishes[key] for key in ("customer", "status", "collection_method") if key in wishes}
    if "subscription" in wishes:
        wanted["parent__subscription_details__subscription"] = wishes["subscription"]
    return page(store.find("invoice", **wanted), call.params, _PATH)


@operation("GET", _PATH + "/{id}/lines")
def lines(call: Call) -> dict[str, Any]:
    found, url = store.get("invoice", call.id).data["lines"]["data"], f"{_PATH}/{call.id}/lines"
    limit = max(1, min(call.params.get("limit", 10), 100))
    return listing(found[:limit], url, has_more=len(found) > limit)


@operation("POST", _PATH + "/{id}/finalize")
@in_time("invoice")
def finalize(call: Call, row: StoredObject) -> dict[str, Any]:
    call.honour({"auto_advance"}, "finalizing an invoice")
    invoices.finalise(row)
    return row.data


@operation("POST", _PATH + "/{id}/pay")
@in_time("invoice")
def pay(call: Call, row: StoredObject) -> dict[str, Any] | Refusal:
    wishes = call.honour({"payment_method", "off_session"}, "paying an invoice")
    if row.data["status"] == "paid":
        raise Refusal("Invoice is already paid", code="invoice_already_paid")
    if row.data["status"] == "void":
        raise Refusal("Invoice can't be paid because it is void.")
    declined = invoices.pay_by_hand(row, wishes.get("payment_method"))
    return declined or row.data


@operation("POST", _PATH + "/{id}/void")
@in_time("invoice")
def void(call: Call, row: StoredObject) -> dict[str, Any]:
    invoices.void(row)
    return row.data


@operation("POST", _PATH + "/{id}/mark_uncollectible")
@in_time("invoice")
def mark_uncollectible(call: Call, row: StoredObject) -> dict[str, Any]:
    invoices.mark_uncollectible(row)
    return row.data


@operation("GET", "/v1/invoice_payments/{id}")
def payment(call: Call) -> dict[str, Any]:
    return store.get("invoice_payment", call.id).data


@operation("GET", "/v1/invoice_payments")
def payments(call: Call) -> dict[str, Any]:
    paging = {"limit", "starting_after", "ending_before", "created"}
    wishes = call.honour({"invoice", "payment", "status"} | paging, "invoice payments")
    wanted = {key: wishes[key] for key in ("invoice", "status") if key in wishes}
    by = wishes.get("payment", {})
    if by.get("type") == "payment_record":
        return page(store.find("invoice_payment").none(), call.params, "/v1/invoice_payments")
    if "payment_intent" in by:
        wanted["payment__payment_intent"] = by["payment_intent"]
    return page(store.find("invoice_payment", **wanted), call.params, "/v1/invoice_payments")
