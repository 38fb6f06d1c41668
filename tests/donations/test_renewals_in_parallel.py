"""Renewals arrive while their donors end them: each is booked once, ended is ended, and the books agree."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from donations.models import Concern, Donation, RecurringDonation, RecurringState
from donations.services import recurring, recurring_changes, stripe_events
from tests.donations.stripe_truth import StripeTruth, Subscription
from tests.factories.donations import CampaignFactory, RecurringDonationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def under_way(truth: StripeTruth, many: int) -> list[RecurringDonation]:
    """Monthly gifts of one campaign, each with a payment that has just gone through and one in vain."""
    campaign = CampaignFactory()
    gifts = [RecurringDonationFactory(campaign=campaign) for _gift in range(many)]
    for gift in gifts:
        truth.subscriptions[gift.subscription_id] = Subscription(
            gift.subscription_id, str(gift.public_id), gift.amount_cents, "month"
        )
        truth.fall_due(gift.subscription_id)
    return gifts


def at_once(works, *, workers: int) -> None:
    def run(work) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, works))


def renew_and_end(many: int, workers: int, truth: StripeTruth, books) -> None:
    gifts = under_way(truth, many)
    renewals = list(truth.events)
    works = []
    for gift in gifts:
        works += [
            lambda gift=gift: (recurring.cancel(gift), recurring_changes.work_on(gift.pk)),
            lambda: stripe_events.process_waiting(limit=4),
        ]
    for facts in renewals:
        stripe_events.store(facts)
    at_once(works, workers=workers)
    for facts in truth.events:
        stripe_events.store(facts)
    stripe_events.process_waiting(limit=2000)
    recurring_changes.work_on_waiting(limit=200)
    assert set(RecurringDonation.objects.values_list("state", flat=True)) == {RecurringState.CANCELED}
    assert truth.calls.count("cancel") == many
    assert books()["donations"] == [("paid", 1000, 0)] * many
    assert books()["totals"] == [(1000 * many, many, many)]
    assert Donation.objects.values("invoice_id").distinct().count() == many
    assert {state for _type, state in books()["events"]} == {"done"}
    listed = Concern.objects.filter(kind="paid_after_end").count()
    late = [
        donation
        for donation in Donation.objects.select_related("recurring")
        if donation.paid_at > donation.recurring.ended_at
    ]
    assert listed == len(late)


def test_ten_renewals_arrive_while_their_donors_end_them(truth, books):
    renew_and_end(10, 4, truth, books)


@pytest.mark.postgresql
def test_a_hundred_renewals_arrive_while_their_donors_end_them(truth, books):
    renew_and_end(100, 8, truth, books)


def test_one_renewal_that_many_apply_at_once_is_booked_once(truth, books):
    from donations.services.looking import Looks, Target

    (gift,) = under_way(truth, 1)
    (invoice,) = truth.invoices
    at_once([lambda: Looks().apply(Target("invoice", invoice), because="test")] * 6, workers=6)
    assert books()["donations"] == [("paid", 1000, 0)]
    gift.refresh_from_db()
    assert timezone.now() - gift.updated_at < timedelta(minutes=5)
