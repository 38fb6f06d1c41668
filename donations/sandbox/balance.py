"""Stripe's fees and the movements of the balance."""

from typing import Any

from . import store
from .ids import new_id
from .skeletons import build

# Cards of the European Economic Area: 1.5 % and 25 cents, as Stripe publishes for Italy.
PER_THOUSAND, FIXED_CENTS = 15, 25
SETTLES_AFTER = 3 * 86_400  # seconds until the money is available


def card_fee(amount: int) -> int:
    """Stripe's fee in cents for a card payment of ``amount`` cents, half a cent rounded up."""
    return (amount * PER_THOUSAND + 500) // 1000 + FIXED_CENTS


def book_charge(charge: dict[str, Any]) -> dict[str, Any]:
    """Write the movement of a successful charge and return it."""
    fee = card_fee(charge["amount"])
    details = {
        "amount": fee,
        "application": None,
        "currency": charge["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return _book("charge", charge, amount=charge["amount"], fee=fee, fee_details=[details])


def book_refund(refund: dict[str, Any]) -> dict[str, Any]:
    """Write the movement of a refund: the amount leaves, and Stripe keeps the fee of the charge."""
    return _book("refund", refund, amount=-refund["amount"])


def _book(
    kind: str, source: dict[str, Any], *, amount: int, fee: int = 0, fee_details: list[Any] | None = None
) -> dict[str, Any]:
    movement = build(
        "balance_transaction",
        id=new_id("txn_"),
        amount=amount,
        fee=fee,
        fee_details=fee_details or [],
        net=amount - fee,
        currency=source["currency"],
        created=source["created"],
        available_on=source["created"] + SETTLES_AFTER,
        balance_type="payments",
        type=kind,
        reporting_category=kind,
        source=source["id"],
        status="pending",
    )
    store.add(movement)
    return movement
