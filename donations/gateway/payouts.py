"""Payouts: money on its way from Stripe to the bank, and the movements that each is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from donations.gateway.client import ask, client
from donations.gateway.snapshots import moment
from donations.gateway.walking import between, walk


@dataclass(frozen=True)
class PayoutSnapshot:
    """A payout. status: pending, in_transit, paid, failed or canceled. failure: why, in Stripe's word."""

    id: str
    status: str
    amount_cents: int
    currency: str
    failure: str
    is_automatic: bool
    created: datetime
    arrives_at: datetime


@dataclass(frozen=True)
class Movement:
    """One movement of Stripe's balance. source_id: the charge, refund, dispute or payout behind it."""

    id: str
    kind: str
    amount_cents: int
    fee_cents: int
    currency: str
    source_id: str


def retrieve_payout(payout_id: str) -> PayoutSnapshot:
    """The payout as it is now. Raises NotAtStripe or PaymentServiceUnavailable."""
    stripe = client()
    found = ask(lambda: stripe.v1.payouts.retrieve(payout_id))
    return _payout(found.to_dict(for_json=True))


def list_payouts(*, since: datetime, until: datetime | None = None) -> Iterator[PayoutSnapshot]:
    """The payouts begun in a stretch of time, newest first."""
    stripe = client()
    for found in walk(stripe.v1.payouts.list, between(since, until)):
        yield _payout(found)


def list_movements(payout_id: str) -> Iterator[Movement]:
    """The movements of the balance that a payout paid out, its own among them."""
    stripe = client()
    for found in walk(stripe.v1.balance_transactions.list, {"payout": payout_id}):
        source = found.get("source")
        yield Movement(
            id=found["id"],
            kind=found["type"],
            amount_cents=found["amount"],
            fee_cents=found["fee"],
            currency=found["currency"].upper(),
            source_id=source["id"] if isinstance(source, dict) else source or "",
        )


def _payout(data: dict[str, Any]) -> PayoutSnapshot:
    return PayoutSnapshot(
        id=data["id"],
        status=data["status"],
        amount_cents=data["amount"],
        currency=data["currency"].upper(),
        failure=data.get("failure_code") or "",
        is_automatic=bool(data.get("automatic")),
        created=moment(data["created"]),
        arrives_at=moment(data["arrival_date"]),
    )
