"""Invoices of subscriptions: one for each time that a recurring gift falls due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from donations.gateway.client import ask, client
from donations.gateway.errors import NotAtStripe
from donations.gateway.payments import NOTHING_MORE, Also, retrieve_payment
from donations.gateway.recurring_snapshots import InvoiceSnapshot, invoice_snapshot
from donations.gateway.walking import between, walk

_WITH_PAYMENTS = {"expand": ["payments"]}


def retrieve_invoice(invoice_id: str, also: Also = NOTHING_MORE) -> InvoiceSnapshot:
    """The invoice as it is now, with the payment that paid it or is to pay it, its charge and fee.

    Raises NotAtStripe or PaymentServiceUnavailable.
    """
    stripe, now = client(), timezone.now()
    found = ask(lambda: stripe.v1.invoices.retrieve(invoice_id, _WITH_PAYMENTS))  # type: ignore[arg-type]
    invoice = invoice_snapshot(found.to_dict(for_json=True), looked_at=now)
    if not invoice.payment_intent_id:
        return invoice
    return replace(invoice, payment=retrieve_payment(invoice.payment_intent_id, also))


def find_invoice(payment_intent_id: str) -> str:
    """The id of the invoice that a payment paid. Raises NotAtStripe when it paid none."""
    stripe = client()
    params: dict[str, Any] = {
        "payment": {"type": "payment_intent", "payment_intent": payment_intent_id},
        "limit": 1,
    }
    found = ask(lambda: stripe.v1.invoice_payments.list(params))  # type: ignore[arg-type]
    if not found.data:
        raise NotAtStripe(f"{payment_intent_id} paid no invoice")
    return found.to_dict(for_json=True)["data"][0]["invoice"]


def list_paid_invoices(*, since: datetime, until: datetime | None = None) -> Iterator[InvoiceSnapshot]:
    """The paid invoices made in a stretch of time, newest first; without their payments."""
    stripe, now = client(), timezone.now()
    for found in walk(stripe.v1.invoices.list, {"status": "paid", **between(since, until)}):
        yield invoice_snapshot(found, looked_at=now)
