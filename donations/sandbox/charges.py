"""Charges: what one try to take money leaves behind."""

from dataclasses import dataclass
from typing import Any, Literal

from . import store
from .cards import Card
from .ids import new_id
from .instruments import Instrument
from .models import StoredObject
from .skeletons import build

Status = Literal["succeeded", "pending", "failed"]


@dataclass(frozen=True)
class Payer:
    """What the person typed beside the card."""

    name: str
    email: str
    exp_month: int = 12
    exp_year: int = 2034
    country: str = "IT"

    @property
    def address(self) -> dict[str, Any]:
        empty = dict.fromkeys(["city", "line1", "line2", "postal_code", "state"])
        return {**empty, "country": self.country}

    @property
    def billing_details(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "email": self.email or None,
            "name": self.name or None,
            "phone": None,
            "tax_id": None,
        }


CHECKS = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def card_facts(card: Card, payer: Payer) -> dict[str, Any]:
    return {
        "brand": card.brand,
        "country": payer.country,
        "exp_month": payer.exp_month,
        "exp_year": payer.exp_year,
        "funding": "credit",
        "last4": card.last4,
        "regulated_status": "unregulated",
        "wallet": None,
    }


def add_charge(
    intent: dict[str, Any],
    method: dict[str, Any],
    instrument: Instrument,
    payer: Payer,
    *,
    status: Status,
    authenticated: bool = False,
    mandate: str | None = None,
) -> StoredObject:
    """A charge that the bank approved (not yet booked), declined, or has yet to answer."""
    failed = status == "failed"
    if isinstance(instrument, Card):
        details = _card_details(intent, instrument, payer, failed, authenticated)
        outcome = _outcome(instrument, failed)
    else:
        details, outcome = _account_details(method, mandate), _APPROVED
    charge = build(
        "charge",
        id=new_id("ch_" if instrument.kind == "card" else "py_"),
        created=store.now(),
        amount=intent["amount"],
        amount_captured=0 if failed else intent["amount"],
        captured=not failed,
        paid=status == "succeeded",
        status=status,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        receipt_email=intent["receipt_email"],
        billing_details=method["billing_details"],
        calculated_statement_descriptor="CULTNETWORK SANDBOX",
        failure_code=instrument.code if failed and isinstance(instrument, Card) else None,
        failure_message=instrument.message if failed and isinstance(instrument, Card) else None,
        fraud_details={},
        outcome=outcome,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": instrument.kind, instrument.kind: details},
    )
    return store.add(charge)


def _card_details(
    intent: dict[str, Any], card: Card, payer: Payer, failed: bool, authenticated: bool
) -> dict[str, Any]:
    return {
        **card_facts(card, payer),
        "amount_authorized": None if failed else intent["amount"],
        "authorization_code": None,
        "checks": CHECKS,
        "electronic_commerce_indicator": None,
        "fingerprint": f"sandbox{card.last4}",
        "installments": None,
        "mandate": None,
        "network": card.brand,
        "network_transaction_id": None,
        "three_d_secure": _THREE_D_SECURE if authenticated else None,
        "transaction_link_id": None,
    }


def _account_details(method: dict[str, Any], mandate: str | None) -> dict[str, Any]:
    facts = method["sepa_debit"]
    told = {key: facts[key] for key in ("bank_code", "branch_code", "country", "fingerprint", "last4")}
    return told | {"mandate": mandate}


_THREE_D_SECURE = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": None,
    "version": "2.2.0",
}


_APPROVED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 12,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def _outcome(card: Card, declined: bool) -> dict[str, Any]:
    if not declined:
        return _APPROVED
    return _APPROVED | {
        "advice_code": "try_again_later",
        "network_status": "declined_by_network",
        "reason": card.decline_code,
        "seller_message": "The bank returned the decline code `" + card.decline_code + "`.",
        "type": "issuer_declined",
    }
