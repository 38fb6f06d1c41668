from typing import Any

from .. import clock, customers, drafts, invoices, prices, store, subscriptions
from ..errors import Refusal, missing
from ..invoices import OVER
from ..models import StoredObject
from ..paging import page
from ..session_rules import check_metadata, check_price, merged_metadata
from .operations import Call, operation
from .times import in_time

_PATH = "/v1/subscriptions"
_HONOURED = {
    "billing_cycle_anchor", "cancel_at", "cancel_at_period_end", "cancellation_details",
    "default_payment_method", "description", "items", "metadata", "off_session", "pause_collection",
    "payment_behavior", "proration_behavior", "trial_end",
}  # fmt: skip


_CREATED_WITH = {
    "billing_cycle_anchor", "customer", "default_payment_method", "description", "items", "metadata",
    "off_session", "proration_behavior", "trial_end", "trial_period_days",
}  # fmt: skip


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("subscription", call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    """As with Stripe, what is over is left out unless it is asked for by ``status``."""
    named = {"customer", "status", "price", "test_clock", "collection_method"}
    wishes = call.honour(named | {"limit", "starting_after", "ending_before", "created"}, "subscriptions")
    wanted = {key: wishes[key] for key in ("customer", "test_clock", "collection_method") if key in wishes}
    rows, status = store.find("subscription", **wanted), wishes.get("status")
    if "price" in wishes:
        rows = rows.filter(data__items__data__0__price__id=wishes["price"])
    if status == "ended":
        rows = rows.filter(state__in=OVER)
    elif status is None:
        rows = rows.exclude(state__in=OVER)
    elif status != "all":
        rows = rows.filter(state=status)
    return page(rows, call.params, _PATH)


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    """Begin one off session, with a saved method; in Checkout ``payments.py`` does it."""
    wishes = call.honour(_CREATED_WITH, "creating a subscription")
    customer = customers.find_customer(wishes["customer"]) if "customer" in wishes else None
    if customer is None:
        raise missing("customer")
    if not wishes.get("items"):
        raise missing("items")
    check_metadata(wishes.get("metadata"), "metadata")
    chosen = (
        wishes.get("default_payment_method") or (customer.data["invoice_settings"]["default_payment_method"])
    )
    if not chosen:
        raise Refusal(
            "This customer has no attached payment source or default payment method.", code="resource_missing"
        )
    method = store.get("payment_method", chosen, param="default_payment_method", status=400)
    customers.check_method(customer.stripe_id, method, param="default_payment_method")
    with clock.at(clock.now_for(customer.clock_id), clock=customer.clock_id):
        items = [_priced(item, f"items[{place}]") for place, item in enumerate(wishes["items"])]
        row = subscriptions.begin(customer=customer.stripe_id, method=method, items=items, wishes=wishes)
        invoice = drafts.draw_up(row, reason="subscription_create")
        store.save(row, latest_invoice=invoice.stripe_id)
        invoices.finalise(invoice)
        if invoice.data["status"] == "open":
            invoices.collect(invoice, method)
        row.refresh_from_db()
        return row.data


def _priced(item: dict[str, Any], where: str) -> dict[str, Any]:
    if "price_data" not in item:
        raise Refusal(
            "The local Stripe sandbox makes items by price_data only.",
            code="sandbox_unsupported",
            param=where,
        )
    check_price(item["price_data"], f"{where}[price_data]")
    product = item["price_data"]["product"]
    store.get("product", product, param=f"{where}[price_data][product]", status=400)
    price = prices.make_price(item["price_data"])
    return {"price": price, "quantity": item.get("quantity", 1), "currency": price["currency"]}


@operation("POST", _PATH + "/{id}")
@in_time("subscription")
def update(call: Call, row: StoredObject) -> dict[str, Any]:
    wishes = call.honour(_HONOURED, "subscriptions")
    if row.data["status"] in OVER:
        raise Refusal(
            "A canceled subscription can only update its cancellation_details and metadata.", param="id"
        )
    _check(wishes, row)
    changes = _plain_changes(wishes, row)
    if "items" in wishes:
        changes["items"] = subscriptions.replace_prices(row, wishes["items"])
    subscriptions.change(row, **changes)
    if wishes.get("billing_cycle_anchor") == "now":
        subscriptions.restart_cycle(row)
    elif isinstance(wishes.get("trial_end"), int):
        subscriptions.move_next_payment(row, wishes["trial_end"])
    elif wishes.get("trial_end") == "now" and row.data["status"] == "trialing":
        subscriptions.restart_cycle(row)
    row.refresh_from_db()
    return row.data


def _check(wishes: dict[str, Any], row: StoredObject) -> None:
    check_metadata(wishes.get("metadata") or {}, "metadata")
    if wishes.get("cancel_at_period_end") and wishes.get("cancel_at"):
        raise Refusal(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
            param="cancel_at",
        )
    if "default_payment_method" in wishes:
        method = store.get(
            "payment_method", wishes["default_payment_method"], param="default_payment_method", status=400
        )
        customers.check_method(row.data["customer"], method, param="default_payment_method")
    for place, item in enumerate(wishes.get("items", [])):
        where = f"items[{place}]"
        if "price" in item or item.get("deleted"):
            raise Refusal(
                "The local Stripe sandbox changes items by price_data only.",
                code="sandbox_unsupported",
                param=where,
            )
        if "price_data" in item:
            check_price(item["price_data"], f"{where}[price_data]")
            product = f"{where}[price_data][product]"
            store.get("product", item["price_data"]["product"], param=product, status=400)
    prorates = wishes.get("proration_behavior", "create_prorations") != "none"
    if prorates and any(key in wishes for key in ("items", "billing_cycle_anchor", "trial_end")):
        raise Refusal(
            "The local Stripe sandbox does not divide payments by time: ask for proration_behavior=none.",
            code="sandbox_unsupported",
            param="proration_behavior",
        )
    trial_end = wishes.get("trial_end")
    if isinstance(trial_end, int):
        if trial_end <= store.now():
            raise Refusal(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
            )
        if trial_end > store.now() + 5 * 366 * 86_400:
            raise Refusal(
                "Invalid timestamp: can be no more than five years in the future.", param="trial_end"
            )


def _plain_changes(wishes: dict[str, Any], row: StoredObject) -> dict[str, Any]:
    """The fields that are simply written, and what follows from them at once."""
    changes = {key: wishes[key] for key in ("default_payment_method", "description") if key in wishes}
    if "metadata" in wishes:
        changes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    if "pause_collection" in wishes:
        pause = wishes["pause_collection"]
        changes["pause_collection"] = {"resumes_at": None} | pause if pause else None
    at = wishes.get("cancel_at")
    ends = subscriptions.period_end(row)
    if "cancel_at" in wishes:
        at = None if at in ("", None) else ends if isinstance(at, str) else at
        changes |= {
            "cancel_at": at,
            "cancel_at_period_end": False,
            "canceled_at": store.now() if at else None,
        }
    if "cancel_at_period_end" in wishes:
        stop = wishes["cancel_at_period_end"]
        changes |= {
            "cancel_at_period_end": stop,
            "cancel_at": ends if stop else None,
            "canceled_at": store.now() if stop else None,
        }
    if "cancel_at" in changes:
        reason = "cancellation_requested" if changes["cancel_at"] else None
        changes["cancellation_details"] = _details(wishes, row) | {"reason": reason}
    elif "cancellation_details" in wishes:
        changes["cancellation_details"] = _details(wishes, row)
    return changes


def _details(wishes: dict[str, Any], row: StoredObject) -> dict[str, Any]:
    empty = dict.fromkeys(["comment", "feedback", "feedback_option", "reason"])
    told = {key: value or None for key, value in wishes.get("cancellation_details", {}).items()}
    return empty | (row.data["cancellation_details"] or {}) | told


@operation("DELETE", _PATH + "/{id}")
@in_time("subscription")
def cancel(call: Call, row: StoredObject) -> dict[str, Any]:
    """At once; what was paid stays paid."""
    wishes = call.honour({"cancellation_details", "prorate", "invoice_now"}, "cancelling a subscription")
    if wishes.get("prorate") or wishes.get("invoice_now"):
        raise Refusal(
            "The local Stripe sandbox draws up no last invoice.", code="sandbox_unsupported", param="prorate"
        )
    if row.data["status"] in OVER:
        raise Refusal(
            f"No such subscription: '{row.stripe_id}'", status=404, code="resource_missing", param="id"
        )
    subscriptions.end(
        row,
        because="cancellation_requested",
        **{k: v for k, v in _details(wishes, row).items() if k != "reason"},
    )
    return row.data


@operation("POST", _PATH + "/{id}/resume")
@in_time("subscription")
def resume(call: Call, row: StoredObject) -> dict[str, Any]:
    """Only what Stripe itself paused (a trial that ended without a card) is resumed so."""
    raise Refusal(
        f"The subscription cannot be resumed because it is not paused; its status is {row.data['status']}. "
        "To collect again after pause_collection, update it with pause_collection empty.",
    )
