"""The screens on which staff spend their day, fit for everybody."""

import pytest
from django.urls import reverse

from tests.factories.donations import CampaignFactory
from tests.factories.members import LeadFactory
from tests.factories.pages import EventPageFactory
from tests.journeys.faults import faults_of
from tests.journeys.people import log_in

pytestmark = pytest.mark.journey


def screens() -> dict[str, str]:
    lead = LeadFactory(overdue=True)
    LeadFactory.create_batch(3)
    campaign = CampaignFactory()
    return {
        "dashboard": reverse("wagtailadmin_home"),
        "list of requests": reverse("members_lead_modeladmin_index"),
        "a request": reverse("members_lead_modeladmin_inspect", args=[lead.pk]),
        "a campaign's form": reverse("donations_campaign_modeladmin_edit", args=[campaign.pk]),
        "editor of an event": reverse("wagtailadmin_pages:edit", args=[EventPageFactory().pk]),
    }


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)], ids=["360-light", "1280-dark"])
def test_the_screens_of_the_day_are_fit_for_everybody(page_at, user_as, width, dark):
    """Nothing is left out: Wagtail's own parts of these screens pass too."""
    page = page_at(width, dark=dark)
    log_in(page, user_as("consortium_admin", first_name="Ada"))
    found = {}
    for name, address in screens().items():
        assert page.goto(address).status == 200
        page.wait_for_load_state("networkidle")
        assert page.url.endswith(address), f"{name} was not shown"
        found[name] = faults_of(page)
    faults = [f"{name}: {fault}" for name, faults in found.items() for fault in faults]
    assert not faults, "\n".join(faults)
