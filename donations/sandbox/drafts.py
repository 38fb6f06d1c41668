"""Drafts of invoices: what a subscription's period costs, line by line."""

from typing import Any

from . import store
from .events import emit
from .ids import new_id
from .models import StoredObject
from .paging import listing
from .skeletons import build

DRAFT_FOR = 3600  # seconds for which a renewal can still be changed


def draw_up(subscription: StoredObject, *, reason: str) -> StoredObject:
    """A draft for the subscription's present period. Time, or the caller, finalises it."""
    at, invoice_id, data = store.now(), new_id("in_"), subscription.data
    free = data["status"] == "trialing"
    lines = [_line(invoice_id, item, data, free=free) for item in data["items"]["data"]]
    total = sum(line["amount"] for line in lines)
    customer = store.get("customer", data["customer"]).data
    renewal = reason == "subscription_cycle"
    first = data["items"]["data"][0]
    # As Stripe has it, an invoice's own period lies behind it; that of its lines lies before it.
    invoice = build(
        "invoice",
        id=invoice_id,
        account_country="IT",
        account_name="Cultnetwork sandbox",
        amount_due=total,
        amount_remaining=total,
        auto_advance=data["status"] != "unpaid",
        automatically_finalizes_at=at + DRAFT_FOR if renewal else None,
        billing_reason=reason,
        collection_method="charge_automatically",
        created=at,
        currency=data["currency"],
        customer=data["customer"],
        customer_email=customer["email"],
        customer_name=customer.get("name"),
        customer_tax_exempt="none",
        issuer={"type": "self"},
        lines=listing(lines, f"/v1/invoices/{invoice_id}/lines") | {"total_count": len(lines)},
        metadata={},
        parent={
            "quote_details": None,
            "subscription_details": {"metadata": dict(data["metadata"]), "subscription": data["id"]},
            "type": "subscription_details",
        },
        period_start=first["current_period_start"],
        period_end=first["current_period_start"],
        status="draft",
        subtotal=total,
        subtotal_excluding_tax=total,
        test_clock=data["test_clock"],
        total=total,
        total_discount_amounts=[],
        total_excluding_tax=total,
        total_pretax_credit_amounts=[],
        total_taxes=[],
    )
    row = store.add(invoice, due_at=at + DRAFT_FOR if renewal else None)
    emit("invoice.created", row.data)
    return row


def _line(
    invoice_id: str, item: dict[str, Any], subscription: dict[str, Any], *, free: bool
) -> dict[str, Any]:
    price, quantity = item["price"], item["quantity"]
    amount = 0 if free else price["unit_amount"] * quantity
    name = store.get("product", price["product"]).data["name"]
    return build(
        "line_item",
        id=new_id("il_"),
        amount=amount,
        currency=price["currency"],
        description=f"Trial period for {name}" if free else f"{quantity} × {name}",
        discountable=True,
        invoice=invoice_id,
        metadata=dict(subscription["metadata"]),
        parent={
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        pricing={
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": "0" if free else price["unit_amount_decimal"],
        },
        quantity=quantity,
        quantity_decimal=str(quantity),
        subscription=subscription["id"],
        subtotal=amount,
        taxes=[],
    )
