"""Money given back."""

from typing import Any

from . import balance, store
from .errors import Refusal, beyond_sandbox
from .events import emit
from .ids import new_id
from .models import StoredObject
from .session_rules import check_metadata
from .skeletons import build

_HONOURED = {"amount", "charge", "payment_intent", "reason", "metadata", "expand", "currency"}


def refund(params: dict[str, Any]) -> dict[str, Any]:
    """Give back all that is left of a payment, or ``amount`` cents of it. Raises Refusal.

    It succeeds at once, as with a card in Stripe's test mode; the charge's ``amount_refunded`` follows.
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
    if params.get("currency", charge.data["currency"]) != charge.data["currency"]:
        raise Refusal("The currency does not match that of the charge.", param="currency")
    return charge


def _write(charge: StoredObject, amount: int, params: dict[str, Any]) -> dict[str, Any]:
    at = store.now()
    metadata = {key: str(value) for key, value in (params.get("metadata") or {}).items()}
    row = store.add(
        build(
            "refund",
            id=new_id("re_"),
            amount=amount,
            charge=charge.stripe_id,
            created=at,
            currency=charge.data["currency"],
            customer=charge.data["customer"],
            destination_details={"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
            metadata=metadata,
            payment_intent=charge.data["payment_intent"],
            payment_method=charge.data["payment_method"],
            reason=params.get("reason"),
            status="succeeded",
        )
    )
    store.save(row, balance_transaction=balance.book_refund(row.data)["id"])
    refunded = charge.data["amount_refunded"] + amount
    before = store.save(charge, amount_refunded=refunded, refunded=refunded == charge.data["amount"])
    emit("refund.created", row.data)
    emit("charge.refunded", charge.data, previous=before)
    answer = dict(row.data)
    before = store.save(row, destination_details={"card": _TRACED, "type": "card"})
    emit("refund.updated", row.data, previous=before)
    return answer


# What a bank tells some time later, so that the person can find the refund.
_TRACED = {
    "reference": "0000000000000000",
    "reference_status": "available",
    "reference_type": "acquirer_reference_number",
    "type": "refund",
}


def _shown(cents: int) -> str:
    return f"€{cents // 100}.{cents % 100:02d}"
