"""Refunds: the one place where money given back moves from state to state.

    pending, requires_action -> succeeded | failed | canceled
    succeeded -> failed            (the bank sends it back)

A refund that failed or was cancelled is no longer counted in the charge's ``amount_refunded``.
"""

from typing import Any

from . import agenda, balance, chaos, methods, store
from .errors import Refusal, beyond_sandbox
from .events import emit
from .ids import new_id
from .models import StoredObject
from .session_rules import check_metadata
from .skeletons import build

_HONOURED = {"amount", "charge", "payment_intent", "reason", "metadata", "expand", "currency"}
ALLOWED = {
    "pending": {"requires_action", "succeeded", "failed", "canceled"},
    "requires_action": {"pending", "succeeded", "failed", "canceled"},
    "succeeded": {"failed"},
}
BANK_TAKES = 120  # seconds until the bank answers the refund of certain cards


def refund(params: dict[str, Any]) -> dict[str, Any]:
    """Give back all that is left of a payment, or ``amount`` cents of it. Raises Refusal.

    Most succeed at once, as with a card in Stripe's test mode; the charge's ``amount_refunded`` follows.
    """
    for param in sorted(params.keys() - _HONOURED):
        raise beyond_sandbox(f"the parameter {param} of refunds", param)
    check_metadata(params.get("metadata"), "metadata")
    charge = _charge_of(params)
    left = charge.data["amount"] - charge.data["amount_refunded"]
    if left == 0:
        raise Refusal(f"Charge {charge.stripe_id} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(
            f"Refund amount ({_shown(amount)}) is greater than unrefunded amount on charge ({_shown(left)})",
            param="amount",
        )
    return _write(charge, amount, params)


def _charge_of(params: dict[str, Any]) -> StoredObject:
    given = [name for name in ("charge", "payment_intent") if name in params]
    if len(given) != 1:
        raise Refusal(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if given == ["charge"]:
        charge = store.get("charge", params["charge"], param="charge", status=400)
    else:
        intent = store.get("payment_intent", params["payment_intent"], param="payment_intent", status=400)
        if intent.data["status"] != "succeeded":
            raise Refusal(
                f"This PaymentIntent ({intent.stripe_id}) does not have a successful charge to refund.",
                code="charge_not_refundable",
                param="payment_intent",
            )
        charge = store.get("charge", intent.data["latest_charge"])
    if charge.data["status"] != "succeeded":
        raise Refusal(f"Charge {charge.stripe_id} is not refundable.", code="charge_not_refundable")
    if _is_disputed(charge):
        raise Refusal(
            f"Charge {charge.stripe_id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if params.get("currency", charge.data["currency"]) != charge.data["currency"]:
        raise Refusal("The currency does not match that of the charge.", param="currency")
    return charge


def _is_disputed(charge: StoredObject) -> bool:
    """Whether a bank has taken the money. An inquiry takes none, and a refund answers it."""
    found = store.find("dispute", charge=charge.stripe_id).first()
    return found is not None and found.data["status"] != "won" and not found.data["is_charge_refundable"]


def _write(charge: StoredObject, amount: int, params: dict[str, Any]) -> dict[str, Any]:
    by_card = charge.data["payment_method_details"]["type"] == "card"
    method = store.get("payment_method", charge.data["payment_method"])
    after = methods.instrument_of(method).after
    status = chaos.read("refund_status") or ("pending" if after == "slow_refund" else "succeeded")
    metadata = {key: str(value) for key, value in (params.get("metadata") or {}).items()}
    row = store.add(
        build(
            "refund",
            id=new_id("re_" if by_card else "pyr_"),
            amount=amount,
            charge=charge.stripe_id,
            created=store.now(),
            currency=charge.data["currency"],
            customer=charge.data["customer"],
            metadata=metadata,
            payment_intent=charge.data["payment_intent"],
            payment_method=charge.data["payment_method"],
            reason=params.get("reason"),
            status=status,
            **({"destination_details": _UNTRACED} if by_card else {}),
            **_told(status),
        )
    )
    store.save(row, balance_transaction=balance.book_refund(row.data)["id"])
    before = _recount(charge)
    emit("refund.created", row.data)
    emit("charge.refunded", charge.data, previous=before)
    answer = dict(row.data)
    if by_card and status == "succeeded":
        before = store.save(row, destination_details={"card": _TRACED, "type": "card"})
        emit("refund.updated", row.data, previous=before)
    if after in ("slow_refund", "failing_refund"):
        row.private["becomes"] = "succeeded" if after == "slow_refund" else "failed"
        row.save()
        agenda.plan(row, store.now() + BANK_TAKES)
    return answer


def _told(status: str) -> dict[str, Any]:
    """What a refund says beside its state."""
    if status == "pending":
        return {"pending_reason": "processing"}
    if status == "requires_action":
        email = {"email_sent_at": store.now(), "email_sent_to": "ada@example.org"}
        details = {"email_sent": email, "expires_at": store.now() + 45 * 86_400}
        return {"next_action": {"display_details": details, "type": "display_details"}}
    return {}


@agenda.when_due("refund")
def bank_answered(row: StoredObject) -> None:
    become(row, row.private["becomes"])


def become(row: StoredObject, status: str) -> None:
    """The refund moves on. Raises Refusal for a move that Stripe does not know."""
    now = row.data["status"]
    if status not in ALLOWED.get(now, set()):
        raise Refusal(f"A refund with status {now} cannot become {status}.")
    for name in ("pending_reason", "next_action", "failure_reason"):
        row.data.pop(name, None)
    changes: dict[str, Any] = {"status": status, **_told(status)}
    if status in ("failed", "canceled"):
        changes["failure_balance_transaction"] = balance.book_failed_refund(row.data)["id"]
    if status == "failed":
        changes["failure_reason"] = "expired_or_canceled_card"
    before = store.save(row, **changes)
    if status in ("failed", "canceled"):
        _recount(store.get("charge", row.data["charge"]))
    if status == "failed":
        emit("refund.failed", row.data)
    emit("refund.updated", row.data, previous={"status": before["status"]})
    emit("charge.refund.updated", row.data, previous={"status": before["status"]})


def cancel(row: StoredObject) -> None:
    """Only one that waits for the customer can be called off."""
    if row.data["status"] != "requires_action":
        raise Refusal("This refund cannot be canceled: only one with status requires_action can.")
    become(row, "canceled")


def _recount(charge: StoredObject) -> dict[str, Any]:
    """Write what is given back altogether; returns the former values."""
    rows = store.find("refund", charge=charge.stripe_id).exclude(state__in=("failed", "canceled"))
    total = sum(row.data["amount"] for row in rows)
    return store.save(charge, amount_refunded=total, refunded=total == charge.data["amount"])


_UNTRACED = {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"}
# What a bank tells some time later, so that the person can find the refund.
_TRACED = {
    "reference": "0000000000000000",
    "reference_status": "available",
    "reference_type": "acquirer_reference_number",
    "type": "refund",
}


def _shown(cents: int) -> str:
    return f"€{cents // 100}.{cents % 100:02d}"
