"""What donors, banks and Stripe itself do, and what Stripe tells of it."""

from __future__ import annotations

import json
import uuid
from itertools import count
from typing import Any

from django.utils import timezone

from donations.gateway import EventFacts, Movement
from tests.donations.stripe_truth.things import (
    FEE,
    Dispute,
    Invoice,
    Page,
    Payment,
    Payout,
    Refund,
    Subscription,
    later,
)

# After so many tries in vain Stripe gives a recurring gift up.
TRIES = 4


class Happenings:
    """The truth: all that there is, and the doings that change it."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.payments: dict[str, Payment] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.invoices: dict[str, Invoice] = {}
        self.payouts: dict[str, Payout] = {}
        self.events: list[EventFacts] = []
        self._numbers = count(1)
        self._run = uuid.uuid4().hex[:8]

    # Paying once.

    def pay(self, page_id: str, *, processing: bool = False) -> None:
        """The donor pays an open page; processing: by a bank debit, which takes its time."""
        page = self.pages[page_id]
        if page.status != "open":
            return
        page.status = "complete"
        if page.interval:
            subscription = Subscription(
                self._id("sub"), page.reference, page.cents, page.interval, next_at=later(30)
            )
            self.subscriptions[subscription.id] = subscription
            page.subscription = subscription.id
            self._tell("customer.subscription.created", "subscription", subscription.id)
            self.fall_due(subscription.id, slow=processing, billing_reason="subscription_create")
        else:
            payment = self._pay(page.cents, slow=processing, metadata={"donation": page.reference})
            page.payment = payment.id
            if not processing:
                self._tell("charge.succeeded", "charge", payment.charge_id, payment_intent=payment.id)
        self._tell("checkout.session.completed", "checkout.session", page.id)

    def _pay(self, cents: int, *, slow: bool, **facts: Any) -> Payment:
        """A card pays at once and its fee is known; a debit takes its time, and so does its fee."""
        payment = Payment(self._id("pi"), cents, **facts)
        if slow:
            payment.status, payment.method, payment.fee_is_known = "processing", "sepa_debit", False
        self.payments[payment.id] = payment
        return payment

    def settle(self, payment_id: str, *, well: bool) -> None:
        """A slow payment goes through, or does not."""
        payment = self.payments[payment_id]
        if payment.status != "processing":
            return
        payment.status = "succeeded" if well else "requires_payment_method"
        payment.at = timezone.now()
        if payment.invoice:
            invoice = self.invoices[payment.invoice]
            self._paid(invoice, payment) if well else self._missed(invoice)
            return
        page = next(page for page in self.pages.values() if page.payment == payment_id)
        ending = "succeeded" if well else "failed"
        self._tell(f"checkout.session.async_payment_{ending}", "checkout.session", page.id)

    def tell_fee(self, payment_id: str) -> None:
        """The fee of a payment becomes known."""
        payment = self.payments[payment_id]
        if payment.status == "succeeded" and not payment.fee_is_known:
            payment.fee_is_known = True
            self._tell("charge.updated", "charge", payment.charge_id, payment_intent=payment_id)

    def run_out(self, page_id: str) -> None:
        page = self.pages[page_id]
        if page.status == "open":
            page.status = "expired"
            self._tell("checkout.session.expired", "checkout.session", page.id)

    # Gifts that come again.

    def fall_due(
        self,
        subscription_id: str,
        *,
        well: bool = True,
        slow: bool = False,
        billing_reason: str = "subscription_cycle",
    ) -> str:
        """A recurring gift falls due; its payment goes through, or not, or takes time. The invoice's id."""
        subscription = self.subscriptions[subscription_id]
        if subscription.status == "canceled" or subscription.paused:
            return ""
        invoice = Invoice(self._id("in"), subscription_id, subscription.cents, billing_reason=billing_reason)
        self.invoices[invoice.id] = invoice
        subscription.invoices.append(invoice.id)
        self.try_again(invoice.id, well=well, slow=slow)
        return invoice.id

    def try_again(self, invoice_id: str, *, well: bool, slow: bool = False) -> None:
        """Stripe tries an open invoice (again), unless a debit for it is on its way."""
        invoice = self.invoices[invoice_id]
        subscription = self.subscriptions[invoice.subscription]
        under_way = invoice.payment and self.payments[invoice.payment].status == "processing"
        if invoice.status != "open" or subscription.status == "canceled" or under_way:
            return
        invoice.attempts += 1
        if slow:
            payment = self._pay(invoice.cents, slow=True, invoice=invoice.id)
            invoice.payment = payment.id
            self._tell("payment_intent.processing", "payment_intent", payment.id)
            self._tell("customer.subscription.updated", "subscription", subscription.id)
        elif well:
            self._paid(invoice, self._pay(invoice.cents, slow=False, invoice=invoice.id))
        else:
            self._missed(invoice)

    def _paid(self, invoice: Invoice, payment: Payment) -> None:
        subscription = self.subscriptions[invoice.subscription]
        invoice.status, invoice.payment = "paid", payment.id
        if subscription.status != "canceled":
            subscription.status = "active"
        self._tell("invoice.paid", "invoice", invoice.id)
        self._tell("customer.subscription.updated", "subscription", subscription.id)

    def _missed(self, invoice: Invoice) -> None:
        subscription = self.subscriptions[invoice.subscription]
        invoice.payment = ""
        invoice.failures += 1
        self._tell("invoice.payment_failed", "invoice", invoice.id)
        if subscription.status == "canceled":
            return
        subscription.status = "past_due"
        if invoice.attempts >= TRIES:
            self.end(subscription.id, "payment_failed")
        self._tell("customer.subscription.updated", "subscription", subscription.id)

    def end(self, subscription_id: str, reason: str) -> None:
        """A recurring gift ends: by wish, for want of payment, or by somebody in the dashboard."""
        subscription = self.subscriptions[subscription_id]
        if subscription.status == "canceled":
            return
        subscription.status, subscription.reason = "canceled", reason
        subscription.ended_at = timezone.now()
        self._tell("customer.subscription.deleted", "subscription", subscription.id)

    # Money that goes back.

    def refund_in_dashboard(self, payment_id: str, cents: int, *, pending: bool = False) -> None:
        payment = self.payments[payment_id]
        left = payment.cents - payment.refunded_cents
        if payment.status == "succeeded" and left:
            status = "pending" if pending else "succeeded"
            self._refund(payment, Refund(self._id("re"), min(cents, left), status))

    def _refund(self, payment: Payment, refund: Refund) -> Refund:
        payment.refunds.append(refund)
        self._tell("refund.created", "refund", refund.id, payment_intent=payment.id)
        return refund

    def fail_refund(self, payment_id: str) -> None:
        """A bank sends the last refund back, perhaps long after it succeeded."""
        self._end_refund(payment_id, "failed", was=("pending", "succeeded"))

    def cancel_refund(self, payment_id: str) -> None:
        """Somebody cancels, in the dashboard, the last refund that is still on its way."""
        self._end_refund(payment_id, "canceled", was=("pending",))

    def complete_refund(self, payment_id: str) -> None:
        """The last refund that was on its way arrives."""
        self._end_refund(payment_id, "succeeded", was=("pending",))

    def _end_refund(self, payment_id: str, status: str, *, was: tuple[str, ...]) -> None:
        found = [one for one in self.payments[payment_id].refunds if one.status in was]
        if found:
            found[-1].status = status
            found[-1].failure = "lost_or_stolen_card" if status == "failed" else ""
            told = "failed" if status == "failed" else "updated"
            self._tell(f"refund.{told}", "refund", found[-1].id, payment_intent=payment_id)

    def dispute(self, payment_id: str, *, status: str = "needs_response") -> None:
        payment = self.payments[payment_id]
        if payment.status == "succeeded" and not payment.disputes:
            payment.disputes.append(Dispute(self._id("du"), status))
            self._tell("charge.dispute.created", "dispute", payment.disputes[0].id, payment_intent=payment_id)

    def decide_dispute(self, payment_id: str, *, status: str) -> None:
        for dispute in self.payments[payment_id].disputes:
            dispute.status = status
            self._tell("charge.dispute.closed", "dispute", dispute.id, payment_intent=payment_id)

    def pay_out(self, payment_ids: list[str], *, status: str = "paid") -> str:
        """Stripe sends the money of some payments to the bank; the payout's id."""
        payments = [self.payments[one] for one in payment_ids]
        moves = [
            Movement(self._id("txn"), "charge", one.cents, FEE, "EUR", one.charge_id) for one in payments
        ]
        cents = sum(move.amount_cents - move.fee_cents for move in moves)
        payout = Payout(self._id("po"), cents, status, moves)
        self.payouts[payout.id] = payout
        self._tell(f"payout.{status}", "payout", payout.id)
        return payout.id

    # Names and news.

    def _id(self, prefix: str) -> str:
        return f"{prefix}_test_{self._run}{next(self._numbers):06d}"

    def _tell(self, kind: str, thing: str, id: str, **more: str) -> None:
        event_id = self._id("evt")
        about = {"object": thing, "id": id, **more}
        raw = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": about}})
        self.events.append(EventFacts(event_id, kind, timezone.now(), "2026-10-28.endive", False, raw))
