"""One person's tries to get through a checkout session, and a bank that answers later."""

from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from . import (
    checkout,
    clock,
    customers,
    drafts,
    intents,
    invoices,
    mandates,
    methods,
    setups,
    store,
    subscriptions,
)
from .cards import AUTHENTICATION_FAILED, Card
from .charges import Payer
from .instruments import find_instrument
from .models import StoredObject

Result = Literal["paid", "processing", "declined", "authenticate", "closed"]


@dataclass(frozen=True)
class Outcome:
    """What became of a try. session is the session afterwards; message says why a card was declined."""

    result: Result
    session: dict[str, Any]
    message: str = ""


@transaction.atomic
def pay(session_id: str, number: str, payer: Payer, *, at: int | None = None) -> Outcome:
    """Try to pay, or to save, a test card or a test account.

    at: seconds since 1970, to leave a payment that looks as old as that (demo content).
    Raises InvalidNumber, and Refusal (404) when there is no such session.
    """
    instrument = find_instrument(number)
    session = checkout.current(session_id)
    if session.data["status"] != "open":
        return Outcome("closed", session.data)
    if instrument.kind not in session.data["payment_method_types"]:
        return Outcome("declined", session.data, "This way to pay is not offered here.")
    clock_id = _test_clock(session)
    with clock.at(at or clock.now_for(clock_id), clock=clock_id):
        if session.private.pop("attempt", None):  # a new try takes the place of one that waits for the bank
            session.save()
        return _WAYS[session.data["mode"]](session, methods.add_method(instrument, payer), payer, False)


@transaction.atomic
def answer_authentication(session_id: str, *, approved: bool) -> Outcome:
    """The person approved, or refused, on the bank's page. Nothing happens when none was asked for."""
    session = checkout.current(session_id)
    attempt = session.private.pop("attempt", None)
    if session.data["status"] != "open" or attempt is None:
        return Outcome("closed", session.data)
    session.save()
    method = store.get("payment_method", attempt["method"])
    with clock.at(attempt["at"], clock=_test_clock(session)):
        if session.data["mode"] == "payment" and not approved:
            intents.answer_authentication(_intent_of(session), approved=False)
        elif session.data["mode"] == "setup" and not approved:
            setups.answer_authentication(_setup_of(session), approved=False)
        if not approved:
            return Outcome("declined", session.data, AUTHENTICATION_FAILED)
        return _WAYS[session.data["mode"]](session, method, methods.payer_of(method), True)


def awaits_authentication(session: StoredObject) -> bool:
    return session.data["status"] == "open" and "attempt" in session.private


def _test_clock(session: StoredObject) -> str:
    customer = session.data["customer"]
    return (store.get("customer", customer).data["test_clock"] or "") if customer else ""


def _remember_attempt(session: StoredObject, method: StoredObject) -> None:
    session.private["attempt"] = {"method": method.stripe_id, "at": store.now()}
    session.save()


def _page(session: StoredObject) -> str:
    return f"{session.data['url']}/authenticate"


def _pay_once(session: StoredObject, method: StoredObject, payer: Payer, authenticated: bool) -> Outcome:
    """``payment`` mode: one charge, perhaps keeping the card for later ones."""
    intent = _intent_of(session)
    instrument = methods.instrument_of(method)
    if _will_go_through(instrument, authenticated):
        customer = checkout.customer_for(session, payer)
        store.save(session, customer=customer)
        store.save(intent, customer=customer)
        if intent.data["setup_future_usage"] and customer:
            methods.attach(method, customer)
        if instrument.kind == "sepa_debit":
            mandates.sign(method, _page(session))
    result = intents.attempt(intent, method, authenticated=authenticated, page=_page(session))
    if result == "authenticate":
        _remember_attempt(session, method)
    session.refresh_from_db()
    return Outcome(result, session.data, (intent.data["last_payment_error"] or {}).get("message", ""))


def _will_go_through(instrument: Any, authenticated: bool) -> bool:
    return not isinstance(instrument, Card) or authenticated or instrument.effect == "approve"


def _intent_of(session: StoredObject) -> StoredObject:
    """The session's PaymentIntent; like Stripe, made at the first try and used again by the later ones."""
    if session.data["payment_intent"]:
        return store.get("payment_intent", session.data["payment_intent"])
    wishes = session.private["payment_intent_data"]
    intent = intents.open_intent(
        amount=session.data["amount_total"],
        currency=session.data["currency"],
        customer=session.data["customer"],
        metadata=checkout.text_values(wishes.get("metadata")),
        owner=session.stripe_id,
        description=wishes.get("description"),
        receipt_email=wishes.get("receipt_email"),
        setup_future_usage=wishes.get("setup_future_usage"),
        statement_descriptor=wishes.get("statement_descriptor"),
        statement_descriptor_suffix=wishes.get("statement_descriptor_suffix"),
        payment_method_types=session.data["payment_method_types"],
    )
    store.save(session, payment_intent=intent.stripe_id)
    return intent


