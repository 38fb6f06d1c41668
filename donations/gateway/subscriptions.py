"""Subscriptions: look at them, change them, end them. Each change carries a key, so that it is made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from cms.money import Money
from donations.gateway.client import ask, client
from donations.gateway.recurring_snapshots import SubscriptionSnapshot, subscription_snapshot
from donations.gateway.walking import walk

# A change of the amount or of the day charges and returns nothing in between.
_NO_PRORATION = {"proration_behavior": "none"}


def retrieve_subscription(subscription_id: str) -> SubscriptionSnapshot:
    """The subscription as it is now. Raises NotAtStripe or PaymentServiceUnavailable."""
    stripe, now = client(), timezone.now()
    found = ask(lambda: stripe.v1.subscriptions.retrieve(subscription_id))
    return subscription_snapshot(found.to_dict(for_json=True), looked_at=now)


def list_subscriptions() -> Iterator[SubscriptionSnapshot]:
    """All subscriptions, ended ones too; newest first."""
    stripe, now = client(), timezone.now()
    for found in walk(stripe.v1.subscriptions.list, {"status": "all"}):
        yield subscription_snapshot(found, looked_at=now)


def set_amount(seen: SubscriptionSnapshot, *, amount: Money, idempotency_key: str) -> SubscriptionSnapshot:
    """From the next payment on, take another amount. Raises as `ask`."""
    price = {
        "currency": amount.currency.lower(),
        "product": seen.product_id,
        "recurring": {"interval": seen.interval},
        "unit_amount": amount.cents,
    }
    return _update(
        seen.id, {"items": [{"id": seen.item_id, "price_data": price}], **_NO_PRORATION}, idempotency_key
    )


def set_next_payment(subscription_id: str, *, at: datetime, idempotency_key: str) -> SubscriptionSnapshot:
    """Take the next payment at a moment in the future, and from then on that day. Raises as `ask`.

    Stripe has no other way than to call the time until then a trial.
    """
    return _update(subscription_id, {"trial_end": int(at.timestamp()), **_NO_PRORATION}, idempotency_key)


def pause(subscription_id: str, *, until: datetime | None, idempotency_key: str) -> SubscriptionSnapshot:
    """Take nothing for a time: what falls due meanwhile is void. until: None for open end."""
    paused: dict[str, Any] = {"behavior": "void"}
    if until:
        paused["resumes_at"] = int(until.timestamp())
    return _update(subscription_id, {"pause_collection": paused}, idempotency_key)


def resume(subscription_id: str, *, idempotency_key: str) -> SubscriptionSnapshot:
    """Take payments again, from the next day that falls due."""
    return _update(subscription_id, {"pause_collection": ""}, idempotency_key)


def cancel(subscription_id: str, *, idempotency_key: str) -> SubscriptionSnapshot:
    """End it at once. Raises as `ask`; for one that has ended already too: look at it then."""
    stripe, now = client(), timezone.now()
    options = {"idempotency_key": idempotency_key}
    ended = ask(lambda: stripe.v1.subscriptions.cancel(subscription_id, {}, options))  # type: ignore[arg-type]
    return subscription_snapshot(ended.to_dict(for_json=True), looked_at=now)


def _update(subscription_id: str, params: dict[str, Any], key: str) -> SubscriptionSnapshot:
    stripe, now = client(), timezone.now()
    options = {"idempotency_key": key}
    changed = ask(lambda: stripe.v1.subscriptions.update(subscription_id, params, options))  # type: ignore[arg-type]
    return subscription_snapshot(changed.to_dict(for_json=True), looked_at=now)
