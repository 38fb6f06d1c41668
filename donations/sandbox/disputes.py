"""Disputes: the one place where a charge that a bank contests moves from state to state.

    needs_response -> under_review -> won | lost         (also straight from needs_response)
    warning_needs_response -> warning_under_review -> warning_closed
    a debit is lost as soon as it is disputed

and early fraud warnings, which announce one.
"""

from typing import Any

from . import agenda, balance, store
from .aftermath import sequel
from .errors import Refusal
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build

ANSWER_WITHIN = 9 * 86_400  # seconds until the bank decides without us
_OPEN = ("needs_response", "under_review")
_INQUIRIES = ("warning_needs_response", "warning_under_review")
_EVIDENCE = [
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
]  # fmt: skip


def open_dispute(charge: StoredObject, *, reason: str = "fraudulent", inquiry: bool = False) -> StoredObject:
    """A bank contests a charge and takes the money; with ``inquiry`` it only asks. Raises Refusal."""
    if charge.data["status"] != "succeeded" or store.find("dispute", charge=charge.stripe_id).exists():
        raise Refusal(f"Charge {charge.stripe_id} cannot be disputed (any more).")
    at, by_card = store.now(), charge.data["payment_method_details"]["type"] == "card"
    details: dict[str, Any] = {}
    if by_card:
        case = "inquiry" if inquiry else "chargeback"
        details["payment_method_details"] = {
            "type": "card",
            "card": {"brand": "visa", "case_type": case, "network": "visa", "network_reason_code": "83"},
        }
    row = store.add(
        build(
            "dispute",
            id=new_id("du_"),
            amount=charge.data["amount"],
            charge=charge.stripe_id,
            created=at,
            currency=charge.data["currency"],
            evidence={**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
            evidence_details={
                "due_by": at + ANSWER_WITHIN if by_card else None,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            intended_submission_method="manual",
            is_charge_refundable=inquiry,
            payment_intent=charge.data["payment_intent"],
            reason=reason,
            status="warning_needs_response" if inquiry else "needs_response",
            **details,
        )
    )
    store.save(charge, disputed=True)
    _end_warnings(charge)
    if not inquiry:
        movement = balance.book_dispute(row.data)
        store.save(row, balance_transactions=[movement])
    emit("charge.dispute.created", row.data)
    if not inquiry:
        emit("charge.dispute.funds_withdrawn", row.data)
    if by_card:
        agenda.plan(row, at + ANSWER_WITHIN)
    else:
        close(row, won=False)
    return row


@agenda.when_due("dispute")
def time_ran_out(row: StoredObject) -> None:
    """Nobody answered, or the bank has read the answer and stays with its customer."""
    if row.data["status"] in (*_OPEN, *_INQUIRIES):
        close(row, won=row.data["status"] == "warning_under_review")


def answer(row: StoredObject, evidence: dict[str, Any], *, submit: bool) -> None:
    """Write evidence, and send it in. ``winning_evidence`` and ``losing_evidence`` decide at once."""
    if row.data["status"] not in (*_OPEN, *_INQUIRIES):
        raise Refusal("This dispute is already closed.")
    told = row.data["evidence"] | evidence
    details = row.data["evidence_details"] | {"has_evidence": any(value for value in told.values())}
    changes: dict[str, Any] = {"evidence": told}
    if submit:
        details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
        inquiry = row.data["status"] in _INQUIRIES
        changes["status"] = "warning_under_review" if inquiry else "under_review"
    before = store.save(row, evidence_details=details, **changes)
    emit("charge.dispute.updated", row.data, previous=before)
    words = told["uncategorized_text"]
    if submit and words in ("winning_evidence", "losing_evidence"):
        close(row, won=words == "winning_evidence")


def close(row: StoredObject, *, won: bool) -> None:
    """The bank decided. Raises Refusal when it had already."""
    if row.data["status"] not in (*_OPEN, *_INQUIRIES):
        raise Refusal("This dispute is already closed.")
    inquiry = row.data["status"] in _INQUIRIES
    status = "warning_closed" if inquiry else "won" if won else "lost"
    store.save(row, status=status, evidence_details=row.data["evidence_details"] | {"past_due": False})
    agenda.plan(row, None)
    if status == "won":
        movements = row.data["balance_transactions"]
        store.save(row, balance_transactions=[*movements, balance.book_won_dispute(row.data)])
    emit("charge.dispute.closed", row.data)
    if status == "won":
        emit("charge.dispute.funds_reinstated", row.data)


def warn_of_fraud(charge: StoredObject) -> StoredObject:
    """The bank has heard that the card was stolen: a refund now saves a dispute."""
    row = store.add(
        build(
            "radar.early_fraud_warning",
            id=new_id("issfr_"),
            actionable=True,
            charge=charge.stripe_id,
            created=store.now(),
            fraud_type="made_with_stolen_card",
            payment_intent=charge.data["payment_intent"],
        )
    )
    emit("radar.early_fraud_warning.created", row.data)
    return row


def _end_warnings(charge: StoredObject) -> None:
    for row in store.find("radar.early_fraud_warning", charge=charge.stripe_id, actionable=True):
        before = store.save(row, actionable=False)
        emit("radar.early_fraud_warning.updated", row.data, previous=before)


@sequel("dispute")
def _fraudulent(charge: StoredObject) -> None:
    open_dispute(charge)


@sequel("not_received")
def _not_received(charge: StoredObject) -> None:
    open_dispute(charge, reason="product_not_received")


@sequel("inquiry")
def _inquiry(charge: StoredObject) -> None:
    open_dispute(charge, inquiry=True)


@sequel("fraud_warning")
def _warning(charge: StoredObject) -> None:
    warn_of_fraud(charge)


@sequel("debit_disputed")
def _debit(charge: StoredObject) -> None:
    open_dispute(charge, reason="debit_not_authorized")
