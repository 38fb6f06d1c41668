"""Payment methods and charges: what one try with a card leaves behind."""

from dataclasses import dataclass
from typing import Any

from . import store
from .cards import Card
from .ids import new_id
from .skeletons import build


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


_CHECKS = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def add_payment_method(card: Card, payer: Payer, *, at: int) -> dict[str, Any]:
    method = build(
        "payment_method",
        id=new_id("pm_"),
        created=at,
        type="card",
        billing_details=payer.billing_details,
        metadata={},
        allow_redisplay="limited",
        card={
            **_card_facts(card, payer),
            "checks": _CHECKS,
            "display_brand": card.brand,
            "fingerprint": f"sandbox{card.last4}",
            "generated_from": None,
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
    )
    store.add(method)
    return method


def _card_facts(card: Card, payer: Payer) -> dict[str, Any]:
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
    card: Card,
    payer: Payer,
    *,
    at: int,
    declined: bool,
    authenticated: bool = False,
) -> store.StoredObject:
    """A charge that the bank approved, not yet booked, or one that it declined."""
    charge = build(
        "charge",
        id=new_id("ch_"),
        created=at,
        amount=intent["amount"],
        amount_captured=0 if declined else intent["amount"],
        captured=not declined,
        paid=not declined,
        status="failed" if declined else "succeeded",
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        receipt_email=intent["receipt_email"],
        billing_details=method["billing_details"],
        calculated_statement_descriptor="CULTNETWORK SANDBOX",
        failure_code=card.code if declined else None,
        failure_message=card.message if declined else None,
        fraud_details={},
        outcome=_outcome(card, declined),
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={
            "type": "card",
            "card": {
                **_card_facts(card, payer),
                "amount_authorized": None if declined else intent["amount"],
                "authorization_code": None,
                "checks": _CHECKS,
                "electronic_commerce_indicator": None,
                "fingerprint": f"sandbox{card.last4}",
                "installments": None,
                "mandate": None,
                "network": card.brand,
                "network_transaction_id": None,
                "three_d_secure": _THREE_D_SECURE if authenticated else None,
                "transaction_link_id": None,
            },
        },
    )
    return store.add(charge)


_THREE_D_SECURE = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": None,
    "version": "2.2.0",
}


def _outcome(card: Card, declined: bool) -> dict[str, Any]:
    told = {"advice_code": None, "network_advice_code": None, "network_decline_code": None}
    if not declined:
        return {
            **told,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        **told,
        "advice_code": "try_again_later",
        "network_status": "declined_by_network",
        "reason": card.decline_code,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "The bank returned the decline code `" + card.decline_code + "`.",
        "type": "issuer_declined",
    }
