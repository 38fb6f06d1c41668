"""A year of a treasurer, month by month: done through the site's services and the local Stripe, and written
down beside them, by hand as it were, so that the books can be compared with something else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import stripe
import time_machine
from stdnum.it import codicefiscale

from cms.money import Money
from donations.models import BankLine, Campaign, Donation, Interval, Method, RecurringDonation, RefundReason
from donations.services import (
    bank,
    checkout,
    offline,
    pledges,
    receipt_delivery,
    reconcile,
    recurring,
    refund_sending,
    refunds,
    stripe_events,
)
from donations.services.offline import Giver
from donations.services.refunds import Handed
from tests.donations.stripe_voice import StripeVoice
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, RegimePeriodFactory
from tests.sandbox_process import KEY, SandboxProcess

ROME = ZoneInfo("Europe/Rome")
CARD, DISPUTED_CARD, IBAN = "4242424242424242", "4000000000000259", "IT40S0542811101000000123456"


@dataclass(frozen=True)
class Plan:
    """How much happens in the year. recurring: gifts that begin in January and come again each month."""

    gifts: int
    recurring: int
    refunds: int
    disputes: int
    transfers: int
    cash: int


@dataclass(frozen=True)
class Fact:
    """Money that came or, below zero, went back, as a treasurer would write it: with the day in Italy."""

    day: date
    cents: int
    donor: str
    beneficiary: int
    gift_year: int
    counts: bool  # for tax, if the beneficiary has a regime: it left a trace


@dataclass
class Treasurer:
    sandbox: SandboxProcess
    voice: StripeVoice
    plan: Plan
    colleague: Any
    clock: Any = None
    facts: list[Fact] = field(default_factory=list)
    last_event: str | None = None
    gifts: int = 0

    def __post_init__(self) -> None:
        self.stripe = stripe.StripeClient(KEY, base_addresses={"api": self.sandbox.base})
        eligible = BeneficiaryFactory(iban="IT60X0542811101000000123456", tax_code="01234567897")
        RegimePeriodFactory(beneficiary=eligible)
        open_for_years = {"opens_on": date(2020, 1, 1), "closes_on": date(2040, 1, 1)}
        self.campaigns: list[Campaign] = [
            CampaignFactory(beneficiary=eligible, **open_for_years),
            CampaignFactory(beneficiary=BeneficiaryFactory(tax_code="00743110157"), **open_for_years),
        ]

    # The clocks of site and Stripe go together.

    @contextmanager
    def clocks(self, start: datetime) -> Iterator[None]:
        with time_machine.travel(start, tick=True) as self.clock:
            self.go_to(start)
            yield

    def go_to(self, moment: datetime) -> None:
        """Let time pass at Stripe, then here; what came of it is heard."""
        self.sandbox.advance(to=int(moment.timestamp()))
        self.clock.move_to(moment)
        self.hear()

    def hear(self) -> None:
        """All events since the last time, in the order in which they happened; then the workers run."""
        params: dict[str, Any] = {"limit": 100}
        if self.last_event:
            params["ending_before"] = self.last_event
        listed = self.stripe.v1.events.list(params)
        events = list(listed.auto_paging_iter())
        events.sort(key=lambda event: event.created)
        for event in events:
            assert self.voice.event(event.to_dict(for_json=True)).status_code == 200
        newest = self.stripe.v1.events.list({"limit": 1}).data
        self.last_event = newest[0].id if newest else None
        while stripe_events.process_waiting():
            pass

    def write(self, gift: Donation, cents: int, day: date) -> None:
        """Note what came or went in the treasurer's own list."""
        payment = gift.payments.get()
        self.facts.append(
            Fact(
                day=day,
                cents=cents,
                donor=gift.donor.tax_code or gift.tax_code,
                beneficiary=gift.beneficiary_id,
                gift_year=gift.paid_at.astimezone(ROME).year,
                counts=payment.method != Method.CASH,
            )
        )

    # What people do.

    def said(self, which: int, cents: int) -> dict[str, Any]:
        """What one of many donors says; every seventh has no tax code."""
        place = which % max(self.plan.gifts // 4, 3)
        return {
            "amount": Money(cents),
            "campaign": self.campaigns[which % 5 == 0],
            "name": f"Donatrice {place}",
            "email": f"donatrice{place}@persone.example",
            "language": "it",
            "source": "page",
            "tax_code": tax_code(place) if place % 7 else "",
        }

    def a_gift(self, *, card: str = CARD) -> Donation:
        self.gifts += 1
        gift = checkout.start_checkout(**self.said(self.gifts, 500 + self.gifts * 737 % 20_000))
        checkout.open_session(gift)
        expected = "processing" if card == IBAN else "paid"  # a bank takes some seconds
        assert self.sandbox.pay(gift.session_id, card)["result"] == expected
        return gift

    def a_monthly_gift(self, which: int) -> RecurringDonation:
        gift = recurring.start_recurring(interval=Interval.MONTH, **self.said(which, 1000 + which * 50))
        recurring.open_session(gift)
        assert self.sandbox.pay(gift.session_id)["result"] == "paid"
        return gift

    def a_transfer(self, which: int, day: date) -> Donation:
        """Promised, seen on the bank's file, matched by its reason."""
        said = self.said(which, 2000 + which * 1009 % 30_000)
        giver = Giver(name=said["name"], email=said["email"], tax_code=said["tax_code"])
        pledge = pledges.make_pledge(
            amount=said["amount"],
            giver=giver,
            beneficiary=self.campaigns[0].beneficiary,
            campaign=self.campaigns[0],
            public_id=uuid.uuid4(),
        )
        line = BankLine.objects.create(
            booked_on=day, amount_cents=pledge.amount_cents, description=f"BONIFICO {pledge.shown_code}"
        )
        assert bank.match_sure([line.pk]) == 1
        line.refresh_from_db()
        return line.donation

    def some_cash(self, which: int, day: date) -> Donation:
        said = self.said(which, 300 + which * 211 % 4000)
        return offline.record_offline_gift(
            public_id=uuid.uuid4(),
            amount=said["amount"],
            method=Method.CASH,
            received_on=day,
            giver=Giver(name=said["name"], email=said["email"], tax_code=said["tax_code"]),
            beneficiary=said["campaign"].beneficiary,
            campaign=said["campaign"],
            because="the treasurer's box",
        )

    def give_back(self, gift: Donation, which: int) -> None:
        """A third wholly; on the site, by hand where it did not pass Stripe, or in Stripe's dashboard."""
        gift.refresh_from_db()
        today = datetime.now(ROME).date()
        left = refunds.refundable(gift).cents
        cents = left if which % 3 == 0 else max(left // 3, 1)
        by_hand = gift.payments.get().is_by_hand
        if not by_hand and which % 4 == 1:
            self.stripe.v1.refunds.create({"payment_intent": gift.payment_intent_id, "amount": cents})
        else:
            refunds.request_refund(
                gift,
                amount=Money(cents),
                reason=RefundReason.REQUESTED,
                note=f"{which}",
                by=self.colleague,
                handed=Handed(way=Method.BANK_TRANSFER, given_on=today) if by_hand else None,
            )
            refund_sending.send_waiting()
        self.write(gift, -cents, today)

    def night(self) -> None:
        """What the clock does while people sleep."""
        receipt_delivery.deliver_waiting(limit=2000)
        told = reconcile.reconcile(deep=True)
        assert not [words for words in told if "not available" in words]


def tax_code(place: int) -> str:
    """A person's tax code, another for each place."""
    body = f"RSSMRA80A01L{place:03d}"
    return body + codicefiscale.calc_check_digit(body)


def live_through(treasurer: Treasurer, year: int) -> None:
    """From the last evening of the year before to the January after."""
    plan, seen = treasurer.plan, 0
    months = [date(year, month, 12) for month in range(1, 13)]
    with treasurer.clocks(datetime(year - 1, 12, 31, 23, 40, tzinfo=ROME)):
        kept: list[Donation] = [treasurer.a_gift()]
        treasurer.go_to(datetime(year, 1, 1, 0, 10, tzinfo=ROME))  # in UTC it is the day before
        kept.append(treasurer.a_gift())
        treasurer.go_to(datetime(year, 1, 11, 9, tzinfo=ROME))
        monthly = [treasurer.a_monthly_gift(which) for which in range(plan.recurring)]
        for place, day in enumerate(months):
            treasurer.go_to(datetime(day.year, day.month, day.day, 10, tzinfo=ROME))
            share = _shares(plan, place)
            for _number in range(share["gifts"]):
                kept.append(treasurer.a_gift(card=IBAN if treasurer.gifts % 10 == 9 else CARD))
            kept += [treasurer.a_transfer(place * 50 + n, day) for n in range(share["transfers"])]
            kept += [treasurer.some_cash(place * 50 + n, day) for n in range(share["cash"])]
            disputed = [treasurer.a_gift(card=DISPUTED_CARD) for _n in range(share["disputes"])]
            treasurer.go_to(datetime(day.year, day.month, day.day, 12, tzinfo=ROME))
            for number in range(share["refunds"]):
                # From the front: gifts of long ago as well, some of them twice.
                treasurer.give_back(_with_something_left(kept, seen * 7 + number), seen)
                seen += 1
            for gift in disputed:
                _decide(treasurer, gift, won=seen % 2 == 0)
            treasurer.hear()
        treasurer.go_to(datetime(year, 12, 31, 23, 50, tzinfo=ROME))
        last = treasurer.a_gift()
        # Given back at five to midnight in Stripe's own pages; the site hears of it in the new year.
        treasurer.sandbox.advance(seconds=1)
        treasurer.hear()
        treasurer.give_back(last, 1)
        treasurer.go_to(datetime(year + 1, 1, 1, 0, 5, tzinfo=ROME))
        treasurer.give_back(_with_something_left(kept, 0), 2)
        treasurer.go_to(datetime(year + 1, 1, 20, 9, tzinfo=ROME))
        assert len(monthly) == plan.recurring
        treasurer.night()
        _write_what_came(treasurer)


def _with_something_left(gifts: list[Donation], begin: int) -> Donation:
    """One of the gifts, from a place on: those that went back whole are passed over."""
    for step in range(len(gifts)):
        gift = gifts[(begin + step) % len(gifts)]
        gift.refresh_from_db()
        if refunds.refundable(gift):
            return gift
    raise AssertionError("everything went back")


def _shares(plan: Plan, place: int) -> dict[str, int]:
    """What of the plan falls into one of the twelve months."""
    names = ("gifts", "transfers", "cash", "disputes", "refunds")
    return {
        name: getattr(plan, name) * (place + 1) // 12 - getattr(plan, name) * place // 12 for name in names
    }


def _decide(treasurer: Treasurer, gift: Donation, *, won: bool) -> None:
    """The bank opened a dispute; a week later it is decided."""
    treasurer.clock.shift(timedelta(days=7))
    treasurer.sandbox.advance(to=int(datetime.now(ROME).timestamp()))
    treasurer.hear()
    dispute = gift.disputes.get()
    treasurer.sandbox.control(f"disputes/{dispute.dispute_id}/close", outcome="won" if won else "lost")
    treasurer.hear()
    gift.refresh_from_db()
    if not won:
        treasurer.write(gift, -gift.amount_cents, datetime.now(ROME).date())


def _write_what_came(treasurer: Treasurer) -> None:
    """The gifts, from Stripe's own list of charges, and from what was written down at the desk."""
    for charge in treasurer.stripe.v1.charges.list({"limit": 100}).auto_paging_iter():
        if charge.status != "succeeded":
            continue
        gift = Donation.objects.get(payment_intent_id=charge.payment_intent)
        treasurer.write(gift, charge.amount, datetime.fromtimestamp(charge.created, ROME).date())
    for gift in Donation.objects.paid().filter(source="offline"):
        treasurer.write(gift, gift.amount_cents, gift.paid_at.astimezone(ROME).date())
