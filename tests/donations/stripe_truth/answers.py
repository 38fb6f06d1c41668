"""What the site asks of Stripe and does there, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from donations import gateway
from donations.gateway import (
    InvoiceSnapshot,
    NotAtStripe,
    PaymentServiceRefused,
    PaymentServiceUnavailable,
    PaymentSnapshot,
    SessionSnapshot,
    SubscriptionSnapshot,
)
from tests.donations.stripe_truth.happenings import Happenings
from tests.donations.stripe_truth.things import Invoice, Page, Payment, Refund, Subscription, later

# How Stripe may fail the site: it is not reached; it does what it is asked, but its answer is lost; or what
# it is asked arrives when nobody waits for it any more.
AWAY, DEAF, LATE = "away", "deaf", "late"
_DOING = ["open_session", "expire_session", "give_back", "set_amount", "set_next_payment", "pause", "resume"]
_DOING += ["cancel"]
_LOOKING = ["retrieve_session", "find_session", "list_sessions", "retrieve_payment", "list_payments"]
_LOOKING += ["list_refunds", "list_disputes", "retrieve_subscription", "list_subscriptions"]
_LOOKING += ["retrieve_invoice", "find_invoice", "list_paid_invoices", "list_events", "list_payouts"]
_LOOKING += ["list_movements", "retrieve_payout"]
_FACTS = {"pages", "payments", "subscriptions", "invoices", "payouts", "events", "_keys", "_numbers"}
# Stripe keeps the keys of what was done for at least so long.
KEYS_KEPT = timedelta(hours=24)


class StripeTruth(Happenings):
    """The truth, in the place of the gateway."""

    def __init__(self) -> None:
        super().__init__()
        self.mood = ""
        # Called where the asking process may end: before each call, on the way of one that does something,
        # and when the answer is there.
        self.at_each_point: Callable[[str], None] = lambda kind: None
        self.on_its_way: list[Callable[[], Any]] = []
        self.calls: list[str] = []
        self._keys: dict[str, tuple[datetime, str, Any]] = {}

    def install(self, monkeypatch: Any) -> StripeTruth:
        """Put this truth in the place of the gateway."""
        for name in [*_DOING, *_LOOKING]:
            monkeypatch.setattr(gateway, name, self._asked(name, getattr(self, name)))
        return self

    def _asked(self, name: str, answer: Callable) -> Callable:
        def ask(*args: Any, **kwargs: Any) -> Any:
            inside = [block for block in connection.atomic_blocks if not block._from_testcase]
            assert not inside, f"{name} was asked inside a transaction"
            self.calls.append(name)
            self.at_each_point("call")
            if name in _DOING:
                self.on_its_way.append(lambda: answer(*args, **kwargs))
                self.at_each_point("on the way")
                if self.mood == LATE:
                    raise PaymentServiceUnavailable("no answer yet")
                self.on_its_way.pop()
            if self.mood == AWAY or (self.mood and name in _LOOKING):
                raise PaymentServiceUnavailable("away")
            given = answer(*args, **kwargs)
            given = iter(list(given)) if isinstance(given, Iterator) else given
            self.at_each_point("answer")
            if self.mood == DEAF:
                raise PaymentServiceUnavailable("the answer was lost")
            return given

        return ask

    def let_arrive(self) -> None:
        """What was sent by processes that are gone arrives now; nobody hears the answer."""
        while self.on_its_way:
            try:
                self.on_its_way.pop(0)()
            except PaymentServiceRefused:
                continue

    def forget_keys(self) -> None:
        """As Stripe does after a day."""
        kept = timezone.now() - KEYS_KEPT
        self._keys = {key: known for key, known in self._keys.items() if known[0] >= kept}

    def as_it_is(self) -> dict[str, Any]:
        """A copy of all that there is, to go back to."""
        return deepcopy({name: value for name, value in vars(self).items() if name in _FACTS})

    def go_back_to(self, before: dict[str, Any]) -> None:
        vars(self).update(deepcopy(before))

    # Pages and payments.

    def open_session(self, *, reference, idempotency_key, amount, interval="", expires_at, **words):
        def make() -> SessionSnapshot:
            if expires_at < timezone.now() + timedelta(minutes=30):
                raise PaymentServiceRefused("too late", parameter="expires_at")
            page = Page(self._id("cs"), reference, amount.cents, interval, expires_at)
            self.pages[page.id] = page
            return replace(self._page(page), url="https://pay.example/")

        return self._once(idempotency_key, (reference, amount, interval, expires_at, words), make)

    def retrieve_session(self, session_id, also=None):
        return self._page(self._get(self.pages, session_id), also)

    def find_session(self, payment_intent_id):
        return self._only(page.id for page in self.pages.values() if page.payment == payment_intent_id)

    def expire_session(self, session_id):
        self._get(self.pages, session_id)
        self.run_out(session_id)
        return self._page(self.pages[session_id])

    def list_sessions(self, *, since, until=None):
        return map(self._page, _made(self.pages.values(), since, until))

    def retrieve_payment(self, payment_intent_id, also=None):
        return self._payment(self._get(self.payments, payment_intent_id), also)

    def list_payments(self, *, since, until=None):
        return map(self._payment, _made(self.payments.values(), since, until))

    # What goes back.

    def list_refunds(self, *, payment_intent_id="", since=None, until=None):
        return self._gone_back("refunds", payment_intent_id, since, until)

    def list_disputes(self, *, payment_intent_id="", since=None, until=None):
        return self._gone_back("disputes", payment_intent_id, since, until)

    def _gone_back(self, kind: str, payment_id: str, since, until) -> Iterator:
        return (
            payment.told(one)
            for payment in self.payments.values()
            for one in _made(getattr(payment, kind), since, until)
            if payment_id in ("", payment.id)
        )

    def give_back(self, *, payment_intent_id, amount, reason, reference, idempotency_key):
        payment = self._get(self.payments, payment_intent_id)

        def make():
            if amount.cents > payment.cents - payment.refunded_cents:
                raise PaymentServiceRefused("greater than unrefunded amount", parameter="amount")
            status = "pending" if payment.method == "sepa_debit" else "succeeded"
            made = Refund(self._id("re"), amount.cents, status, reference)
            return payment.told(self._refund(payment, made))

        return self._once(idempotency_key, (payment_intent_id, amount, reason, reference), make)

    # Gifts that come again.

    def retrieve_subscription(self, subscription_id):
        return self._subscription(self._get(self.subscriptions, subscription_id))

    def list_subscriptions(self):
        return map(self._subscription, self.subscriptions.values())

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
            self.end(subscription_id, "cancellation_requested")
            return self._subscription(subscription)

        return self._once(idempotency_key, subscription_id, make)

    def _change(self, subscription_id: str, key: str, **facts: Any) -> SubscriptionSnapshot:
        subscription = self._get(self.subscriptions, subscription_id)

        def make() -> SubscriptionSnapshot:
            if subscription.status == "canceled":
                raise PaymentServiceRefused("A canceled subscription can only update its metadata")
            for name, value in facts.items():
                setattr(subscription, name, value)
            self._tell("customer.subscription.updated", "subscription", subscription.id)
            return self._subscription(subscription)

        return self._once(key, (subscription_id, facts), make)

    def retrieve_invoice(self, invoice_id, also=None):
        return self._invoice(self._get(self.invoices, invoice_id), also)

    def find_invoice(self, payment_intent_id):
        by = self.payments.get(payment_intent_id)
        return self._only([by.invoice] if by and by.invoice else [])

    def list_paid_invoices(self, *, since, until=None):
        return (
            self._invoice(one) for one in _made(self.invoices.values(), since, until) if one.status == "paid"
        )

    # News and payouts.

    def list_events(self, *, types, since, until=None):
        found = (event for event in self.events if event.type in types)
        return reversed([event for event in found if _is_between(event.created, since, until)])

    def list_payouts(self, *, since, until=None):
        return (one.told() for one in _made(self.payouts.values(), since, until))

    def list_movements(self, payout_id):
        return iter(self.payouts[payout_id].movements)

    def retrieve_payout(self, payout_id):
        return self._get(self.payouts, payout_id).told()

    # Snapshots and keys.

    def _page(self, page: Page, also: Any = None) -> SessionSnapshot:
        payment = self.payments.get(page.payment)
        first = self.subscriptions[page.subscription].invoices[0] if page.subscription else ""
        taken = (
            self.invoices[first].status == "paid"
            if first
            else bool(payment) and payment.status == "succeeded"
        )
        return SessionSnapshot(
            looked_at=timezone.now(),
            id=page.id,
            status=page.status,
            payment_status="paid" if page.status == "complete" and taken else "unpaid",
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
        refunds, disputes = map(payment.told, payment.refunds), map(payment.told, payment.disputes)
        return PaymentSnapshot(
            id=payment.id,
            status="succeeded",
            charge=payment.charge(),
            refunds=tuple(refunds) if payment.refunded_cents or (also and also.refunds) else None,  # type: ignore[arg-type]
            disputes=tuple(disputes) if payment.disputes or (also and also.disputes) else None,  # type: ignore[arg-type]
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
            created=one.at,
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
            next_attempt_at=later(3),
            url="https://invoice.example/",
            payment_intent_id=one.payment,
            paid_at=payment.at if payment and one.status == "paid" else None,
            created=one.at,
            payment=self._payment(payment, also) if payment else None,
        )

    def _once(self, key: str, said: Any, make: Callable[[], Any]) -> Any:
        """What a key did the first time. Stripe refuses a key that comes again and says something else."""
        if key not in self._keys:
            self._keys[key] = (timezone.now(), repr(said), make())
        _at, first_said, answer = self._keys[key]
        if first_said != repr(said):
            raise PaymentServiceRefused("Keys can only be used again with the same parameters")
        return answer

    def _get(self, table: dict[str, Any], id: str) -> Any:
        if id not in table:
            raise NotAtStripe(id)
        return table[id]

    def _only(self, found: Iterable[str]) -> str:
        for one in found:
            return one
        raise NotAtStripe("nothing")


def _made(things: Iterable[Any], since: datetime | None, until: datetime | None) -> Iterator[Any]:
    """Those that were made in a stretch of time."""
    return (one for one in list(things) if _is_between(one.at, since, until))


def _is_between(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    """As Stripe counts: in whole seconds."""
    return (since is None or int(at.timestamp()) >= int(since.timestamp())) and (
        until is None or int(at.timestamp()) < int(until.timestamp()) + 1
    )
