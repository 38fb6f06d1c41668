"""What the site knows of Stripe's objects: plain, frozen, and only what it uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class ChargeSnapshot:
    """Money that was taken. Amounts in cents of `currency`; `fee_cents` None while Stripe has not told it.

    created: when it was taken; of a debit, which takes days, when the money arrived, if Stripe tells it.
    """

    id: str
    status: str
    amount_cents: int
    refunded_cents: int
    currency: str
    method: str
    created: datetime
    fee_cents: int | None
    fee_currency: str | None
    disputed: bool = False


@dataclass(frozen=True)
class RefundSnapshot:
    """Money given back, or on its way. reference: our public id of it, "" if we did not ask."""

    id: str
    status: str
    amount_cents: int
    currency: str
    payment_intent_id: str
    reference: str
    reason: str
    failure: str
    created: datetime


@dataclass(frozen=True)
class DisputeSnapshot:
    """What the donor's bank takes back, or asks about.

    withdrawn_cents, fee_cents: what it has taken from the balance so far, what came back taken off.
    due_by: until when Stripe waits for an answer, None when it does not.
    """

    id: str
    status: str
    reason: str
    amount_cents: int
    currency: str
    payment_intent_id: str
    due_by: datetime | None
    answered: bool
    withdrawn_cents: int
    fee_cents: int
    created: datetime


@dataclass(frozen=True)
class PaymentSnapshot:
    """A PaymentIntent, with the last charge that was tried.

    refunds, disputes: all of the payment's, or None when nobody asked.
    """

    id: str
    status: str
    charge: ChargeSnapshot | None
    refunds: tuple[RefundSnapshot, ...] | None = None
    disputes: tuple[DisputeSnapshot, ...] | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SessionSnapshot:
    """A Checkout session as Stripe has it at one moment.

    looked_at: when the question was put (our clock); what happened before it is in the answer.
    """

    looked_at: datetime
    id: str
    status: str
    payment_status: str
    amount_cents: int
    currency: str
    reference: str
    expires_at: datetime
    url: str
    livemode: bool
    payment: PaymentSnapshot | None
    mode: str = "payment"
    subscription_id: str = ""


@dataclass(frozen=True)
class EventFacts:
    """What is read of an event before it is worked on; `raw` is the text as Stripe wrote it."""

    id: str
    type: str
    created: datetime
    api_version: str
    livemode: bool
    raw: str


def moment(seconds: int) -> datetime:
    """Stripe's seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def session_snapshot(data: dict[str, Any], *, looked_at: datetime) -> SessionSnapshot:
    """Read a checkout.session, whose payment_intent may be an id, an expanded object or None."""
    return SessionSnapshot(
        looked_at=looked_at,
        id=data["id"],
        status=data["status"] or "",
        payment_status=data["payment_status"],
        amount_cents=data["amount_total"] or 0,
        currency=(data["currency"] or "").upper(),
        reference=data["client_reference_id"] or "",
        expires_at=moment(data["expires_at"]),
        url=data["url"] or "",
        livemode=data["livemode"],
        payment=payment_snapshot(data["payment_intent"]),
        mode=data["mode"],
        subscription_id=id_of(data.get("subscription")),
    )


def payment_snapshot(data: dict[str, Any] | str | None) -> PaymentSnapshot | None:
    """Read a payment_intent, which may be an id, an expanded object or None."""
    if not data:
        return None
    if isinstance(data, str):
        return PaymentSnapshot(id=data, status="", charge=None)
    return PaymentSnapshot(
        id=data["id"],
        status=data["status"],
        charge=_charge(data["latest_charge"]),
        metadata=dict(data.get("metadata") or {}),
    )


def _charge(data: dict[str, Any] | str | None) -> ChargeSnapshot | None:
    if not isinstance(data, dict):
        return None
    balance = data["balance_transaction"]
    known = isinstance(balance, dict)
    method = (data["payment_method_details"] or {}).get("type", "")
    arrived = balance["created"] if known and method == "sepa_debit" else data["created"]
    return ChargeSnapshot(
        id=data["id"],
        status=data["status"],
        amount_cents=data["amount"],
        refunded_cents=data["amount_refunded"],
        currency=data["currency"].upper(),
        method=method,
        created=moment(arrived),
        fee_cents=balance["fee"] if known else None,
        fee_currency=balance["currency"].upper() if known else None,
        disputed=bool(data.get("disputed")),
    )


def refund_snapshot(data: dict[str, Any]) -> RefundSnapshot:
    """Read a refund."""
    return RefundSnapshot(
        id=data["id"],
        status=data["status"] or "pending",
        amount_cents=data["amount"],
        currency=data["currency"].upper(),
        payment_intent_id=id_of(data.get("payment_intent")),
        reference=(data.get("metadata") or {}).get("refund", ""),
        reason=data.get("reason") or "",
        failure=data.get("failure_reason") or "",
        created=moment(data["created"]),
    )


def dispute_snapshot(data: dict[str, Any]) -> DisputeSnapshot:
    """Read a dispute with its movements of the balance."""
    evidence, moves = data.get("evidence_details") or {}, data.get("balance_transactions") or []
    due_by = evidence.get("due_by")
    return DisputeSnapshot(
        id=data["id"],
        status=data["status"],
        reason=data.get("reason") or "",
        amount_cents=data["amount"],
        currency=data["currency"].upper(),
        payment_intent_id=id_of(data.get("payment_intent")),
        due_by=moment(due_by) if due_by else None,
        answered=bool(evidence.get("has_evidence") or evidence.get("submission_count")),
        withdrawn_cents=-sum(move["amount"] for move in moves),
        fee_cents=sum(move["fee"] for move in moves),
        created=moment(data["created"]),
    )


def moment_or_none(seconds: int | None) -> datetime | None:
    """The same, of what Stripe may leave out."""
    return moment(seconds) if seconds else None


def id_of(value: dict[str, Any] | str | None) -> str:
    """The id of what may be expanded or not, or ""."""
    return value["id"] if isinstance(value, dict) else value or ""
