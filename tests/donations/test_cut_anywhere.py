"""Refunds, changes, receipts and mails, with a fault at each point of the way: the sweeper finishes them.

Not a choice of points but all of them: the n-th is struck for every n, until the work gets through unharmed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from cms.models import OutboxMessage
from cms.money import Money
from cms.outbox.sending import send_waiting as send_mails
from donations import receipt_pdf
from donations.models import (
    Donation,
    Interval,
    LedgerEntry,
    Receipt,
    RecurringChange,
    RecurringDonation,
    Refund,
    RefundReason,
    StripeCursor,
    StripeEvent,
)
from donations.services import (
    audit,
    checkout,
    receipt_delivery,
    reconcile,
    recurring,
    recurring_changes,
    refund_sending,
    refunds,
    stripe_events,
)
from tests.donations.power import ANSWER, CALL, CUT, KINDS, NOTHING, Fault, Power, a_day_apart
from tests.donations.stripe_truth import StripeTruth
from tests.factories.donations import CampaignFactory

pytestmark = pytest.mark.django_db

events = stripe_events.process_waiting
send_refunds = refund_sending.send_waiting
change = recurring_changes.work_on_waiting
deliver = receipt_delivery.deliver_waiting


class World:
    """Ada gave once, Bea gives each month, and the site knows it; their receipts are not yet made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, slow: bool = False) -> None:
        self.truth = StripeTruth().install(monkeypatch)
        StripeCursor.objects.create(name="events", reached_at=timezone.now())
        campaign = CampaignFactory()
        facts = {"campaign": campaign, "language": "it", "source": "page"}
        self.ada = checkout.start_checkout(
            amount=Money(2550), name="Ada", email="ada@persone.example", **facts
        )
        self.bea = recurring.start_recurring(
            amount=Money(1000), interval=Interval.MONTH, name="Bea", email="bea@persone.example", **facts
        )
        for gift in (self.ada, self.bea):
            checkout.open_session(gift)
            self.truth.pay(gift.session_id, processing=slow and gift is self.ada)
        if slow:
            self.truth.settle(self.paid_by, well=True)
        self.hear()

    @property
    def paid_by(self) -> str:
        return self.truth.pages[self.ada.session_id].payment

    @property
    def subscription(self) -> str:
        return self.truth.pages[self.bea.session_id].subscription

    def hear(self, *, work: bool = True) -> None:
        """All events reach the site; and are worked on."""
        for facts in self.truth.events:
            stripe_events.store(facts)
        if work:
            events()
        self.ada.refresh_from_db()
        self.bea.refresh_from_db()

    def ask_back(self, cents: int = 1000) -> Refund:
        return refunds.request_refund(
            self.ada, amount=Money(cents), reason=RefundReason.REQUESTED, note="", by=None
        )

    def renewal_is_told(self) -> None:
        self.truth.fall_due(self.subscription)
        self.hear(work=False)

    def loses_a_dispute(self) -> None:
        self.truth.dispute(self.paid_by)
        self.truth.decide_dispute(self.paid_by, status="lost")
        self.hear(work=False)

    def gives_back_in_part(self) -> None:
        self.truth.refund_in_dashboard(self.paid_by, 550)
        self.hear()

    def gives_more_back_than_is_left(self) -> None:
        self.ask_back()
        self.truth.refund_in_dashboard(self.paid_by, 2000)

    def refund_fails(self) -> None:
        self.gives_back_in_part()
        self.truth.fail_refund(self.paid_by)
        self.hear(work=False)

    def is_paused(self) -> None:
        recurring.pause(self.bea)
        change()
        self.bea.refresh_from_db()

    def wants_much(self) -> None:
        recurring.change_amount(self.bea, amount=Money(1700))
        recurring.pause(self.bea)
        recurring.resume(self.bea)

    def another_day(self) -> None:
        recurring.change_date(self.bea, day=timezone.localdate() + timedelta(days=9))

    def carla_changes_her_mind(self) -> None:
        carla = recurring.start_recurring(
            amount=Money(900),
            interval=Interval.YEAR,
            name="Carla",
            email="carla@persone.example",
            language="it",
            source="page",
            campaign=self.ada.campaign,
        )
        checkout.open_session(carla)
        recurring.cancel(carla)


Step = Callable[[World], Any]
# What was done before, and the job that is struck.
STORIES: dict[str, tuple[Step, Callable[[], object]]] = {
    "a refund": (World.ask_back, send_refunds),
    "a refund of a bank debit": (World.ask_back, send_refunds),
    "a refund that Stripe refuses": (World.gives_more_back_than_is_left, send_refunds),
    "a refund that failed later": (World.refund_fails, events),
    "a dispute that is lost": (World.loses_a_dispute, events),
    "a renewal": (World.renewal_is_told, events),
    "another amount, a pause and its end": (World.wants_much, change),
    "another day": (World.another_day, change),
    "the end": (lambda world: recurring.cancel(world.bea), change),
    "the end of a pause": (lambda world: (world.is_paused(), recurring.resume(world.bea)), change),
    "the end before it began": (World.carla_changes_her_mind, change),
    "two receipts": (lambda world: None, deliver),
    "a correction": (World.gives_back_in_part, deliver),
    "two mails": (lambda world: deliver(), send_mails),
}


