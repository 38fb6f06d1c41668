"""Invoices: the one place where one moves from state to state.

    draft -> open -> paid | uncollectible | void
    uncollectible -> paid | void

A renewal's draft is finalised and collected an hour later; a failed try is repeated after some days.
"""

from collections.abc import Callable
from typing import Any, Literal

from . import agenda, chaos, customers, intents, store
from .errors import Refusal
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build

OVER = ("canceled", "incomplete_expired")  # states in which a subscription collects nothing more
What = Literal["paid", "processing", "missed", "given up"]
_LISTENERS: list[Callable[[StoredObject, What], None]] = []


def on_change(listener: Callable[[StoredObject, What], None]) -> Callable[[StoredObject, What], None]:
    """Register who wants to hear how the collection of an invoice went."""
    _LISTENERS.append(listener)
    return listener


def _tell(invoice: StoredObject, what: What) -> None:
    for listener in _LISTENERS:
        listener(invoice, what)


def subscription_of(invoice: StoredObject) -> StoredObject | None:
    parent = invoice.data["parent"]
    return store.get("subscription", parent["subscription_details"]["subscription"]) if parent else None


def payments_of(invoice_id: str) -> list[dict[str, Any]]:
    return [row.data for row in store.find("invoice_payment", invoice=invoice_id)]


def intent_of(invoice: StoredObject) -> StoredObject | None:
    """The PaymentIntent that collects it, once it is finalised; an invoice of nothing has none."""
    found = store.find("invoice_payment", invoice=invoice.stripe_id).first()
    return store.get("payment_intent", found.data["payment"]["payment_intent"]) if found else None


