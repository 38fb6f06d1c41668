"""Any history ends, after one reconcile, in what is true at Stripe; and the books agree after every step.

Gifts, renewals, refunds, disputes and ends; events late, twice, in any order or never; Stripe away; and the
power cut between any two writes.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cms.money import Money
from donations.models import (
    Donation,
    Interval,
    LedgerEntry,
    Payment,
    RecurringChange,
    RecurringDonation,
    RecurringState,
    Refund,
    RefundReason,
    State,
    StripeEvent,
)
from donations.services import (
    audit,
    checkout,
    reconcile,
    recurring,
    recurring_changes,
    refund_sending,
    refunds,
    stripe_events,
    sweep,
)
from tests.donations.stripe_truth import DISPUTE_FEE, FEE, StripeTruth
from tests.factories.donations import CampaignFactory

pytestmark = pytest.mark.django_db

NONE, AWAY = 0, -1
# Most cuts come early: there a call to Stripe and the keeping of its answer lie close together.
FAULTS = st.one_of(st.just(NONE), st.just(AWAY), st.integers(1, 5), st.integers(1, 30))
WHICH = st.integers(0, 50)
CENTS = st.integers(200, 5000)
WORKERS = {
    "events": stripe_events.process_waiting,
    "refunds": refund_sending.send_waiting,
    "changes": recurring_changes.work_on_waiting,
    "cut": sweep.finish_cut_checkouts,
}
_STATES = {"active": "active", "past_due": "past_due", "canceled": "canceled"}


class PowerCut(BaseException):
    """The process ends here: no handler of the site runs after it."""


class Histories(RuleBasedStateMachine):
    """The world on one side, the site on the other, and a fault that may strike at any write."""

    monkeypatch: pytest.MonkeyPatch

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # what the site does inside counts as committed
        self.block.__enter__()
        self.strikes_in = 0
        self.wrapper = connection.execute_wrapper(self._write)
        self.wrapper.__enter__()
        self.truth = StripeTruth().install(self.monkeypatch)
        self.truth.after_each = self._count_down
        self.campaigns = [CampaignFactory(), CampaignFactory()]
        self.pages: list[str] = []  # whose address reached a donor

    # The fault.

    def _write(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self._count_down()
        return execute(sql, params, many, context)

    def _count_down(self) -> None:
        if self.strikes_in:
            self.strikes_in -= 1
            if not self.strikes_in:
                raise PowerCut

    def site(self, work, fault: int) -> object:
        """Something that the site does: at some write the power is cut, or Stripe is away, or neither."""
        self.strikes_in, self.truth.away = max(fault, 0), fault < 0
        try:
            return work()
        except PowerCut:
            self._leases_run_out()
        except (
            checkout.CannotGive,
            recurring.CannotChange,
            refunds.CannotRefund,
            checkout.gateway.PaymentServiceUnavailable,
        ):
            pass
        finally:
            self.strikes_in, self.truth.away = 0, False
        return None

    def _leases_run_out(self) -> None:
        for model in (Donation, RecurringDonation, Refund, Payment, StripeEvent):
            model._base_manager.filter(claimed_until__isnull=False).update(claimed_until=None)

    @initialize(cents=CENTS)
    def two_have_given(self, cents: int) -> None:
        """Money is there from the start: once from Ada, each month from Bea."""
        for comes_again in (False, True):
            self.somebody_gives(cents, comes_again, not comes_again, comes_again, fault=NONE)
            self.truth.pay(self.pages[-1])
        for facts in self.truth.events:
            stripe_events.store(facts)
        self.a_worker_runs("events", fault=NONE)

    # Donors and staff.

    @rule(cents=CENTS, campaign=st.booleans(), ada=st.booleans(), comes_again=st.booleans(), fault=FAULTS)
    def somebody_gives(self, cents: int, campaign: bool, ada: bool, comes_again: bool, fault: int) -> None:
        facts = {
            "amount": Money(cents),
            "campaign": self.campaigns[campaign],
            "name": "Ada",
            "email": f"{'ada' if ada else 'bea'}@persone.example",
            "language": "it",
            "source": "page",
        }

        def give():
            if comes_again:
                gift = recurring.start_recurring(interval=Interval.MONTH, **facts)
            else:
                gift = checkout.start_checkout(**facts)
            checkout.open_session(gift)
            return gift.session_id

        page = self.site(give, fault)
        if page and page not in self.pages:
            self.pages.append(page)

    @rule(which=WHICH, cents=CENTS, fault=FAULTS)
    def staff_give_back(self, which: int, cents: int, fault: int) -> None:
        if paid := self._one(Donation.objects.paid().order_by("pk"), which):
            amount = Money(min(cents, paid.amount_cents))
            facts = {"reason": RefundReason.REQUESTED, "note": str(which), "by": None}
            self.site(lambda: refunds.request_refund(paid, amount=amount, **facts), NONE)
            self.a_worker_runs("refunds", fault=fault)

    @rule(
        which=WHICH,
        cents=CENTS,
        what=st.sampled_from(["amount", "pause", "resume", "cancel"]),
        fault=FAULTS,
    )
    def a_recurring_gift_is_changed(self, which: int, cents: int, what: str, fault: int) -> None:
        if gift := self._one(RecurringDonation.objects.order_by("pk"), which):
            asks = {
                "amount": lambda: recurring.change_amount(gift, amount=Money(cents)),
                "pause": lambda: recurring.pause(gift),
                "resume": lambda: recurring.resume(gift),
                "cancel": lambda: recurring.cancel(gift),
            }
            self.site(asks[what], NONE)
            self.a_worker_runs("changes", fault=fault)

    # What happens at Stripe.

    @rule(which=WHICH, slow=st.booleans())
    def a_page_is_paid(self, which: int, slow: bool) -> None:
        pages = [page for page in self.pages if self.truth.pages[page].status == "open"]
        if pages:
            self.truth.pay(pages[which % len(pages)], processing=slow)

    @rule(which=WHICH, well=st.booleans())
    def a_slow_payment_ends(self, which: int, well: bool) -> None:
        slow = [one.id for one in self.truth.payments.values() if one.status == "processing"]
        if slow:
            self.truth.settle(slow[which % len(slow)], well=well)

    @rule(which=WHICH)
    def a_page_runs_out(self, which: int) -> None:
        if self.pages:
            self.truth.run_out(self.pages[which % len(self.pages)])

    @rule(which=WHICH, well=st.booleans())
    def a_recurring_gift_falls_due(self, which: int, well: bool) -> None:
        if self.truth.subscriptions:
            ids = list(self.truth.subscriptions)
            self.truth.fall_due(ids[which % len(ids)], well=well)

    @rule(which=WHICH, well=st.booleans())
    def a_failed_payment_is_tried_again(self, which: int, well: bool) -> None:
        waiting = [one.id for one in self.truth.invoices.values() if one.status == "open"]
        if waiting:
            self.truth.try_again(waiting[which % len(waiting)], well=well)

    @rule(which=WHICH, cents=CENTS, what=st.sampled_from(["refund", "refund", "fail"]))
    def money_goes_back(self, which: int, cents: int, what: str) -> None:
        if not self.truth.payments:
            return
        ids = list(self.truth.payments)
        payment = ids[which % len(ids)]
        if what == "refund":
            self.truth.refund_in_dashboard(payment, cents)
        else:
            self.truth.fail_refund(payment)

    @rule(which=WHICH, what=st.sampled_from(["opens", "won", "lost", "needs_response"]))
    def a_bank_takes_money_back(self, which: int, what: str) -> None:
        paid = [one.id for one in self.truth.payments.values() if one.status == "succeeded"]
        if not paid:
            return
        payment = paid[which % len(paid)]
        if what == "opens" or not self.truth.payments[payment].disputes:
            self.truth.dispute(payment)
        else:
            self.truth.decide_dispute(payment, status=what)

    @rule(which=WHICH)
    def a_payout_leaves(self, which: int) -> None:
        paid = [one.id for one in self.truth.payments.values() if one.status == "succeeded"]
        if paid:
            self.truth.pay_out([paid[which % len(paid)]])

    # What reaches the site, and when its workers run.

    @rule(picks=st.lists(WHICH, max_size=8), fault=FAULTS)
    def some_events_arrive(self, picks: list[int], fault: int) -> None:
        """In any order, some twice, most never; and are worked on, or not."""
        for pick in picks:
            if self.truth.events:
                facts = self.truth.events[pick % len(self.truth.events)]
                self.site(lambda facts=facts: stripe_events.store(facts), NONE)
        self.a_worker_runs("events", fault=fault)

    @rule(which=st.sampled_from(sorted(WORKERS)), fault=FAULTS)
    def a_worker_runs(self, which: str, fault: int) -> None:
        self.site(WORKERS[which], fault)

    @invariant()
    def the_books_agree(self) -> None:
        assert audit.problems() == []

    # The end.

    def teardown(self) -> None:
        try:
            self.strikes_in = 0
            self.truth.away = False
            for page in self.truth.pages:
                self.truth.run_out(page)
            with time_machine.travel(timezone.now() + timedelta(days=2)):
                reconcile.reconcile(deep=True)
                self.the_books_agree()
                self.site_says_what_is_true()
        finally:
            self.wrapper.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def site_says_what_is_true(self) -> None:
        payments = self.truth.payments
        for page in self.truth.pages.values():
            if not page.interval:
                donation = Donation.objects.get(public_id=page.reference)
                if donation.session_id == page.id:
                    self._agrees(donation, payments.get(page.payment))
        paid_invoices = {one.id: one for one in self.truth.invoices.values() if one.status == "paid"}
        renewals = Donation.objects.exclude(invoice_id=None)
        assert set(renewals.values_list("invoice_id", flat=True)) == set(paid_invoices)
        for donation in renewals:
            self._agrees(donation, payments[paid_invoices[donation.invoice_id].payment])
        for subscription in self.truth.subscriptions.values():
            gift = RecurringDonation.objects.get(subscription_id=subscription.id)
            expected = "paused" if subscription.paused and subscription.status == "active" else ""
            assert gift.state == (expected or _STATES[subscription.status])
            assert gift.amount_cents == subscription.cents
        begun = RecurringDonation.objects.exclude(
            state__in=[RecurringState.EXPIRED, RecurringState.DRAFT, RecurringState.PENDING]
        )
        assert begun.count() == len(self.truth.subscriptions)
        self._refunds_agree()
        self._accounts_agree()

    def _agrees(self, donation: Donation, payment) -> None:
        if payment is None:
            assert donation.state in (State.EXPIRED, State.CANCELED)
            return
        states = {"succeeded": "paid", "processing": "processing", "requires_payment_method": "failed"}
        assert donation.state == states[payment.status]
        if payment.status == "succeeded":
            assert donation.amount_cents == payment.cents
            assert donation.refunded_cents == payment.refunded_cents
            taken = [one for one in payment.disputes if one.status != "won"]
            assert donation.disputed_cents == payment.cents * len(taken)
            statuses = {one.status for one in payment.disputes}
            open_or_end = "open" if "needs_response" in statuses else (statuses or {"none"}).pop()
            assert donation.dispute == open_or_end

    def _refunds_agree(self) -> None:
        made = {one.id: one for payment in self.truth.payments.values() for one in payment.refunds}
        assert dict(Refund.objects.exclude(refund_id=None).values_list("refund_id", "state")) == {
            one.id: one.status for one in made.values()
        }
        wished = Counter(one.reference for one in made.values() if one.reference)
        assert set(wished.values()) <= {1}
        assert not Refund.objects.filter(state__in=["requested", "confirmed"]).exists()
        assert not RecurringChange.objects.filter(state="waiting").exists()

    def _accounts_agree(self) -> None:
        taken = [one for one in self.truth.payments.values() if one.status == "succeeded"]
        open_disputes = [
            (one, dispute) for one in taken for dispute in one.disputes if dispute.status != "won"
        ]
        expected = {
            "gifts": -sum(one.cents for one in taken),
            "refunds": sum(one.refunded_cents for one in taken),
            "disputes": sum(one.cents for one, _dispute in open_disputes),
            "fees": FEE * len(taken) + DISPUTE_FEE * len(open_disputes),
            "bank": sum(one.cents for one in self.truth.payouts.values()),
            "transit": 0,
        }
        expected["stripe"] = -sum(expected.values())
        balances = LedgerEntry.objects.balances()
        assert {account: balances.get(account, 0) for account in expected} == expected

    @staticmethod
    def _one(rows, which: int):
        """One of some rows, by a number that may be larger than they are many."""
        count = rows.count()
        return rows[which % count] if count else None


def run(monkeypatch: pytest.MonkeyPatch, **how) -> None:
    Histories.monkeypatch = monkeypatch
    quiet = list(HealthCheck)
    run_state_machine_as_test(Histories, settings=settings(deadline=None, suppress_health_check=quiet, **how))


def test_any_history_ends_in_what_is_true(db, monkeypatch):
    run(monkeypatch, max_examples=20, stateful_step_count=30, derandomize=True, database=None)


@pytest.mark.long
def test_any_of_many_histories_ends_in_what_is_true(db, monkeypatch):
    run(monkeypatch, max_examples=2000, stateful_step_count=60, print_blob=True)
