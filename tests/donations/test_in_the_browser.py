"""The donors' pages for people: narrow and wide, light and dark, Italian and English."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import translation

from donations.models import Receipt, State
from tests.factories.donations import CampaignFactory, DonationFactory

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def addresses(language: str) -> list[str]:
    """Every page of giving that is not an editor's, in every state."""
    campaign = CampaignFactory(minimum_cents=400_000)
    paid = DonationFactory(campaign=campaign, paid=True)
    donations = [paid, *(DonationFactory(campaign=campaign, state=s) for s in State if s != State.PAID)]
    with translation.override(language):
        return [
            *(reverse("donation_thanks", args=[donation.return_token]) for donation in donations),
            reverse("donation_cancelled", args=[donations[2].return_token]),
            reverse("donation_cancelled", args=[paid.return_token]),
            reverse("donation_retry", args=[donations[1].return_token]),
            reverse("my_donations"),
            reverse("verify", args=[Receipt.objects.get().code]),
            reverse("verify", args=["unknown"]),
        ]


@pytest.mark.parametrize(("width", "dark", "language"), [(360, False, "it"), (1280, True, "en")])
def test_axe_finds_nothing_and_nothing_sticks_out(page_at, width, dark, language):
    page = page_at(width, dark=dark, language=language)
    for address in addresses(language):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, address + found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.context.cookies() == []
