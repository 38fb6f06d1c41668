"""The wall of donors: only who asked for it, only who was approved."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from donations.models import Donation
from donations.services import recurring, wall
from tests.donations.test_my_recurring import _begun
from tests.donations.test_recurring import begin, hear
from tests.factories.donations import CampaignFactory, DonationFactory, DonorFactory
from tests.factories.pages import CampaignPageFactory, DonatePageFactory

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


def test_the_general_page_thanks_who_gave_to_no_campaign(client):
    page = DonatePageFactory()
    shown = {"wants_wall": True, "wall_approved_at": timezone.now()}
    to_us = {"campaign": None, "beneficiary": page.beneficiary}
    DonationFactory(**to_us, paid=True, display_name="Ada Gonzaga", **shown)
    DonationFactory(paid=True, display_name="Bruno Zanca", **shown)
    text = client.get(page.get_url()).content.decode()
    assert "Ada Gonzaga" in text and "Bruno Zanca" not in text


def test_who_gives_each_month_is_named_once(campaign, truth):
    said = {"wants_wall": True, "dedication": "il nonno Aldo", "tax_code": "RSSMRA80A01E897X"}
    gift = begin(campaign, **said, objects_to_report=True, message="Forza!", covered_fee_cents=40)
    recurring.open_session(gift)
    truth.pay(gift.session_id)
    hear(truth)
    gift.refresh_from_db()
    truth.fall_due(gift.subscription_id)
    hear(truth)
    names = ("tax_code", "objects_to_report", "wants_wall", "dedication", "message", "covered_fee_cents")
    assert list(Donation.objects.order_by("pk").values_list(*names)) == [
        ("RSSMRA80A01E897X", True, True, "il nonno Aldo", "Forza!", 40),
        ("RSSMRA80A01E897X", True, False, "", "", 40),
    ]


def test_a_donor_changes_the_name_and_staff_look_again(login):
    gift = DonationFactory(
        paid=True, display_name="Ada Gonzaga", wants_wall=True, wall_approved_at=timezone.now()
    )
    donor = Client()
    donor.cookies["donor_visit"] = _begun(gift.donor)
    mine = reverse("my_donations_wall", args=[gift.public_id])
    overview = donor.get(reverse("my_donations")).content.decode()
    assert mine in overview and "compari come «Ada Gonzaga»" in overview

    same = {"is_shown": "on", "name": "Ada Gonzaga", "dedication": ""}
    assert donor.post(mine, same).status_code == 303
    gift.refresh_from_db()
    assert gift.wall_approved_at is not None  # nothing has changed
    assert donor.post(mine, same | {"name": ""}).status_code == 422
    donor.post(mine, same | {"name": "A. G.", "dedication": "il nonno Aldo"})
    gift.refresh_from_db()
    assert (gift.wall_name, gift.dedication, gift.wall_approved_at) == ("A. G.", "il nonno Aldo", None)
    assert gift.display_name == "Ada Gonzaga"  # as on the receipt
    assert not Donation.objects.on_the_wall().exists()

    # Staff approve what they saw, not what the donor has written since.
    staff = login("fundraiser")
    approve = reverse("donations_donation_modeladmin_action", args=[gift.pk, "approve"])
    seen = wall.as_shown(gift)
    donor.post(mine, same | {"name": "Qualcos'altro"})
    staff.post(approve, {"approve-seen": seen})
    assert not Donation.objects.on_the_wall().exists()
    gift.refresh_from_db()
    staff.post(approve, {"approve-seen": wall.as_shown(gift)})
    assert [each.wall_name for each in Donation.objects.on_the_wall()] == ["Qualcos'altro"]

    donor.post(mine, {"name": "Qualcos'altro"})
    assert not Donation.objects.on_the_wall().exists()


def test_nobody_changes_the_name_of_another_donors_gift():
    gift = DonationFactory(paid=True, wants_wall=True)
    stranger = Client()
    mine = reverse("my_donations_wall", args=[gift.public_id])
    assert stranger.get(mine).status_code == 302
    stranger.cookies["donor_visit"] = _begun(DonorFactory())
    assert stranger.post(mine, {"is_shown": "on", "name": "x"}).status_code == 404
