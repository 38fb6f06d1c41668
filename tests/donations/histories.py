"""Any history of giving: donors, staff, banks and Stripe on one side, the site on the other, faults between.

Gifts, renewals, refunds, disputes and ends; cards and bank debits; events late, twice, in any order or never;
time that passes; and at any point of the site's work the power is cut, or Stripe is away, deaf or late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cms.money import Money
from cms.outbox.sending import send_waiting as send_mails
from donations import receipt_pdf
from donations.models import (
    Donation,
    Interval,
    RecurringDonation,
    Refund,
    RefundReason,
    RefundState,
    StripeCursor,
)
from donations.services import (
    audit,
    checkout,
    deep_looks,
    receipt_delivery,
    reconcile,
    recurring,
    recurring_changes,
    refund_sending,
    refunds,
    stripe_events,
    sweep,
)
from tests.donations.history_ends import agrees_with_the_truth
from tests.donations.power import CUT, KINDS, NOTHING, Fault, Power, a_day_apart
from tests.donations.stripe_truth import StripeTruth
from tests.factories.donations import CampaignFactory

WHICH = st.integers(0, 50)
CENTS = st.integers(200, 5000)
# Above this a second person must confirm a refund.
LARGE_CENTS = 4000
# Half of the work goes well; most faults strike early, where a call and the keeping of its answer lie close.
FAULTS = st.one_of(
    st.just(NOTHING),
    st.builds(Fault, st.sampled_from(KINDS), st.integers(1, 12)),
    st.just(NOTHING),
    st.builds(Fault, st.sampled_from(KINDS), st.integers(1, 60)),
)
# An afternoon, and the last hour of a year in Italy.
BEGINNINGS = [datetime(2026, 11, 3, 15, 2, tzinfo=UTC), datetime(2026, 12, 31, 22, 20, tzinfo=UTC)]
PAUSES = [timedelta(minutes=2), timedelta(minutes=14), timedelta(hours=1), timedelta(hours=30)]
# What is sent to Stripe arrives, if at all, before a pause as long as this.
ON_ITS_WAY = timedelta(minutes=10)
WORKERS = {
    "events": stripe_events.process_waiting,
    "refunds": refund_sending.send_waiting,
    "changes": recurring_changes.work_on_waiting,
    "cut": sweep.finish_cut_checkouts,
    "receipts": receipt_delivery.deliver_waiting,
    "mails": send_mails,
    "reconcile": reconcile.reconcile,
    "deep": reconcile.deep_round,
}


class Histories(RuleBasedStateMachine):
    """One history; its end is in teardown."""

    monkeypatch: pytest.MonkeyPatch

    def __init__(self) -> None:
        super().__init__()
        self.monkeypatch.setattr(settings, "REFUND_SECOND_PERSON_ABOVE_CENTS", LARGE_CENTS)
        # The typesetter is no part of this, and takes longer than all the rest.
        self.monkeypatch.setattr(receipt_pdf, "render", lambda facts: b"%PDF")
        mail.outbox.clear()
        self.truth = StripeTruth().install(self.monkeypatch)
        self.day, self.power = a_day_apart(), Power(self.truth)
        self.day.__enter__()
        self.power.__enter__()
        self.pages: list[str] = []  # whose address reached a donor
        self.cut_mailings = self.checked_at = 0

    @initialize(beginning=st.sampled_from(BEGINNINGS), cents=CENTS, slow=st.booleans())
    def two_have_given(self, beginning: datetime, cents: int, slow: bool) -> None:
        """Money is there from the start: once from Ada, each month from Bea."""
        self.clock = time_machine.travel(beginning)
        self.traveller = self.clock.start()
        StripeCursor.objects.bulk_create(
            StripeCursor(name=name, reached_at=beginning) for name in ("events", *deep_looks.BY_TIME)
        )
        self.campaigns = [CampaignFactory(), CampaignFactory()]
        self.colleague = get_user_model().objects.create(email="anna@consorzio.example")
        for comes_again in (False, True):
            self.somebody_gives(cents, comes_again, not comes_again, comes_again, NOTHING)
            self.truth.pay(self.pages[-1], processing=slow)
        for payment in self.truth.payments:
            self.truth.settle(payment, well=True)
        self.some_events_arrive(range(len(self.truth.events)), NOTHING)

    def site(self, work, fault: Fault) -> object:
        return self.power.work(work, fault)

    # Donors.

    @rule(cents=CENTS, campaign=st.booleans(), ada=st.booleans(), comes_again=st.booleans(), fault=FAULTS)
    def somebody_gives(self, cents: int, campaign: bool, ada: bool, comes_again: bool, fault: Fault) -> None:
        facts: dict[str, Any] = {
            "amount": Money(cents),
            "campaign": self.campaigns[campaign],
            "name": "Ada" if ada else "Bea",
            "email": f"{'ada' if ada else 'bea'}@persone.example",
            "language": "it",
            "source": "page",
        }

        def give() -> str | None:
            if comes_again:
                return self._opened(recurring.start_recurring(interval=Interval.MONTH, **facts))
            return self._opened(checkout.start_checkout(**facts))

        self._reaches(self.site(give, fault))

    @rule(which=WHICH, cents=CENTS, fault=FAULTS)
    def a_donor_chooses_again(self, which: int, cents: int, fault: Fault) -> None:
        if gift := self._one(Donation.objects.filter(source="page"), which):
            self._reaches(
                self.site(lambda: self._opened(checkout.give_again(gift, amount=Money(cents))), fault)
            )

    @rule(
        which=WHICH,
        cents=CENTS,
        what=st.sampled_from(["amount", "day", "pause", "resume", "cancel"]),
        fault=FAULTS,
        later=FAULTS,
    )
    def a_recurring_gift_is_changed(
        self, which: int, cents: int, what: str, fault: Fault, later: Fault
    ) -> None:
        if gift := self._one(RecurringDonation.objects, which):
            day = timezone.localdate() + timedelta(days=cents % 300 + 1)
            asks = {
                "amount": lambda: recurring.change_amount(gift, amount=Money(cents)),
                "day": lambda: recurring.change_date(gift, day=day),
                "pause": lambda: recurring.pause(gift),
                "resume": lambda: recurring.resume(gift),
                "cancel": lambda: recurring.cancel(gift),
            }
            self.site(asks[what], later)
            self.a_worker_runs("changes", fault)

    # Staff.

    @rule(which=WHICH, cents=CENTS, fault=FAULTS, later=FAULTS)
    def staff_give_back(self, which: int, cents: int, fault: Fault, later: Fault) -> None:
        if paid := self._one(Donation.objects.paid(), which):
            amount = Money(min(cents, paid.amount_cents))
            facts = {"reason": RefundReason.REQUESTED, "note": str(which), "by": None}
            self.site(lambda: refunds.request_refund(paid, amount=amount, **facts), later)
            self.a_worker_runs("refunds", fault)

    @rule(which=WHICH, agrees=st.booleans(), fault=FAULTS)
    def a_colleague_decides(self, which: int, agrees: bool, fault: Fault) -> None:
        if refund := self._one(Refund.objects.filter(state=RefundState.REQUESTED), which):
            decide = refunds.confirm_refund if agrees else refunds.refuse_refund
            self.site(lambda: decide(refund, by=self.colleague), fault)

    # What happens at Stripe.

    @precondition(lambda self: self._pages("open"))
    @rule(which=WHICH, slow=st.booleans())
    def a_page_is_paid(self, which: int, slow: bool) -> None:
        pages = self._pages("open")
        self.truth.pay(pages[which % len(pages)], processing=slow)

    @precondition(lambda self: self._payments("processing"))
    @rule(which=WHICH, well=st.booleans())
    def a_bank_debit_ends(self, which: int, well: bool) -> None:
        slow = self._payments("processing")
        self.truth.settle(slow[which % len(slow)], well=well)

    @rule(which=WHICH)
    def a_fee_becomes_known(self, which: int) -> None:
        unknown = [one.id for one in self.truth.payments.values() if not one.fee_is_known]
        if unknown:
            self.truth.tell_fee(unknown[which % len(unknown)])

    @precondition(lambda self: self._pages("open"))
    @rule(which=WHICH)
    def a_page_runs_out(self, which: int) -> None:
        pages = self._pages("open")
        self.truth.run_out(pages[which % len(pages)])

    @rule(which=WHICH, how=st.sampled_from(["well", "badly", "slowly"]))
    def a_recurring_gift_falls_due(self, which: int, how: str) -> None:
        ids = list(self.truth.subscriptions)
        self.truth.fall_due(ids[which % len(ids)], well=how == "well", slow=how == "slowly")

    @precondition(lambda self: self._open_invoices())
    @rule(which=WHICH, how=st.sampled_from(["well", "badly", "slowly"]))
    def a_failed_payment_is_tried_again(self, which: int, how: str) -> None:
        waiting = self._open_invoices()
        self.truth.try_again(waiting[which % len(waiting)], well=how == "well", slow=how == "slowly")

    @rule(which=WHICH)
    def somebody_ends_one_in_the_dashboard(self, which: int) -> None:
        ids = list(self.truth.subscriptions)
        self.truth.end(ids[which % len(ids)], "cancellation_requested")

    @rule(which=WHICH, cents=CENTS, pending=st.booleans())
    def money_is_given_back_in_the_dashboard(self, which: int, cents: int, pending: bool) -> None:
        ids = list(self.truth.payments)
        self.truth.refund_in_dashboard(ids[which % len(ids)], cents, pending=pending)

    @precondition(lambda self: self._refunded())
    @rule(which=WHICH, what=st.sampled_from(["complete", "fail", "cancel"]))
    def a_refund_ends(self, which: int, what: str) -> None:
        refunded = self._refunded()
        payment = refunded[which % len(refunded)]
        end = {
            "complete": self.truth.complete_refund,
            "fail": self.truth.fail_refund,
            "cancel": self.truth.cancel_refund,
        }
        end[what](payment)

    @precondition(lambda self: self._payments("succeeded"))
    @rule(
        which=WHICH,
        what=st.sampled_from(["needs_response", "warning_needs_response", "warning_closed", "won", "lost"]),
    )
    def a_bank_takes_money_back(self, which: int, what: str) -> None:
        paid = self._payments("succeeded")
        payment = paid[which % len(paid)]
        if self.truth.payments[payment].disputes:
            self.truth.decide_dispute(payment, status=what)
        else:
            begins = "warning_needs_response" if what.startswith("warning") else "needs_response"
            self.truth.dispute(payment, status=begins)

    @precondition(lambda self: self._payments("succeeded"))
    @rule(which=WHICH)
    def a_payout_leaves(self, which: int) -> None:
        paid = self._payments("succeeded")
        self.truth.pay_out([paid[which % len(paid)]])

    # What reaches the site, when its workers run, and time.

    @rule(picks=st.lists(WHICH, max_size=8), fault=FAULTS)
    def some_events_arrive(self, picks: Any, fault: Fault) -> None:
        """In any order, some twice, most never; and are worked on, or not."""
        for pick in picks:
            facts = self.truth.events[pick % len(self.truth.events)]
            self.site(lambda facts=facts: stripe_events.store(facts), NOTHING)
        self.a_worker_runs("events", fault)

    @rule(which=st.sampled_from(sorted(WORKERS)), fault=FAULTS)
    def a_worker_runs(self, which: str, fault: Fault) -> None:
        self.site(WORKERS[which], fault)
        self.cut_mailings += which == "mails" and fault.kind == CUT and fault.at > 0

    @precondition(lambda self: self.truth.on_its_way)
    @rule()
    def what_was_on_its_way_arrives(self) -> None:
        self.truth.let_arrive()

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        if pause > ON_ITS_WAY:
            self.truth.let_arrive()
        self.traveller.shift(pause)
        for page in self.truth.pages.values():
            if page.expires_at <= timezone.now():
                self.truth.run_out(page.id)
        self.truth.forget_keys()

    @invariant()
    def the_books_agree(self) -> None:
        if self.checked_at != self.power.writes:
            assert audit.problems() == []
            self.checked_at = self.power.writes

    # The end.

    def teardown(self) -> None:
        try:
            if hasattr(self, "colleague"):  # a history that never began has nothing to prove
                self.all_is_over()
                reconcile.reconcile(deep=True)
                receipt_delivery.deliver_waiting()
                send_mails()
                assert audit.problems() == []
                agrees_with_the_truth(self.truth, copies=self.cut_mailings)
        finally:
            self.power.__exit__(None, None, None)
            self.day.__exit__(None, None, None)
            if hasattr(self, "clock"):
                self.clock.stop()

    def all_is_over(self) -> None:
        """Two quiet days: nothing is on its way any more, no page is open, Stripe knows all its fees."""
        self.truth.let_arrive()
        for page in self.truth.pages:
            self.truth.run_out(page)
        for payment in self.truth.payments.values():
            payment.fee_is_known = payment.fee_is_known or payment.status == "succeeded"
        self.traveller.shift(timedelta(days=2))
        self.truth.forget_keys()

    # Choosing.

    def _opened(self, gift) -> str | None:
        checkout.open_session(gift)
        return gift.session_id

    def _reaches(self, page: object) -> None:
        if page and page not in self.pages:
            self.pages.append(str(page))

    def _pages(self, status: str) -> list[str]:
        return [page for page in self.pages if self.truth.pages[page].status == status]

    def _payments(self, status: str) -> list[str]:
        return [one.id for one in self.truth.payments.values() if one.status == status]

    def _open_invoices(self) -> list[str]:
        return [one.id for one in self.truth.invoices.values() if one.status == "open"]

    def _refunded(self) -> list[str]:
        return [one.id for one in self.truth.payments.values() if one.refunded_cents]

    @staticmethod
    def _one(rows, which: int):
        """One of some rows, by a number that may be larger than they are many."""
        count = rows.count()
        return rows.order_by("pk")[which % count] if count else None