# What each job leaves waiting when it is cut off, and finds again by itself.
WAITING: dict[Callable[[], object], Callable[[], Any]] = {
    send_refunds: lambda: Refund.objects.filter(state="confirmed"),
    change: lambda: RecurringChange.objects.filter(state="waiting"),
    events: lambda: StripeEvent.objects.filter(state="waiting"),
    deliver: lambda: Receipt.objects.unsent(),
    send_mails: lambda: OutboxMessage.objects.filter(state="waiting"),
}


def ending(world: World) -> dict[str, Any]:
    """All that may not depend on where the fault struck."""
    assert audit.problems() == []
    truth = world.truth
    return {
        "donations": list(
            Donation.objects.order_by("pk").values_list(
                "state", "amount_cents", "refunded_cents", "disputed_cents", "dispute"
            )
        ),
        "recurring": list(RecurringDonation.objects.order_by("pk").values_list("state", "amount_cents")),
        "refunds": list(Refund.objects.order_by("pk").values_list("state", "amount_cents")),
        "changes": list(RecurringChange.objects.order_by("pk").values_list("kind", "state")),
        "balances": LedgerEntry.objects.balances(),
        "receipts": list(Receipt.objects.order_by("pk").values_list("kind", "year", "number")),
        "pdfs": Receipt.objects.exclude(pdf="").count(),
        "mails": sorted(OutboxMessage.objects.values_list("template", "to", "state")),
        "given back": [
            (one.cents, one.status) for payment in truth.payments.values() for one in payment.refunds
        ],
        "subscriptions": [
            (one.status, one.cents, one.paused, one.next_at and one.next_at.date())
            for one in truth.subscriptions.values()
        ],
    }


class Told(NamedTuple):
    """How a story went: the points that it came by, what was still on its way, how it ended, its mails."""

    trail: list[str]
    on_its_way: bool
    ending: dict[str, Any]
    mails: list[str]


def tell(
    world: World,
    job: Callable[[], object],
    fault: Fault,
    *,
    late: bool = False,
    pause: timedelta = timedelta(hours=1),
) -> Told:
    """Do a job with a fault; the clock comes by after a pause. late: what was sent arrives after that."""
    mail.outbox.clear()
    before = world.truth.as_it_is()
    with a_day_apart(), Power(world.truth) as power:
        power.work(job, fault)
        trail, on_its_way = power.trail, bool(world.truth.on_its_way)
        if not late:
            world.truth.let_arrive()
        with time_machine.travel(timezone.now() + pause):
            world.truth.forget_keys()
            power.work(job)
            assert not WAITING[job]().exists()
            world.truth.let_arrive()
            reconcile.reconcile()
            deliver()
            send_mails()
            mails = [one.extra_headers["Message-ID"] for one in mail.outbox]
            told = Told(trail, on_its_way, ending(world), mails)
    world.truth.go_back_to(before)
    return told


# The others run in make test-long.
QUICK = ("a refund", "another day", "the end before it began", "two receipts", "two mails")


@pytest.mark.parametrize(
    "story", [pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in STORIES]
)
def test_whatever_is_cut_off_anywhere_is_finished_once(story, monkeypatch):
    # The typesetter is no part of this, and takes longer than all the rest.
    monkeypatch.setattr(receipt_pdf, "render", lambda facts: b"%PDF")
    before, job = STORIES[story]
    world = World(monkeypatch, slow="debit" in story)
    if job not in (deliver, send_mails):
        deliver()
        send_mails()
    before(world)
    unharmed = tell(world, job, NOTHING)
    for at, point in enumerate(unharmed.trail, 1):
        for kind in (CUT,) if point != CALL else KINDS:
            fault = Fault(kind, at)
            told = tell(world, job, fault)
            assert told.ending == unharmed.ending, fault
            # Between the mail server's yes and our note of it a second copy cannot be helped: it is the
            # same mail, by its Message-ID.
            twice = len(told.mails) - len(set(told.mails))
            assert twice == 0 or (job is send_mails and twice == 1), fault
            if point == ANSWER:  # the site was down for so long that Stripe has forgotten its keys
                assert tell(world, job, fault, pause=timedelta(hours=30)).ending == unharmed.ending, fault
            if told.on_its_way:
                assert tell(world, job, fault, late=True).ending == unharmed.ending, f"{fault}, late"
