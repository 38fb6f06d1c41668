"""Recurring gifts, bank debits, disputes and payouts through Stripe's real library and the local Stripe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.money import Money
from donations.models import (
    Concern,
    Dispute,
    Donation,
    Interval,
    LedgerEntry,
    RecurringDonation,
)
from donations.services import audit, checkout, reconcile, recurring, recurring_changes
from tests.donations.test_giving_for_real import begin

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 86_400


def begin_monthly(campaign) -> RecurringDonation:
    gift = recurring.start_recurring(
        amount=Money(1000),
        interval=Interval.MONTH,
        campaign=campaign,
        name="Ada Gonzaga",
        email="ada@persone.example",
        language="it",
        source="page",
    )
    recurring.open_session(gift)
    return gift


def level() -> None:
    """All that the sandbox knows, and nothing that contradicts it."""
    told = reconcile.reconcile(deep=True)
    assert not [words for words in told if "not available" in words]
    assert audit.problems() == []


def test_a_monthly_gift_begins_comes_again_and_ends(campaign, sandbox, stripe_says, books):
    gift = begin_monthly(campaign)
    assert sandbox.pay(gift.session_id)["result"] == "paid"
    stripe_says.all_of(sandbox)
    gift.refresh_from_db()
    assert (gift.state, books()["donations"]) == ("active", [("paid", 1000, 0)])
    assert {state for _type, state in books()["events"]} <= {"done", "ignored"}

    recurring.change_amount(gift, amount=Money(2500))
    recurring_changes.work_on(gift.pk)
    sandbox.advance(seconds=32 * DAY)
    level()
    assert books()["donations"] == [("paid", 1000, 0), ("paid", 2500, 0)]

    recurring.pause(gift)
    recurring_changes.work_on(gift.pk)
    gift.refresh_from_db()
    assert gift.state == "paused"
    recurring.resume(gift)
    recurring.change_date(gift, day=timezone.localdate() + timedelta(days=80))
    recurring_changes.work_on(gift.pk)
    recurring.cancel(gift)
    recurring_changes.work_on(gift.pk)
    gift.refresh_from_db()
    assert [change.state for change in gift.changes.all()] == ["done"] * 5
    assert gift.state == "canceled"
    sandbox.advance(seconds=100 * DAY)
    level()
    assert Donation.objects.count() == 2
    assert Concern.objects.count() == 0


def test_another_card_is_asked_for_on_stripes_own_page(campaign, sandbox, stripe_says):
    gift = begin_monthly(campaign)
    sandbox.pay(gift.session_id)
    stripe_says.all_of(sandbox)
    gift.refresh_from_db()
    assert recurring.open_card_page(gift, return_url="http://127.0.0.1:8000/").startswith(sandbox.base)


def test_a_dispute_takes_the_money_and_is_seen_with_its_event(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id, "4000000000000259")
    sandbox.advance(seconds=3 * DAY)
    stripe_says.all_of(sandbox)
    donation.refresh_from_db()
    assert (donation.state, donation.dispute, donation.disputed_cents) == ("paid", "open", 2550)
    assert Dispute.objects.get().due_by > timezone.now()
    assert books()["totals"] == [(0, 0, 0)]


def test_what_is_paid_out_adds_up(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    sandbox.advance(seconds=15 * DAY)
    level()
    level()
    balances = LedgerEntry.objects.balances()
    assert (balances["gifts"], balances["stripe"]) == (-2550, 0)
    assert balances["bank"] == 2550 - balances["fees"]
    assert list(Concern.objects.values_list("detail", flat=True)) == []
