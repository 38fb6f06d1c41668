"""What the site knows of Stripe's objects: plain, frozen, and only what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class ChargeSnapshot:
    """Money that was taken. Amounts in cents of `currency`; `fee_cents` None while Stripe has not told it."""

    id: str
    status: str
    amount_cents: int
    refunded_cents: int
    currency: str
    method: str
    created: datetime
    fee_cents: int | None
    fee_currency: str | None


@dataclass(frozen=True)
class PaymentSnapshot:
    """A PaymentIntent, with the last charge that was tried."""

    id: str
    status: str
    charge: ChargeSnapshot | None


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
        payment=_payment(data["payment_intent"]),
    )


def _payment(data: dict[str, Any] | str | None) -> PaymentSnapshot | None:
    if not data:
        return None
    if isinstance(data, str):
        return PaymentSnapshot(id=data, status="", charge=None)
    return PaymentSnapshot(id=data["id"], status=data["status"], charge=_charge(data["latest_charge"]))


def _charge(data: dict[str, Any] | str | None) -> ChargeSnapshot | None:
    if not isinstance(data, dict):
        return None
    balance = data["balance_transaction"]
    known = isinstance(balance, dict)
    return ChargeSnapshot(
        id=data["id"],
        status=data["status"],
        amount_cents=data["amount"],
        refunded_cents=data["amount_refunded"],
        currency=data["currency"].upper(),
        method=(data["payment_method_details"] or {}).get("type", ""),
        created=moment(data["created"]),
        fee_cents=balance["fee"] if known else None,
        fee_currency=balance["currency"].upper() if known else None,
    )
