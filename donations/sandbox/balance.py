"""Stripe's fees and the movements of the balance."""

from collections.abc import Callable
from typing import Any

from . import store
from .ids import new_id
from .skeletons import build

# Cards of the European Economic Area: 1.5 % and 25 cents; a SEPA debit 35 cents; a dispute 20 euro. As Stripe
# publishes for Italy.
PER_THOUSAND, FIXED_CENTS, DEBIT_CENTS, DISPUTE_CENTS = 15, 25, 35, 2000
SETTLES_AFTER = 3 * 86_400  # seconds until the money is available
_CATEGORIES = {"adjustment": "dispute", "payment": "charge", "payment_refund": "refund"}


def card_fee(amount: int) -> int:
    """Stripe's fee in cents for a card payment of ``amount`` cents, half a cent rounded up."""
    return (amount * PER_THOUSAND + 500) // 1000 + FIXED_CENTS


def book_charge(charge: dict[str, Any]) -> dict[str, Any]:
    """Write the movement of a successful charge and return it."""
    by_card = charge["payment_method_details"]["type"] == "card"
    fee = card_fee(charge["amount"]) if by_card else DEBIT_CENTS
    kind = "charge" if by_card else "payment"
    return _book(kind, charge, amount=charge["amount"], fee=fee, why="Stripe processing fees")


def book_refund(refund: dict[str, Any]) -> dict[str, Any]:
    """Write the movement of a refund: the amount leaves, and Stripe keeps the fee of the charge."""
    kind = "payment_refund" if refund["id"].startswith("pyr_") else "refund"
    return _book(kind, refund, amount=-refund["amount"])


def book_failed_refund(refund: dict[str, Any]) -> dict[str, Any]:
    """The money of a refund came back."""
    return _book("refund_failure", refund, amount=refund["amount"])


def book_dispute(dispute: dict[str, Any]) -> dict[str, Any]:
    """The bank takes the amount, and Stripe a fee."""
    return _book("adjustment", dispute, amount=-dispute["amount"], fee=DISPUTE_CENTS, why="Dispute fee")


def book_won_dispute(dispute: dict[str, Any]) -> dict[str, Any]:
    """The amount comes back, and so does the fee."""
    return _book(
        "adjustment",
        dispute,
        amount=dispute["amount"],
        fee=-DISPUTE_CENTS,
        why="Dispute fee refund",
        category="dispute_reversal",
    )


def book_payout(payout: dict[str, Any], *, failed: bool = False) -> dict[str, Any]:
    """Money goes to the bank account, or comes back because the bank did not take it."""
    kind = "payout_failure" if failed else "payout"
    amount = payout["amount"] if failed else -payout["amount"]
    return _book(kind, payout, amount=amount, category="payout_reversal" if failed else "payout")


def _book(
    kind: str, source: dict[str, Any], *, amount: int, fee: int = 0, why: str = "", category: str = ""
) -> dict[str, Any]:
    at = store.now()
    arrives = at if kind.startswith("payout") else at + SETTLES_AFTER
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": why,
            "type": "stripe_fee",
        }
    ]
    movement = build(
        "balance_transaction",
        id=new_id("txn_"),
        amount=amount,
        fee=fee,
        fee_details=details if fee else [],
        net=amount - fee,
        currency=source["currency"],
        created=at,
        available_on=arrives,
        balance_type="payments",
        type=kind,
        reporting_category=category or _CATEGORIES.get(kind, kind),
        source=source["id"],
        status="pending" if arrives > at else "available",
    )
    store.add(movement)
    for listener in LISTENERS:
        listener()
    return movement


# Told that the balance moved: the payouts.
LISTENERS: list[Callable[[], None]] = []