def finalise(invoice: StoredObject) -> None:
    """No more changes: it takes a number and a payment. One of nothing is paid already."""
    if invoice.data["status"] != "draft":
        raise Refusal("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    at, customer = store.now(), store.get("customer", invoice.data["customer"])
    number = f"{customer.data['invoice_prefix']}-{customer.data['next_invoice_sequence']:04d}"
    store.save(customer, next_invoice_sequence=customer.data["next_invoice_sequence"] + 1)
    store.save(
        invoice,
        automatically_finalizes_at=None,
        effective_at=at,
        ending_balance=0,
        hosted_invoice_url=None,
        invoice_pdf=None,
        number=number,
        status="open",
        status_transitions=invoice.data["status_transitions"] | {"finalized_at": at},
    )
    if invoice.data["total"]:
        _add_payment(invoice)
    emit("invoice.finalized", invoice.data)
    if not invoice.data["total"]:
        mark_paid(invoice)


def _add_payment(invoice: StoredObject) -> None:
    subscription = subscription_of(invoice)
    intent = intents.open_intent(
        amount=invoice.data["total"],
        currency=invoice.data["currency"],
        customer=invoice.data["customer"],
        owner=invoice.stripe_id,
        description="Subscription update"
        if invoice.data["billing_reason"] == "subscription_cycle"
        else "Subscription creation",
        setup_future_usage="off_session" if subscription else None,
        payment_method_types=["card", "sepa_debit"],
    )
    payment = build(
        "invoice_payment",
        id=new_id("inpay_"),
        amount_requested=invoice.data["total"],
        created=store.now(),
        currency=invoice.data["currency"],
        invoice=invoice.stripe_id,
        is_default=True,
        payment={"payment_intent": intent.stripe_id, "type": "payment_intent"},
        status="open",
    )
    store.add(payment)


def collect(
    invoice: StoredObject,
    method: StoredObject | None = None,
    *,
    present: bool = False,
    authenticated: bool = False,
) -> intents.Result:
    """Try to collect an open invoice and say how it went. present: whether the person is there."""
    if invoice.data["status"] not in ("open", "uncollectible"):
        raise Refusal(f"Invoice is already {invoice.data['status']}.", code="invoice_not_editable")
    subscription, intent = subscription_of(invoice), intent_of(invoice)
    if intent is None:
        raise Refusal("This invoice has no payment.")
    if intent.data["status"] == "processing":
        return "processing"
    method = method or _method_for(invoice, subscription)
    attempts = invoice.data["attempt_count"] + 1
    store.save(invoice, attempted=True, attempt_count=attempts)
    if method is None:
        _missed(invoice)
        return "declined"
    result = intents.attempt(intent, method, off_session=not present, authenticated=authenticated)
    invoice.refresh_from_db()
    if result == "declined":
        _missed(invoice, asks_person=_asks_person(intent))
        invoice.refresh_from_db()
    return result


def _asks_person(intent: StoredObject) -> bool:
    return (intent.data["last_payment_error"] or {}).get("code") == "authentication_required"


def _method_for(invoice: StoredObject, subscription: StoredObject | None) -> StoredObject | None:
    """The subscription's own method, else the customer's."""
    chosen = subscription.data["default_payment_method"] if subscription else None
    if not chosen:
        customer = store.get("customer", invoice.data["customer"]).data
        chosen = customer["invoice_settings"]["default_payment_method"]
    method = store.get("payment_method", chosen) if chosen else None
    return method if method and method.data["customer"] else None


def _missed(invoice: StoredObject, *, asks_person: bool = False) -> None:
    """A try failed: plan the next, or give up as the account wishes."""
    days = chaos.read("retry_days")
    tries = invoice.data["attempt_count"]
    again = store.now() + days[tries - 1] * 86_400 if tries <= len(days) else None
    subscription = subscription_of(invoice)
    if (
        subscription is None
        or subscription.data["status"] == "incomplete"
        or not invoice.data["auto_advance"]
    ):
        again = None
    before = (
        {} if again is None and invoice.data["auto_advance"] is False else {"auto_advance": again is not None}
    )
    store.save(invoice, next_payment_attempt=again, **before)
    agenda.plan(invoice, again)
    emit("invoice.updated", invoice.data, previous={"attempt_count": tries - 1})
    if asks_person:
        emit("invoice.payment_action_required", invoice.data)
    emit("invoice.payment_failed", invoice.data)
    _tell(invoice, "given up" if again is None else "missed")


def mark_paid(invoice: StoredObject) -> None:
    """The money is there."""
    at = store.now()
    intent = intent_of(invoice)
    before = store.save(
        invoice,
        amount_paid=invoice.data["total"],
        amount_remaining=0,
        attempted=True,
        attempt_count=max(invoice.data["attempt_count"], 1 if invoice.data["total"] else 0),
        auto_advance=False,
        next_payment_attempt=None,
        status="paid",
        status_transitions=invoice.data["status_transitions"] | {"paid_at": at},
    )
    agenda.plan(invoice, None)
    emit("invoice.updated", invoice.data, previous=before)
    emit("invoice.paid", invoice.data)
    emit("invoice.payment_succeeded", invoice.data)
    if intent is not None:
        payment = store.find("invoice_payment", invoice=invoice.stripe_id).get()
        store.save(
            payment,
            amount_paid=invoice.data["total"],
            status="paid",
            status_transitions={"canceled_at": None, "paid_at": at},
        )
        emit("invoice_payment.paid", payment.data)
    _tell(invoice, "paid")


def void(invoice: StoredObject) -> None:
    """It was a mistake, or collection is paused: nobody owes it any more."""
    if invoice.data["status"] not in ("open", "uncollectible"):
        raise Refusal(f"You can only void an open or uncollectible invoice; it is {invoice.data['status']}.")
    _close(invoice, "void", "voided_at")
    emit("invoice.voided", invoice.data)


def mark_uncollectible(invoice: StoredObject) -> None:
    if invoice.data["status"] != "open":
        raise Refusal(f"You can only mark an open invoice uncollectible; it is {invoice.data['status']}.")
    _close(invoice, "uncollectible", "marked_uncollectible_at")
    emit("invoice.marked_uncollectible", invoice.data)


def _close(invoice: StoredObject, status: str, moment: str) -> None:
    intent = intent_of(invoice)
    if intent and intent.data["status"] not in ("processing", "canceled"):
        intents.cancel(intent, "void_invoice" if status == "void" else None)
    transitions = invoice.data["status_transitions"] | {moment: store.now()}
    store.save(
        invoice, status=status, status_transitions=transitions, next_payment_attempt=None, auto_advance=False
    )
    agenda.plan(invoice, None)


@agenda.when_due("invoice")
def go_on(invoice: StoredObject) -> None:
    """A draft's hour is over, or the time for another try has come."""
    subscription = subscription_of(invoice)
    if subscription and subscription.data["status"] in OVER:
        return
    pause = subscription.data["pause_collection"] if subscription else None
    if invoice.data["status"] == "draft":
        if not invoice.data["auto_advance"] or (pause and pause["behavior"] == "keep_as_draft"):
            store.save(invoice, auto_advance=False, automatically_finalizes_at=None)
            return
        finalise(invoice)
        if pause and invoice.data["status"] == "open":
            void(invoice) if pause["behavior"] == "void" else mark_uncollectible(invoice)
            return
    if invoice.data["status"] == "open" and not pause:
        collect(invoice)


@intents.on_change
def payment_changed(intent: StoredObject) -> None:
    """The payment of an invoice went through, or a bank refused it after days."""
    invoice = _invoice_of(intent)
    if invoice is None:
        return
    status = intent.data["status"]
    if status == "succeeded" and invoice.data["status"] in ("open", "uncollectible"):
        mark_paid(invoice)
    elif status == "processing":
        _tell(invoice, "processing")
    elif status == "requires_payment_method" and intent.private.get("waited"):
        intent.private.pop("waited")
        intent.save()
        _missed(invoice)


def _invoice_of(intent: StoredObject) -> StoredObject | None:
    owner = intent.private.get("owner", "")
    return store.get("invoice", owner) if owner.startswith("in_") else None


def pay_by_hand(invoice: StoredObject, method_id: str | None) -> Refusal | None:
    """``POST /v1/invoices/{id}/pay``. Returns the refusal (402) when it is declined."""
    method = None
    if method_id:
        method = store.get("payment_method", method_id, param="payment_method", status=400)
        customers.check_method(invoice.data["customer"], method)
    if invoice.data["status"] == "draft":
        finalise(invoice)
    if invoice.data["status"] == "paid" or collect(invoice, method) != "declined":
        return None
    intent = intent_of(invoice)
    return intents.declined(intent) if intent else None
