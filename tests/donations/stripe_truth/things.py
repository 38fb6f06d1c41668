"""What there is at Stripe, as far as the site can ever notice it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from donations.gateway import (
    ChargeSnapshot,
    DisputeSnapshot,
    Movement,
    PayoutSnapshot,
    RefundSnapshot,
)

FEE, DISPUTE_FEE = 63, 2000
# A bank's question takes no money, and what was won gives it back.
NOTHING_TAKEN = ("won", "warning_needs_response", "warning_closed")


@dataclass
class Refund:
    id: str
    cents: int
    status: str = "succeeded"
    reference: str = ""
    failure: str = ""
    at: datetime = field(default_factory=timezone.now)

    @property
    def counts(self) -> bool:
        return self.status not in ("failed", "canceled")


@dataclass
class Dispute:
    id: str
    status: str = "needs_response"
    at: datetime = field(default_factory=timezone.now)

    @property
    def takes(self) -> bool:
        return self.status not in NOTHING_TAKEN


@dataclass
class Payment:
    id: str
    cents: int
    status: str = "succeeded"
    metadata: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=timezone.now)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    invoice: str = ""
    method: str = "card"
    fee_is_known: bool = True

    @property
    def refunded_cents(self) -> int:
        return sum(one.cents for one in self.refunds if one.counts)

    @property
    def charge_id(self) -> str:
        return self.id.replace("pi_", "ch_", 1)

    def charge(self) -> ChargeSnapshot:
        return ChargeSnapshot(
            id=self.charge_id,
            status="succeeded",
            amount_cents=self.cents,
            refunded_cents=self.refunded_cents,
            currency="EUR",
            method=self.method,
            created=self.at,
            fee_cents=FEE if self.fee_is_known else None,
            fee_currency="EUR" if self.fee_is_known else None,
            disputed=bool(self.disputes),
        )

    def told(self, one: Refund | Dispute) -> RefundSnapshot | DisputeSnapshot:
        """A refund or a dispute of this payment, as Stripe tells it."""
        if isinstance(one, Refund):
            return RefundSnapshot(
                one.id, one.status, one.cents, "EUR", self.id, one.reference, "", one.failure, one.at
            )
        return DisputeSnapshot(
            id=one.id,
            status=one.status,
            reason="fraudulent",
            amount_cents=self.cents,
            currency="EUR",
            payment_intent_id=self.id,
            due_by=later(7),
            answered=False,
            withdrawn_cents=self.cents if one.takes else 0,
            fee_cents=DISPUTE_FEE if one.takes else 0,
            created=one.at,
        )


@dataclass
class Page:
    id: str
    reference: str
    cents: int
    interval: str
    expires_at: datetime
    status: str = "open"
    payment: str = ""
    subscription: str = ""
    at: datetime = field(default_factory=timezone.now)


@dataclass
class Subscription:
    id: str
    reference: str
    cents: int
    interval: str
    status: str = "active"
    paused: bool = False
    next_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    invoices: list[str] = field(default_factory=list)
    at: datetime = field(default_factory=timezone.now)


@dataclass
class Invoice:
    id: str
    subscription: str
    cents: int
    status: str = "open"
    billing_reason: str = "subscription_cycle"
    attempts: int = 0
    payment: str = ""
    failures: int = 0
    at: datetime = field(default_factory=timezone.now)


@dataclass
class Payout:
    id: str
    cents: int
    status: str = "in_transit"
    movements: list[Movement] = field(default_factory=list)
    at: datetime = field(default_factory=timezone.now)

    def told(self) -> PayoutSnapshot:
        return PayoutSnapshot(self.id, self.status, self.cents, "EUR", "", True, self.at, self.at)


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)
