"""A large gift goes back: one colleague asks, another confirms, and books and donor see it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cms.money import Money
from donations.models import Donation, LedgerEntry, Receipt, Refund
from donations.services import audit, checkout
from tests.factories.donations import CampaignFactory
from tests.harness.waiting import until
from tests.journeys.giving import ADA, be_in
from tests.journeys.people import PASSWORD, enter
from tests.journeys.words import italian

pytestmark = [pytest.mark.journey, pytest.mark.database]


@pytest.fixture
def donation(sandbox) -> Donation:
    """600 € by Ada for a campaign, paid at the local Stripe."""
    donation = checkout.start_checkout(
        amount=Money(60_000), campaign=CampaignFactory(), name="Ada Gonzaga", email=ADA, language="it",
        source="page",
    )  # fmt: skip
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    until(lambda: Donation.objects.get().state == "paid" and Receipt.objects.exclude(pdf="").exists())
    return donation


def give_password(page: Page) -> None:
    page.get_by_label(italian("Your password")).fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()


def test_a_large_refund_takes_two_people_and_the_donor_sees_it(page_at, user_as, sandbox, donation):
    anna, bruno = page_at(), page_at(360)
    enter(anna, user_as("fundraiser", first_name="Anna"), since_long=True)
    anna.goto(reverse("donations_donation_modeladmin_inspect", args=[donation.pk]))
    anna.get_by_role("link", name=italian("Give money back…")).click()
    anna.get_by_label(italian("Amount to give back")).fill("550")
    anna.get_by_label(italian("Why, in your words")).fill("Ha sbagliato a scrivere: voleva dare 50")
    anna.get_by_role("button", name=italian("See what will happen")).click()
    seen = anna.locator("main")
    expect(seen).to_contain_text("50,00")  # what the campaign goes down to
    expect(seen).to_contain_text("Ha sbagliato a scrivere")
    expect(seen.get_by_text("500,00 €")).to_be_visible()  # above this a colleague confirms
    assert not Refund.objects.exists()
    seen.get_by_role("button", name="550,00").click()
    give_password(anna)
    anna.wait_for_url("**/refund/inspect/**")
    expect(anna.get_by_text(italian("A colleague must confirm it: it waits under Refunds."))).to_be_visible()
    expect(anna.get_by_role("button", name=italian("Confirm the refund"))).to_have_count(0)
    assert Refund.objects.get().state == "requested"

    enter(bruno, user_as("consortium_admin", first_name="Bruno"), since_long=True)
    bruno.goto(anna.url)
    bruno.get_by_role("button", name=italian("Confirm the refund")).click()
    give_password(bruno)
    bruno.wait_for_url("**/refund/inspect/**")
    until(lambda: Refund.objects.get().state == "succeeded" and Receipt.objects.count() == 2)
    sandbox.flush()

    refund = Refund.objects.get()
    assert (refund.requested_by.first_name, refund.confirmed_by.first_name) == ("Anna", "Bruno")
    back = LedgerEntry.objects.filter(transaction__kind="refund").values_list("account", "amount_cents")
    assert sorted(back) == [("refunds", 55_000), ("stripe", -55_000)]
    assert audit.problems() == []
    donor = page_at(360)
    be_in(donor, donation.donor)
    donor.goto("/le-mie-donazioni/")
    gift = donor.locator(".results .result")
    expect(gift).to_contain_text(italian("%(amount)s came back to you", amount="550,00 €"))
    expect(gift.get_by_text(italian("Correction"))).to_be_visible()
