"""What is true at Stripe, in this process: for tests of many histories, where a server would be too slow.

It stands in the place of `donations.gateway`'s functions and gives the same snapshots. It also holds the
site to two rules: nothing is asked inside a transaction, and a key repeated gives the first answer again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from cms.money import Money
from donations import gateway
from donations.gateway import (
    ChargeSnapshot,
    DisputeSnapshot,
    EventFacts,
    InvoiceSnapshot,
    Movement,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
    PaymentSnapshot,
    PayoutSnapshot,
    RefundSnapshot,
    SessionSnapshot,
    SubscriptionSnapshot,
)

FEE, DISPUTE_FEE = 63, 2000
_ASKED = [
    "open_session",
    "retrieve_session",
    "find_session",
    "expire_session",
    "list_sessions",
    "retrieve_payment",
    "list_payments",
    "list_refunds",
    "list_disputes",
    "give_back",
    "retrieve_subscription",
    "list_subscriptions",
    "set_amount",
    "set_next_payment",
    "pause",
    "resume",
    "cancel",
    "retrieve_invoice",
    "find_invoice",
    "list_paid_invoices",
    "list_events",
    "list_payouts",
    "list_movements",
    "retrieve_payout",
]


@dataclass
class Refund:
    id: str
    cents: int
    status: str = "succeeded"
    reference: str = ""
    failure: str = ""


@dataclass
class Dispute:
    id: str
    status: str = "needs_response"


@dataclass
class Payment:
    id: str
    cents: int
    status: str = "succeeded"
    metadata: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    invoice: str = ""

    @property
    def refunded_cents(self) -> int:
        return sum(one.cents for one in self.refunds if one.status not in ("failed", "canceled"))


@dataclass
class Page:
    id: str
    reference: str
    cents: int
    interval: str
    expires_at: datetime
    status: str = "open"
    payment: str = ""
    subscription: str = ""


@dataclass
class Subscription:
    id: str
    reference: str
    cents: int
    interval: str
    status: str = "active"
    paused: bool = False
    next_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    invoices: list[str] = field(default_factory=list)


@dataclass
class Invoice:
    id: str
    subscription: str
    cents: int
    status: str = "open"
    billing_reason: str = "subscription_cycle"
    attempts: int = 0
    payment: str = ""


@dataclass
class Payout:
    id: str
    cents: int
    status: str = "in_transit"
    movements: list[Movement] = field(default_factory=list)


class StripeTruth:
    """The truth, the doings of donors and banks that change it, and what the site is told of it."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.payments: dict[str, Payment] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.invoices: dict[str, Invoice] = {}
        self.payouts: dict[str, Payout] = {}
        self.events: list[EventFacts] = []
        self.keys: dict[str, Any] = {}
        self.away = False
        self.after_each: Callable[[], None] = lambda: None
        self.calls: list[str] = []
        self._numbers = count(1)
        self._run = uuid.uuid4().hex[:8]

    # What donors, banks and Stripe itself do.

    def pay(self, page_id: str, *, processing: bool = False) -> None:
        """The donor pays an open page."""
        page = self.pages[page_id]
        if page.status != "open":
            return
        page.status = "complete"
        if page.interval:
            subscription = Subscription(
                self._id("sub"), page.reference, page.cents, page.interval, next_at=_later(30)
            )
            self.subscriptions[subscription.id] = subscription
            page.subscription = subscription.id
            self._tell("customer.subscription.created", "subscription", subscription.id)
            self.fall_due(subscription.id, billing_reason="subscription_create")
        else:
            status = "processing" if processing else "succeeded"
            payment = Payment(
                self._id("pi"), page.cents, status, {"donation": page.reference}, timezone.now()
            )
            self.payments[payment.id] = payment
            page.payment = payment.id
            if not processing:
                self._tell("charge.succeeded", "charge", self._id("ch"), payment_intent=payment.id)
        self._tell("checkout.session.completed", "checkout.session", page.id)

    def settle(self, payment_id: str, *, well: bool) -> None:
        """A slow payment goes through, or does not."""
        payment = self.payments[payment_id]
        if payment.status != "processing":
            return
        payment.status = "succeeded" if well else "requires_payment_method"
        page = next(page for page in self.pages.values() if page.payment == payment_id)
        ending = "succeeded" if well else "failed"
        self._tell(f"checkout.session.async_payment_{ending}", "checkout.session", page.id)

    def run_out(self, page_id: str) -> None:
        page = self.pages[page_id]
        if page.status == "open":
            page.status = "expired"
            self._tell("checkout.session.expired", "checkout.session", page.id)

    def fall_due(
        self, subscription_id: str, *, well: bool = True, billing_reason: str = "subscription_cycle"
    ) -> str:
        """A recurring gift falls due, and its payment goes through or does not; the invoice's id."""
        subscription = self.subscriptions[subscription_id]
        if subscription.status == "canceled" or subscription.paused:
            return ""
        invoice = Invoice(self._id("in"), subscription_id, subscription.cents, billing_reason=billing_reason)
        self.invoices[invoice.id] = invoice
        subscription.invoices.append(invoice.id)
        self.try_again(invoice.id, well=well)
        return invoice.id

    def try_again(self, invoice_id: str, *, well: bool) -> None:
        """Stripe tries an open invoice (again); after the fourth time in vain it gives the gift up."""
        invoice = self.invoices[invoice_id]
        subscription = self.subscriptions[invoice.subscription]
        if invoice.status != "open" or subscription.status == "canceled":
            return
        invoice.attempts += 1
        if well:
            payment = Payment(self._id("pi"), invoice.cents, at=timezone.now(), invoice=invoice.id)
            self.payments[payment.id] = payment
            invoice.status, invoice.payment = "paid", payment.id
            subscription.status = "active"
            self._tell("invoice.paid", "invoice", invoice.id)
        else:
            subscription.status = "past_due"
            self._tell("invoice.payment_failed", "invoice", invoice.id)
            if invoice.attempts >= 4:
                self._end(subscription, "payment_failed")
        self._tell("customer.subscription.updated", "subscription", subscription.id)

    def refund_in_dashboard(self, payment_id: str, cents: int) -> None:
        payment = self.payments[payment_id]
        left = payment.cents - payment.refunded_cents
        if payment.status == "succeeded" and left:
            self._refund(payment, Refund(self._id("re"), min(cents, left)))

    def fail_refund(self, payment_id: str) -> None:
        """A bank sends the last refund back."""
        payment = self.payments[payment_id]
        good = [one for one in payment.refunds if one.status == "succeeded"]
        if good:
            good[-1].status, good[-1].failure = "failed", "lost_or_stolen_card"
            self._tell("refund.failed", "refund", good[-1].id, payment_intent=payment_id)

    def dispute(self, payment_id: str) -> None:
        payment = self.payments[payment_id]
        if payment.status == "succeeded" and not payment.disputes:
            payment.disputes.append(Dispute(self._id("du")))
            self._tell("charge.dispute.created", "dispute", payment.disputes[0].id, payment_intent=payment_id)

    def decide_dispute(self, payment_id: str, *, status: str) -> None:
        for dispute in self.payments[payment_id].disputes:
            dispute.status = status
            self._tell("charge.dispute.closed", "dispute", dispute.id, payment_intent=payment_id)

    def pay_out(self, payment_ids: list[str], *, status: str = "paid") -> str:
        """Stripe sends the money of some payments to the bank; the payout's id."""
        moves = [
            Movement(self._id("txn"), "charge", self.payments[one].cents, FEE, "EUR", _charge_id(one))
            for one in payment_ids
        ]
        cents = sum(move.amount_cents - move.fee_cents for move in moves)
        payout = Payout(self._id("po"), cents, status, moves)
        self.payouts[payout.id] = payout
        self._tell(f"payout.{status}", "payout", payout.id)
        return payout.id

    # What the site asks and does.

    def install(self, monkeypatch: Any) -> StripeTruth:
        """Put this truth in the place of the gateway."""
        for name in _ASKED:
            monkeypatch.setattr(gateway, name, self._asked(name, getattr(self, name)))
        return self

    def _asked(self, name: str, answer: Callable) -> Callable:
        def ask(*args: Any, **kwargs: Any) -> Any:
            inside = [block for block in connection.atomic_blocks if not block._from_testcase]
            assert not inside, f"{name} was asked inside a transaction"
            self.calls.append(name)
            if self.away:
                raise PaymentServiceUnavailable("away")
            given = answer(*args, **kwargs)
            given = iter(list(given)) if isinstance(given, Iterator) else given
            self.after_each()
            return given

        return ask

    def open_session(self, *, reference, idempotency_key, amount, interval="", expires_at, **words):
        def make() -> Page:
            if expires_at < timezone.now() + timedelta(minutes=30):
                raise PaymentServiceRefused("too late", parameter="expires_at")
            page = Page(self._id("cs"), reference, amount.cents, interval, expires_at)
            self.pages[page.id] = page
            return page

        return replace(
            self._page(self._once(idempotency_key, make)), status="open", url="https://pay.example/"
        )

    def retrieve_session(self, session_id, also=None):
        return self._page(self._get(self.pages, session_id), also)

    def find_session(self, payment_intent_id):
        found = [page.id for page in self.pages.values() if page.payment == payment_intent_id]
        return self._only(found)

    def expire_session(self, session_id):
        self._get(self.pages, session_id)
        self.run_out(session_id)
        return self._page(self.pages[session_id])

    def list_sessions(self, *, since, until=None):
        return iter([self._page(page) for page in self.pages.values()])

    def retrieve_payment(self, payment_intent_id, also=None):
        return self._payment(self._get(self.payments, payment_intent_id), also)

    def list_payments(self, *, since, until=None):
        return iter([self._payment(payment) for payment in self.payments.values()])

    def list_refunds(self, *, payment_intent_id="", since=None, until=None):
        return (
            _refund(payment, one)
            for payment in self.payments.values()
            for one in payment.refunds
            if payment_intent_id in ("", payment.id)
        )

    def list_disputes(self, *, payment_intent_id="", since=None, until=None):
        return (
            _dispute(payment, one)
            for payment in self.payments.values()
            for one in payment.disputes
            if payment_intent_id in ("", payment.id)
        )

    def give_back(self, *, payment_intent_id, amount, reason, reference, idempotency_key):
        payment = self._get(self.payments, payment_intent_id)

        def make() -> Refund:
            if amount.cents > payment.cents - payment.refunded_cents:
                raise PaymentServiceRefused("greater than unrefunded amount", parameter="amount")
            return self._refund(payment, Refund(self._id("re"), amount.cents, reference=reference))

        return _refund(payment, self._once(idempotency_key, make))

    def retrieve_subscription(self, subscription_id):
        return self._subscription(self._get(self.subscriptions, subscription_id))

    def list_subscriptions(self):
        return iter([self._subscription(one) for one in self.subscriptions.values()])

    def set_amount(self, seen, *, amount, idempotency_key):
        return self._change(seen.id, idempotency_key, cents=amount.cents)

    def set_next_payment(self, subscription_id, *, at, idempotency_key):
        return self._change(subscription_id, idempotency_key, next_at=at)

    def pause(self, subscription_id, *, until, idempotency_key):
        return self._change(subscription_id, idempotency_key, paused=True)

    def resume(self, subscription_id, *, idempotency_key):
        return self._change(subscription_id, idempotency_key, paused=False)

    def cancel(self, subscription_id, *, idempotency_key):
        subscription = self._get(self.subscriptions, subscription_id)

        def make() -> SubscriptionSnapshot:
            if subscription.status == "canceled":
                raise NotAtStripe("No such subscription")
            self._end(subscription, "cancellation_requested")
            return self._subscription(subscription)

        return self._once(idempotency_key, make)

    def retrieve_invoice(self, invoice_id, also=None):
        return self._invoice(self._get(self.invoices, invoice_id), also)

    def find_invoice(self, payment_intent_id):
        return self._only([one.id for one in self.invoices.values() if one.payment == payment_intent_id])

    def list_paid_invoices(self, *, since, until=None):
        return iter([self._invoice(one) for one in self.invoices.values() if one.status == "paid"])

    def list_events(self, *, types, since, until=None):
        return iter([event for event in reversed(self.events) if event.type in types])

    def list_payouts(self, *, since, until=None):
        return iter([_payout(one) for one in self.payouts.values()])

    def list_movements(self, payout_id):
        return iter(self.payouts[payout_id].movements)

    def retrieve_payout(self, payout_id):
        return _payout(self._get(self.payouts, payout_id))

    # Snapshots, keys, events.

    def _page(self, page: Page, also: Any = None) -> SessionSnapshot:
        payment = self.payments.get(page.payment)
        paid = page.status == "complete" and (payment is None or payment.status == "succeeded")
        return SessionSnapshot(
            looked_at=timezone.now(),
            id=page.id,
            status=page.status,
            payment_status="paid" if paid else "unpaid",
            amount_cents=page.cents,
            currency="EUR",
            reference=page.reference,
            expires_at=page.expires_at,
            url="https://pay.example/" if page.status == "open" else "",
            livemode=False,
            payment=self._payment(payment, also) if payment else None,
            mode="subscription" if page.interval else "payment",
            subscription_id=page.subscription,
        )

    def _payment(self, payment: Payment, also: Any = None) -> PaymentSnapshot:
        if payment.status != "succeeded":
            return PaymentSnapshot(payment.id, payment.status, None, metadata=payment.metadata)
        charge = ChargeSnapshot(
            id=_charge_id(payment.id),
            status="succeeded",
            amount_cents=payment.cents,
            refunded_cents=payment.refunded_cents,
            currency="EUR",
            method="card",
            created=payment.at or timezone.now(),
            fee_cents=FEE,
            fee_currency="EUR",
            disputed=bool(payment.disputes),
        )
        refunds = tuple(_refund(payment, one) for one in payment.refunds)
        disputes = tuple(_dispute(payment, one) for one in payment.disputes)
        return PaymentSnapshot(
            id=payment.id,
            status="succeeded",
            charge=charge,
            refunds=refunds if charge.refunded_cents or (also and also.refunds) else None,
            disputes=disputes if disputes or (also and also.disputes) else None,
            metadata=payment.metadata,
        )

    def _subscription(self, one: Subscription) -> SubscriptionSnapshot:
        return SubscriptionSnapshot(
            looked_at=timezone.now(),
            id=one.id,
            status=one.status,
            reference=one.reference,
            customer_id=f"cus_{one.id}",
            item_id=f"si_{one.id}",
            product_id=f"prod_{one.id}",
            amount_cents=one.cents,
            currency="EUR",
            interval=one.interval,
            next_at=one.next_at,
            paused=one.paused,
            resumes_at=None,
            ended_at=one.ended_at,
            reason=one.reason,
            latest_invoice_id=one.invoices[-1] if one.invoices else "",
            created=timezone.now(),
        )

    def _invoice(self, one: Invoice, also: Any = None) -> InvoiceSnapshot:
        payment = self.payments.get(one.payment)
        return InvoiceSnapshot(
            looked_at=timezone.now(),
            id=one.id,
            status=one.status,
            billing_reason=one.billing_reason,
            amount_cents=one.cents,
            currency="EUR",
            subscription_id=one.subscription,
            reference=self.subscriptions[one.subscription].reference,
            attempts=one.attempts,
            next_attempt_at=_later(3),
            url="https://invoice.example/",
            payment_intent_id=one.payment,
            paid_at=payment.at if payment else None,
            created=timezone.now(),
            payment=self._payment(payment, also) if payment else None,
        )

    def _change(self, subscription_id: str, key: str, **facts: Any) -> SubscriptionSnapshot:
        subscription = self._get(self.subscriptions, subscription_id)

        def make() -> SubscriptionSnapshot:
            if subscription.status == "canceled":
                raise PaymentServiceRefused("A canceled subscription can only update its metadata")
            for name, value in facts.items():
                setattr(subscription, name, value)
            self._tell("customer.subscription.updated", "subscription", subscription.id)
            return self._subscription(subscription)

        return self._once(key, make)

    def _end(self, subscription: Subscription, reason: str) -> None:
        subscription.status, subscription.reason = "canceled", reason
        subscription.ended_at = timezone.now()
        self._tell("customer.subscription.deleted", "subscription", subscription.id)

    def _refund(self, payment: Payment, refund: Refund) -> Refund:
        payment.refunds.append(refund)
        self._tell("refund.created", "refund", refund.id, payment_intent=payment.id)
        return refund

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self.keys:
            self.keys[key] = make()
        return self.keys[key]

    def _get(self, table: dict[str, Any], id: str) -> Any:
        if id not in table:
            raise NotAtStripe(id)
        return table[id]

    def _only(self, found: list[str]) -> str:
        if not found:
            raise NotAtStripe("nothing")
        return found[0]

    def _id(self, prefix: str) -> str:
        return f"{prefix}_test_{self._run}{next(self._numbers):06d}"

    def _tell(self, kind: str, thing: str, id: str, **more: str) -> None:
        now = timezone.now()
        event_id = self._id("evt")
        about = {"object": thing, "id": id, **more}
        raw = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": about}})
        self.events.append(EventFacts(event_id, kind, now, "2026-10-28.endive", False, raw))


def _later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def _charge_id(payment_id: str) -> str:
    return payment_id.replace("pi_", "ch_", 1)


def _refund(payment: Payment, one: Refund) -> RefundSnapshot:
    return RefundSnapshot(
        one.id, one.status, one.cents, "EUR", payment.id, one.reference, "", one.failure, timezone.now()
    )


def _dispute(payment: Payment, one: Dispute) -> DisputeSnapshot:
    back = one.status in ("won", "warning_closed")
    return DisputeSnapshot(
        id=one.id,
        status=one.status,
        reason="fraudulent",
        amount_cents=payment.cents,
        currency="EUR",
        payment_intent_id=payment.id,
        due_by=_later(7),
        answered=False,
        withdrawn_cents=0 if back else payment.cents,
        fee_cents=0 if back else DISPUTE_FEE,
        created=timezone.now(),
    )


def _payout(one: Payout) -> PayoutSnapshot:
    now = timezone.now()
    return PayoutSnapshot(one.id, one.status, one.cents, "EUR", "", True, now, now)


def euros(cents: int) -> Money:
    return Money(cents, "EUR")
