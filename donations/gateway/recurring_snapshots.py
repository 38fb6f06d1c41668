"""What the site knows of Stripe's subscriptions and invoices: plain, frozen, and only what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from donations.gateway.snapshots import PaymentSnapshot, id_of, moment, moment_or_none


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """A recurring gift as Stripe has it at one moment.

    paused: whether payments are not collected for now; resumes_at: until when, None for open end.
    reference: our public id of it. reason: why it ended, in Stripe's word.
    """

    looked_at: datetime
    id: str
    status: str
    reference: str
    customer_id: str
    item_id: str
    product_id: str
    amount_cents: int
    currency: str
    interval: str
    next_at: datetime | None
    paused: bool
    resumes_at: datetime | None
    ended_at: datetime | None
    reason: str
    latest_invoice_id: str
    created: datetime


@dataclass(frozen=True)
class InvoiceSnapshot:
    """One time that a recurring gift fell due. reference: our public id of the recurring gift.

    attempts: how often Stripe has tried; next_attempt_at: when it tries again, if it will. payment: what paid
    it, or tries to.
    """

    looked_at: datetime
    id: str
    status: str
    billing_reason: str
    amount_cents: int
    currency: str
    subscription_id: str
    reference: str
    attempts: int
    next_attempt_at: datetime | None
    url: str
    payment_intent_id: str
    paid_at: datetime | None
    created: datetime
    payment: PaymentSnapshot | None = None

    @property
    def is_on_its_way(self) -> bool:
        """Whether a bank has been asked and has yet to answer: a debit takes days."""
        return self.status == "open" and self.payment is not None and self.payment.status == "processing"


def subscription_snapshot(data: dict[str, Any], *, looked_at: datetime) -> SubscriptionSnapshot:
    """Read a subscription of one item."""
    item = data["items"]["data"][0]
    price, pause = item["price"], data.get("pause_collection") or {}
    return SubscriptionSnapshot(
        looked_at=looked_at,
        id=data["id"],
        status=data["status"],
        reference=(data.get("metadata") or {}).get("recurring", ""),
        customer_id=id_of(data["customer"]),
        item_id=item["id"],
        product_id=id_of(price["product"]),
        amount_cents=price["unit_amount"] or 0,
        currency=price["currency"].upper(),
        interval=(price.get("recurring") or {}).get("interval", "month"),
        next_at=moment_or_none(item.get("current_period_end")),
        paused=bool(pause),
        resumes_at=moment_or_none(pause.get("resumes_at")),
        ended_at=moment_or_none(data.get("ended_at") or data.get("canceled_at")),
        reason=(data.get("cancellation_details") or {}).get("reason") or "",
        latest_invoice_id=id_of(data.get("latest_invoice")),
        created=moment(data["created"]),
    )


def invoice_snapshot(data: dict[str, Any], *, looked_at: datetime) -> InvoiceSnapshot:
    """Read an invoice; its payments may be expanded or not. The payment itself is looked at apart."""
    about = (data.get("parent") or {}).get("subscription_details") or {}
    payments = (data.get("payments") or {}).get("data", [])
    wanted = "paid" if data["status"] == "paid" else "open"
    paid_by = [row["payment"].get("payment_intent") for row in payments if row["status"] == wanted]
    return InvoiceSnapshot(
        looked_at=looked_at,
        id=data["id"],
        status=data["status"] or "",
        billing_reason=data.get("billing_reason") or "",
        amount_cents=data["amount_paid"] if data["status"] == "paid" else data["amount_due"],
        currency=data["currency"].upper(),
        subscription_id=id_of(about.get("subscription")),
        reference=(about.get("metadata") or {}).get("recurring", ""),
        attempts=data.get("attempt_count") or 0,
        next_attempt_at=moment_or_none(data.get("next_payment_attempt")),
        url=data.get("hosted_invoice_url") or "",
        payment_intent_id=id_of(paid_by[0]) if paid_by else "",
        paid_at=moment_or_none((data.get("status_transitions") or {}).get("paid_at")),
        created=moment(data["created"]),
    )