@intents.on_change
def payment_changed(intent: StoredObject) -> None:
    """The payment of a session went through, or waits for a bank, or a bank refused it after days."""
    session = _session_paid_by(intent)
    if session is None:
        return
    status = intent.data["status"]
    method = intent.data["payment_method"]
    if session.data["status"] == "open" and status in ("succeeded", "processing"):
        payer = methods.payer_of(store.get("payment_method", method))
        checkout.complete(session, payer, paid=status == "succeeded")
        return
    waits = session.data["status"] == "complete" and session.data["payment_status"] == "unpaid"
    if waits and status in ("succeeded", "requires_payment_method"):
        checkout.bank_answered(session, paid=status == "succeeded")


def _session_paid_by(intent: StoredObject) -> StoredObject | None:
    owner = intent.private.get("owner", "")
    if owner.startswith("cs_"):
        return store.get("checkout.session", owner)
    if owner.startswith("in_"):
        return store.find("checkout.session", invoice=owner).first()
    return None


def _subscribe(session: StoredObject, method: StoredObject, payer: Payer, authenticated: bool) -> Outcome:
    """``subscription`` mode: nothing is made before it is clear that the first payment goes through."""
    instrument = methods.instrument_of(method)
    if isinstance(instrument, Card) and not authenticated:
        if instrument.effect == "authenticate":
            _remember_attempt(session, method)
            return Outcome("authenticate", session.data)
        if instrument.effect == "decline":
            return Outcome("declined", session.data, instrument.message)
    customer = checkout.customer_for(session, payer)
    assert customer is not None
    methods.attach(method, customer)
    mandates.sign(method, _page(session))
    subscription = subscriptions.begin(
        customer=customer,
        method=method,
        items=session.private["line_items"],
        wishes=session.private["subscription_data"],
    )
    invoice = drafts.draw_up(subscription, reason="subscription_create")
    store.save(subscription, latest_invoice=invoice.stripe_id)
    # Linked only once collected: a debit under way completes the session as one still unpaid.
    invoices.finalise(invoice)
    if invoice.data["status"] == "open":
        invoices.collect(invoice, method, present=True, authenticated=authenticated)
    checkout.complete(
        session,
        payer,
        paid=invoice.data["status"] == "paid",
        customer=customer,
        subscription=subscription.stripe_id,
        invoice=invoice.stripe_id,
    )
    return Outcome("paid" if invoice.data["status"] == "paid" else "processing", session.data)


def _save(session: StoredObject, method: StoredObject, payer: Payer, authenticated: bool) -> Outcome:
    """``setup`` mode: keep the card or the account and take nothing."""
    setup = _setup_of(session)
    instrument = methods.instrument_of(method)
    effect = setups.effect_of(instrument)
    if effect == "authenticate" and not authenticated:
        setups.ask_to_authenticate(setup, method, _page(session))
        _remember_attempt(session, method)
        return Outcome("authenticate", session.data)
    if effect == "decline":
        setups.decline(setup, method, instrument)
        return Outcome("declined", session.data, instrument.message)
    customer = checkout.customer_for(session, payer)
    if customer:
        store.save(setup, customer=customer)
    setups.succeed(setup, method, _page(session))
    checkout.complete(session, payer, paid=True, customer=customer)
    return Outcome("paid", session.data)


def _setup_of(session: StoredObject) -> StoredObject:
    if session.data["setup_intent"]:
        return store.get("setup_intent", session.data["setup_intent"])
    wishes = session.private["setup_intent_data"]
    setup = setups.open_setup(
        customer=session.data["customer"],
        metadata=checkout.text_values(wishes.get("metadata")),
        description=wishes.get("description"),
        payment_method_types=session.data["payment_method_types"],
    )
    store.save(session, setup_intent=setup.stripe_id)
    return setup


_WAYS = {"payment": _pay_once, "subscription": _subscribe, "setup": _save}


@transaction.atomic
def change_method(customer_id: str, number: str, payer: Payer) -> StoredObject:
    """The person changed how they pay, on the portal: the new method is the default of all that goes on."""
    method = methods.add_method(find_instrument(number), payer)
    setup = setups.open_setup(customer=customer_id, payment_method_types=["card", "sepa_debit"])
    setups.succeed(setup, method, "")
    customers.set_default_method(customer_id, method.stripe_id)
    for subscription in store.find("subscription", customer=customer_id):
        if subscription.data["status"] not in invoices.OVER:
            subscriptions.change(subscription, default_payment_method=method.stripe_id)
    return method
