"""Payouts: the one place where money for the bank account moves from state to state.

    pending -> in_transit -> paid | failed

Every midnight (UTC) what has become available in the balance is paid out; it arrives a day later.
"""

from typing import Any

from . import agenda, balance, chaos, store
from .errors import Refusal
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build

DAY = 86_400
LISTED_AFTER = 3600  # seconds until the movements in a payout can be listed
BANK_ACCOUNT = "ba_1SandboxBankAccount00000"
_SCHEDULE = "payout_schedule"


def _unpaid() -> Any:
    return store.find("balance_transaction").filter(private__payout__isnull=True)


def expect_payout() -> None:
    """The balance moved: look at it at midnight."""
    row, _new = StoredObject.objects.get_or_create(
        stripe_id=_SCHEDULE, defaults={"kind": _SCHEDULE, "created": store.now(), "data": {}}
    )
    midnight = (store.now() // DAY + 1) * DAY
    if row.due_at is None or row.due_at > midnight:
        agenda.plan(row, midnight)


balance.LISTENERS.append(expect_payout)


@agenda.when_due(_SCHEDULE)
def midnight(row: StoredObject) -> None:
    """What may be paid out is available from now on, and is paid out where it comes to more than nothing."""
    at = store.now()
    ready = [found for found in _unpaid() if found.data["available_on"] <= at]
    for movement in ready:
        if movement.data["status"] == "pending":
            store.save(movement, status="available")
    for currency in sorted({movement.data["currency"] for movement in ready}):
        _pay_out([movement for movement in ready if movement.data["currency"] == currency], currency)
    if _unpaid().exists():
        row.refresh_from_db()
        agenda.plan(row, at + DAY)


def _pay_out(movements: list[StoredObject], currency: str) -> None:
    amount = sum(movement.data["net"] for movement in movements)
    if amount <= 0:
        return
    at = store.now()
    row = store.add(
        build(
            "payout",
            id=new_id("po_"),
            amount=amount,
            arrival_date=at + DAY,
            automatic=True,
            created=at,
            currency=currency,
            description="STRIPE PAYOUT",
            destination=BANK_ACCOUNT,
            metadata={},
            method="standard",
            reconciliation_status="in_progress",
            source_type="card",
            status="pending",
            type="bank_account",
        )
    )
    own = balance.book_payout(row.data)
    store.save(row, balance_transaction=own["id"])
    for movement in [*movements, store.get("balance_transaction", own["id"])]:
        movement.private["payout"] = row.stripe_id
        movement.save()
    emit("payout.created", row.data)
    agenda.plan(row, at + LISTED_AFTER)


@agenda.when_due("payout")
def go_on(row: StoredObject) -> None:
    if row.data["status"] == "pending":
        before = store.save(row, status="in_transit", reconciliation_status="completed")
        agenda.plan(row, row.data["arrival_date"])
        emit("payout.updated", row.data, previous=before)
        emit("payout.reconciliation_completed", row.data)
    elif row.data["status"] == "in_transit":
        fail(row) if chaos.read("payouts_fail") else _arrive(row)


def _arrive(row: StoredObject) -> None:
    store.save(row, status="paid")
    emit("payout.paid", row.data)


def fail(row: StoredObject) -> None:
    """The bank did not take it: the money is back in the balance, for the next payout. Raises Refusal.

    A bank may say so days after a payout was told to be paid.
    """
    if row.data["status"] == "failed":
        raise Refusal("This payout has failed already.")
    back = balance.book_payout(row.data, failed=True)
    agenda.plan(row, None)
    store.save(
        row,
        status="failed",
        failure_balance_transaction=back["id"],
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    emit("payout.failed", row.data)
