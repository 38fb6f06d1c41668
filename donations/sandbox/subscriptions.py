"""Subscriptions: the one place where one moves from state to state.

    incomplete -> active | incomplete_expired
    active <-> past_due, trialing -> active
    active, trialing, past_due -> canceled | unpaid; canceled is the end

An invoice says how its payment went (``paid``, ``payment_failed``); time renews (``go_on``).
"""

from typing import Any

from . import agenda, chaos, drafts, invoices, periods, prices, store
from .errors import Refusal
from .events import emit
from .ids import new_id
from .invoices import OVER, What
from .models import StoredObject
from .skeletons import build

# Settings that Stripe keeps in its Dashboard.
_ISSUER = {"type": "self"}


def begin(
    *,
    customer: str,
    method: StoredObject,
    items: list[dict[str, Any]],
    wishes: dict[str, Any],
) -> StoredObject:
    """A new subscription, ``incomplete`` until its first invoice is paid.

    items: the session's line items. wishes: ``subscription_data``.
    """
    at, subscription_id = store.now(), new_id("sub_")
    trial_end = wishes.get("trial_end") or (
        at + wishes["trial_period_days"] * 86_400 if "trial_period_days" in wishes else None
    )
    rhythm = items[0]["price"]["recurring"]
    first = trial_end or wishes.get("billing_cycle_anchor")
    anchor = first or at
    ends = first or periods.after(at, rhythm, at)
    subscription = build(
        "subscription",
        id=subscription_id,
        billing_cycle_anchor=anchor,
        billing_mode={"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        collection_method="charge_automatically",
        created=at,
        currency=items[0]["currency"],
        customer=customer,
        default_payment_method=method.stripe_id,
        description=wishes.get("description"),
        invoice_settings={
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": _ISSUER,
        },
        items={
            "object": "list",
            "data": [_item(subscription_id, item["price"], item["quantity"], at, ends) for item in items],
            "has_more": False,
            "total_count": len(items),
            "url": f"/v1/subscription_items?subscription={subscription_id}",
        },
        metadata={key: str(value) for key, value in (wishes.get("metadata") or {}).items()},
        payment_settings={
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        start_date=at,
        status="trialing" if trial_end else "incomplete",
        trial_end=trial_end,
        trial_settings={
            "end_behavior": {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}
        },
        trial_start=at if trial_end else None,
        test_clock=_clock_of(customer),
    )
    row = store.add(subscription, due_at=ends)
    emit("customer.subscription.created", row.data)
    return row


def _clock_of(customer: str) -> str | None:
    return store.get("customer", customer).data["test_clock"]


def _item(owner: str, price: dict[str, Any], quantity: int, begins: int, ends: int) -> dict[str, Any]:
    return build(
        "subscription_item",
        id=new_id("si_"),
        created=store.now(),
        current_period_start=begins,
        current_period_end=ends,
        metadata={},
        plan=_plan(price),
        price=price,
        quantity=quantity,
        subscription=owner,
    )


def _plan(price: dict[str, Any]) -> dict[str, Any]:
    """The old name of a recurring price, which items still carry."""
    rhythm = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": rhythm["interval"],
        "interval_count": rhythm["interval_count"],
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def period_end(row: StoredObject) -> int:
    return row.data["items"]["data"][0]["current_period_end"]


def change(row: StoredObject, **changes: Any) -> None:
    """Write new values, tell what changed, and come back when time next matters."""
    before = store.save(row, **changes)
    _plan_next(row)
    if before:
        emit("customer.subscription.updated", row.data, previous=before)


def _plan_next(row: StoredObject) -> None:
    if row.data["status"] in OVER:
        agenda.plan(row, None)
        return
    moments = [period_end(row), row.data["cancel_at"]]
    if row.data["pause_collection"]:
        moments.append(row.data["pause_collection"]["resumes_at"])
    agenda.plan(row, min(moment for moment in moments if moment))


@agenda.when_due("subscription")
def go_on(row: StoredObject) -> None:
    """The moment planned for it has come: it ends, collects again, or begins a new period."""
    at = store.now()
    if row.data["status"] in OVER:
        return
    ends = row.data["cancel_at"] or (period_end(row) if row.data["cancel_at_period_end"] else None)
    if ends and ends <= at:
        end(row)
        return
    pause = row.data["pause_collection"]
    if pause and pause["resumes_at"] and pause["resumes_at"] <= at:
        change(row, pause_collection=None)
    if period_end(row) > at:
        _plan_next(row)
        return
    if row.data["status"] == "incomplete":  # nobody paid the first invoice
        end(row, status="incomplete_expired")
        return
    _begin_period(row, at)


def _begin_period(row: StoredObject, at: int) -> None:
    items, starts = row.data["items"], period_end(row)
    rhythm = items["data"][0]["price"]["recurring"]
    ends = periods.after(row.data["billing_cycle_anchor"], rhythm, starts)
    renewed = [item | {"current_period_start": starts, "current_period_end": ends} for item in items["data"]]
    changes: dict[str, Any] = {"items": items | {"data": renewed}}
    if row.data["status"] == "trialing":
        changes["status"] = "active"
    change(row, **changes)
    invoice = drafts.draw_up(row, reason="subscription_cycle")
    store.save(row, latest_invoice=invoice.stripe_id)


@invoices.on_change
def collection_went(invoice: StoredObject, what: What) -> None:
    """An invoice was paid, its payment is on its way, or a try failed (``given up``: the last one)."""
    row = invoices.subscription_of(invoice)
    if row is None or row.data["status"] in OVER:
        return
    if what in ("paid", "processing"):
        if row.data["status"] in ("incomplete", "past_due", "unpaid"):
            change(row, status="active")
        return
    if row.data["status"] == "active":
        change(row, status="past_due")
    if what == "given up" and row.data["status"] == "past_due":
        if (wish := chaos.read("after_retries")) == "canceled":
            end(row, because="payment_failed")
        else:
            change(row, status=wish)


def end(row: StoredObject, *, status: str = "canceled", because: str | None = None, **details: Any) -> None:
    """It is over, for good."""
    at, told = store.now(), row.data["cancellation_details"] or _NO_DETAILS
    store.save(
        row,
        status=status,
        canceled_at=row.data["canceled_at"] or at,
        ended_at=at,
        cancellation_details=told | {"reason": because or told["reason"]} | details,
    )
    agenda.plan(row, None)
    emit("customer.subscription.deleted", row.data)


_NO_DETAILS = {"comment": None, "feedback": None, "feedback_option": None, "reason": None}


def replace_prices(row: StoredObject, wishes: list[dict[str, Any]]) -> dict[str, Any]:
    """The items with the new prices that a request asks for. Raises Refusal for what is not there."""
    items = row.data["items"]
    changed = list(items["data"])
    for place, wish in enumerate(wishes):
        where = f"items[{place}]"
        index = next((at for at, item in enumerate(changed) if item["id"] == wish.get("id")), None)
        if index is None:
            raise Refusal(f"No such subscription item: '{wish.get('id', '')}'", param=f"{where}[id]")
        item = changed[index]
        if "price_data" in wish:
            price = prices.make_price(wish["price_data"])
            if price["recurring"] != item["price"]["recurring"]:
                # Another rhythm begins a new cycle, and an invoice, at once.
                raise Refusal(
                    "The local Stripe sandbox does not change the interval of a subscription yet.",
                    code="sandbox_unsupported",
                    param=f"{where}[price_data][recurring]",
                )
            item = item | {"price": price, "plan": _plan(price)}
        changed[index] = item | {"quantity": wish.get("quantity", item.get("quantity", 1))}
    return items | {"data": changed}


def move_next_payment(row: StoredObject, trial_end: int) -> None:
    """Nothing is due until then: Stripe's way to move the date of a subscription.

    It draws up an invoice of nothing for the time until then, which is paid at once.
    """
    at, items = store.now(), row.data["items"]
    moved = [item | {"current_period_start": at, "current_period_end": trial_end} for item in items["data"]]
    change(
        row,
        status="trialing",
        trial_start=row.data["trial_start"] or at,
        trial_end=trial_end,
        billing_cycle_anchor=trial_end,
        items=items | {"data": moved},
    )
    invoice = drafts.draw_up(row, reason="subscription_update")
    store.save(row, latest_invoice=invoice.stripe_id)
    invoices.finalise(invoice)


def restart_cycle(row: StoredObject) -> None:
    """``billing_cycle_anchor=now``: a full period begins at this moment and is charged at once."""
    at, items = store.now(), row.data["items"]
    ends = periods.after(at, items["data"][0]["price"]["recurring"], at)
    moved = [item | {"current_period_start": at, "current_period_end": ends} for item in items["data"]]
    before = {"status": "active"} if row.data["status"] == "trialing" else {}
    change(row, billing_cycle_anchor=at, trial_end=None, items=items | {"data": moved}, **before)
    invoice = drafts.draw_up(row, reason="subscription_update")
    store.save(row, latest_invoice=invoice.stripe_id)
    invoices.finalise(invoice)
    invoices.collect(invoice)
    row.refresh_from_db()
