"""The wall of donors: only who asked for it, only who was approved."""

import pytest
from django.urls import reverse

from donations.models import Donation
from tests.factories.donations import CampaignFactory, DonationFactory
from tests.factories.pages import CampaignPageFactory

pytestmark = pytest.mark.django_db


def test_only_who_asked_and_was_approved_is_shown(client, login):
    campaign = CampaignFactory()
    page = CampaignPageFactory(campaign=campaign)
    wanted = DonationFactory(
        campaign=campaign, paid=True, display_name="Ada Gonzaga", wants_wall=True, dedication="il nonno Aldo"
    )
    DonationFactory(campaign=campaign, paid=True, display_name="Bruno Zanca")
    DonationFactory(
        campaign=campaign, paid=True, display_name="Carla Ferri", wants_wall=True, is_anonymous=True
    )
    DonationFactory(
        campaign=campaign, paid=True, display_name="Dino Berti", wants_wall=True, group_name="Classe 3B"
    )
    gone = DonationFactory(campaign=campaign, paid=True, refunded=2550, display_name="Elio", wants_wall=True)
    assert "Ada Gonzaga" not in client.get(page.get_url()).content.decode()
    staff = login("fundraiser")
    for gift in Donation.objects.exclude(pk=gone.pk):
        staff.post(reverse("donations_donation_modeladmin_action", args=[gift.pk, "approve"]))
    Donation.objects.filter(pk=gone.pk).update(wall_approved_at=gone.paid_at)
    text = client.get(page.get_url()).content.decode()
    assert "Ada Gonzaga" in text
    assert "il nonno Aldo" in text
    assert "Classe 3B" in text
    for hidden in ("Bruno Zanca", "Carla Ferri", "Dino Berti", "Elio"):
        assert hidden not in text
    staff.post(reverse("donations_donation_modeladmin_action", args=[wanted.pk, "take-off"]))
    assert "Ada Gonzaga" not in client.get(page.get_url()).content.decode()
