"""The pages behind the link in the mail: each of a donor's own pages, fit for everybody."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page

from cms.consent import PROMOTIONAL, record_consent
from donations.donor_recurring_views import CHANGES
from donations.models import ChangeKind, Donor, RecurringChange
from tests.factories.donations import CampaignFactory, DonationFactory, DonorFactory, RecurringDonationFactory
from tests.journeys.faults import faults_of
from tests.journeys.giving import be_in

pytestmark = pytest.mark.journey


@pytest.fixture
def donor(transactional_db) -> Donor:
    """Somebody with long names, and a gift in each state that a page shows in its own way."""
    donor = DonorFactory(
        name="Ada Gonzaga di Castelgoffredo",
        email="ada.gonzaga.di.castelgoffredo@persone-e-associazioni.example",
    )
    campaign = CampaignFactory(name_it="Un palco galleggiante per l'argine di San Giacomo Po")
    facts = {"donor": donor, "campaign": campaign}
    DonationFactory(**facts, paid=True, refunded=1000, delivered=True)
    DonationFactory(**facts, paid=True, disputed="needs_response")
    DonationFactory(**facts, state="processing")
    soon = timezone.now() + timedelta(days=9)
    for state, more in (
        ("active", {}),
        ("past_due", {}),
        ("paused", {"paused_until": soon}),
        ("canceled", {"ended_at": timezone.now()}),
    ):
        gift = RecurringDonationFactory(**facts, state=state, **more)
    RecurringChange.objects.create(recurring=gift, kind=ChangeKind.AMOUNT, wanted_cents=2500)
    record_consent(
        purpose=PROMOTIONAL,
        email=donor.email,
        text="Scrivetemi una volta al mese.",
        language="it",
        source="page",
    )
    return donor


def looked_at(page: Page, donor: Donor, language: str):
    """Each page of a visit by its name, with what is wrong with it; a form also after a mistake."""
    gift = donor.recurring_donations.get(state="active")
    with translation.override(language):
        addresses = {name: reverse(name) for name in ("my_donations", "my_donations_privacy")}
        for what in CHANGES:
            addresses[what] = reverse(f"my_recurring_{what}", args=[gift.public_id])
    for name, address in addresses.items():
        page.goto(address)
        assert page.url.endswith(address), f"{name} led elsewhere: the visit has ended"
        yield name, faults_of(page)
        if name in ("amount", "day"):
            page.locator(f"[name={name}]").fill("")
            page.locator("main form button").last.click()
            page.get_by_role("alert").wait_for()
            yield f"{name} after a mistake", faults_of(page)


@pytest.mark.parametrize(("width", "dark", "language"), [(360, False, "it"), (1280, True, "en")])
def test_each_page_of_a_donors_own_is_fit_for_everybody(page_at, donor, width, dark, language):
    page = page_at(width, dark=dark, language=language)
    be_in(page, donor)
    assert {name: found for name, found in looked_at(page, donor, language) if found} == {}
