"""Payment methods: cards and accounts, used once or saved with a customer."""

from typing import Any

from . import mandates, store
from .charges import CHECKS, Payer, card_facts
from .errors import Refusal
from .events import emit
from .ids import new_id
from .instruments import Instrument, known_instrument
from .models import StoredObject
from .skeletons import build


def add_method(instrument: Instrument, payer: Payer) -> StoredObject:
    """Make a payment method of a card or an account; it belongs to nobody yet."""
    facts = _card(instrument, payer) if instrument.kind == "card" else _account(instrument)
    method = build(
        "payment_method",
        id=new_id("pm_"),
        created=store.now(),
        type=instrument.kind,
        billing_details=payer.billing_details,
        metadata={},
        allow_redisplay="limited",
        **{instrument.kind: facts},
    )
    return store.add(method, number=instrument.number, payer=payer.__dict__)


# Stripe's own names for its test cards and accounts; each use makes a payment method of its own.
TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_pendingRefund": "4000000000007726",
}


def find_method(method_id: str, *, param: str = "payment_method", status: int = 400) -> StoredObject:
    """The payment method named in a request. Raises Refusal when there is none."""
    if method_id in TEST_METHODS:
        payer = Payer(name="", email="")
        return add_method(known_instrument(TEST_METHODS[method_id]), payer)
    return store.get("payment_method", method_id, param=param, status=status)


def instrument_of(method: StoredObject) -> Instrument:
    return known_instrument(method.private["number"])


def payer_of(method: StoredObject) -> Payer:
    return Payer(**method.private["payer"])


def attach(method: StoredObject, customer: str) -> None:
    """Save it with a customer. Saying so twice changes nothing; somebody else's is refused."""
    if method.data["customer"] == customer:
        return
    if method.data["customer"]:
        raise Refusal(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if method.private.get("detached"):
        raise Refusal(
            "This PaymentMethod was previously used without being attached to a Customer or was detached "
            "from a Customer, and may not be used again.",
        )
    store.save(method, customer=customer)
    emit("payment_method.attached", method.data)


def detach(method: StoredObject) -> None:
    """Take it away from its customer for good. Raises Refusal when it has none."""
    customer = method.data["customer"]
    if not customer:
        raise Refusal(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    method.private["detached"] = True
    before = store.save(method, customer=None)
    emit("payment_method.detached", method.data, previous=before)
    mandates.revoke_for(method.stripe_id)
    owner = StoredObject.objects.filter(stripe_id=customer).first()
    if owner and owner.data["invoice_settings"]["default_payment_method"] == method.stripe_id:
        store.save(owner, invoice_settings=owner.data["invoice_settings"] | {"default_payment_method": None})


def renew_card(method: StoredObject, *, month: int, year: int, last4: str = "") -> None:
    """The bank gave the customer a new card and told Stripe: the saved one goes on under the same id."""
    card = method.data["card"] | {"exp_month": month, "exp_year": year}
    if last4:
        card["last4"] = last4
    method.private["payer"] |= {"exp_month": month, "exp_year": year}
    before = store.save(method, card=card)
    emit("payment_method.automatically_updated", method.data, previous=before)


def saved_with(customer: str, kind: str | None = None) -> Any:
    """A customer's saved methods, newest first."""
    found = store.find("payment_method", customer=customer)
    return found.filter(data__type=kind) if kind else found


def _card(card: Any, payer: Payer) -> dict[str, Any]:
    return {
        **card_facts(card, payer),
        "checks": CHECKS,
        "display_brand": card.brand,
        "fingerprint": f"sandbox{card.last4}",
        "generated_from": None,
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }


def _account(iban: Any) -> dict[str, Any]:
    return {
        "bank_code": iban.number[4:12],
        "branch_code": "",
        "country": iban.number[:2],
        "fingerprint": f"sandbox{iban.last4}",
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban.last4,
    }
