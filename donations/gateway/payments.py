"""Payments that were made: look at one with all that went back of it, and give money back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from cms.money import Money
from donations.gateway.client import ask, client
from donations.gateway.snapshots import (
    DisputeSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    dispute_snapshot,
    payment_snapshot,
    refund_snapshot,
)
from donations.gateway.walking import between, walk

_WITH_CHARGE = {"expand": ["latest_charge.balance_transaction"]}


@dataclass(frozen=True)
class Also:
    """What to ask of a payment even where its charge tells of none: a refund may have failed since."""

    refunds: bool = False
    disputes: bool = False


NOTHING_MORE = Also()


def retrieve_payment(payment_intent_id: str, also: Also = NOTHING_MORE) -> PaymentSnapshot:
    """A payment as it is now, with its charge and fee; with refunds and disputes, if any are told.

    Raises NotAtStripe or PaymentServiceUnavailable.
    """
    stripe = client()
    found = ask(lambda: stripe.v1.payment_intents.retrieve(payment_intent_id, _WITH_CHARGE))  # type: ignore[arg-type]
    snapshot = payment_snapshot(found.to_dict(for_json=True))
    return with_history(snapshot, also)  # type: ignore[return-value]


def with_history(payment: PaymentSnapshot | None, also: Also) -> PaymentSnapshot | None:
    """The payment with its refunds and disputes, where its charge tells of some or where `also` asks."""
    if payment is None or payment.charge is None or payment.charge.status != "succeeded":
        return payment
    if also.refunds or payment.charge.refunded_cents:
        payment = replace(payment, refunds=tuple(list_refunds(payment_intent_id=payment.id)))
    if also.disputes or payment.charge.disputed:  # type: ignore[union-attr]
        payment = replace(payment, disputes=tuple(list_disputes(payment_intent_id=payment.id)))
    return payment


def list_refunds(
    *, payment_intent_id: str = "", since: datetime | None = None, until: datetime | None = None
) -> Iterator[RefundSnapshot]:
    """The refunds of one payment, or of all made in a stretch of time; newest first."""
    stripe = client()
    for found in walk(stripe.v1.refunds.list, _about(payment_intent_id, since, until)):
        yield refund_snapshot(found)


def list_disputes(
    *, payment_intent_id: str = "", since: datetime | None = None, until: datetime | None = None
) -> Iterator[DisputeSnapshot]:
    """The disputes of one payment, or of all opened in a stretch of time; newest first."""
    stripe = client()
    for found in walk(stripe.v1.disputes.list, _about(payment_intent_id, since, until)):
        yield dispute_snapshot(found)


def list_payments(*, since: datetime, until: datetime | None = None) -> Iterator[PaymentSnapshot]:
    """The payments begun in a stretch of time, newest first; without fee, refunds and disputes."""
    stripe = client()
    params = between(since, until) | {"expand": ["data.latest_charge"]}
    for found in walk(stripe.v1.payment_intents.list, params):
        yield payment_snapshot(found)  # type: ignore[misc]


def give_back(
    *, payment_intent_id: str, amount: Money, reason: str, reference: str, idempotency_key: str
) -> RefundSnapshot:
    """Ask Stripe to give money back. The same key and arguments give the same refund again.

    reference: our public id of the refund, written on it. reason: one of Stripe's, or "".
    Raises PaymentServiceRefused when Stripe will not, PaymentServiceUnavailable when it cannot say.
    Never call it inside a transaction.
    """
    stripe = client()
    params: dict = {
        "payment_intent": payment_intent_id,
        "amount": amount.cents,
        "metadata": {"refund": reference},
    }
    if reason:
        params["reason"] = reason
    options = {"idempotency_key": idempotency_key}
    made = ask(lambda: stripe.v1.refunds.create(params, options))  # type: ignore[arg-type]
    return refund_snapshot(made.to_dict(for_json=True))


def _about(payment_intent_id: str, since: datetime | None, until: datetime | None) -> dict:
    narrowed = between(since, until)
    return narrowed | {"payment_intent": payment_intent_id} if payment_intent_id else narrowed
