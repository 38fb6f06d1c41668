"""The screens of giving in the back office: what they show, refuse, and cost in queries."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from donations.dashboard import given_this_month
from donations.models import (
    BankLine,
    BankLineState,
    Beneficiary,
    CampaignState,
    EventState,
    Receipt,
    StripeEvent,
)
from donations.services.offline import Giver
from donations.services.pledges import make_pledge
from tests.factories.donations import (
    BeneficiaryFactory,
    CampaignFactory,
    ConcernFactory,
    DonationFactory,
    PayoutFactory,
    RecurringDonationFactory,
    StripeEventFactory,
)

pytestmark = pytest.mark.django_db

READ_ONLY = [
    "payout",
    "donation",
    "receipt",
    "payment",
    "refund",
    "dispute",
    "recurringdonation",
    "concern",
    "ledgerentry",
    "stripeevent",
]
SCREENS = [*READ_ONLY, "campaign", "donor", "beneficiary", "pledge", "bankline"]


def url(model: str, action: str, *args) -> str:
    return reverse(f"donations_{model}_modeladmin_{action}", args=args)


def a_gift_that_went_back() -> None:
    """One row at least for every screen."""
    donation = DonationFactory(paid=True, refunded=100, disputed="needs_response")
    RecurringDonationFactory()
    ConcernFactory(donation=donation)
    PayoutFactory()
    Beneficiary.objects.update(iban="IT60X0542811101000000123456")
    donation.beneficiary.refresh_from_db()
    make_pledge(
        amount=donation.amount,
        giver=Giver(name="Ada", email=donation.donor.email),
        beneficiary=donation.beneficiary,
    )
    today = timezone.localdate()
    BankLine.objects.create(booked_on=today, amount_cents=900, description="Bonifico")
    known = BankLine(booked_on=today, amount_cents=2550, description="DONO", state=BankLineState.MATCHED)
    known.donation = donation
    known.save()


@pytest.mark.parametrize("model", SCREENS)
def test_a_list_and_a_page_open(login, model):
    a_gift_that_went_back()
    StripeEventFactory()
    client = login()
    assert client.get(url(model, "index")).status_code == 200
    from django.apps import apps

    row = apps.get_model("donations", model).objects.first()
    page = client.get(url(model, "inspect", row.pk))
    assert page.status_code == 200


def test_no_list_asks_more_questions_for_more_rows(login):
    """All lists stand on the same thirty gifts, whose making costs far more than opening them."""
    client = login()

    def questions(model: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url(model, "index"))
        return len(queries)

    def rows(many: int) -> None:
        for _row in range(many):
            a_gift_that_went_back()
            StripeEventFactory()

    rows(1)
    for model in SCREENS:
        questions(model)
    with_one = {model: questions(model) for model in SCREENS}
    rows(29)
    assert {model: questions(model) for model in SCREENS} == with_one


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_the_ledger_rules_cannot_be_changed_even_by_a_superuser(login, model):
    a_gift_that_went_back()
    StripeEventFactory()
    from django.apps import apps

    row = apps.get_model("donations", model).objects.first()
    client = login()
    for action, args in (("create", ()), ("edit", (row.pk,)), ("delete", (row.pk,))):
        assert client.get(url(model, action, *args)).status_code in (302, 403, 404)


def test_a_fundraiser_writes_a_goal_as_people_write_amounts(login):
    beneficiary = BeneficiaryFactory()
    client = login()
    answer = client.post(
        url("campaign", "create"),
        {
            "name_it": "Un palco",
            "name_en": "",
            "slug": "un-palco",
            "beneficiary": beneficiary.pk,
            "goal_cents": "12.500,00",
            "minimum_cents": "5000",
            "presets_cents": "10; 25,50; 50",
            "opens_on": "2026-11-23",
            "closes_on": "",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    campaign = beneficiary.campaigns.get()
    assert (campaign.goal_cents, campaign.minimum_cents) == (1_250_000, 500_000)
    assert campaign.presets_cents == [1000, 2550, 5000]
    assert campaign.state == CampaignState.DRAFT


def test_launching_a_campaign_lets_it_take_money(login):
    campaign = CampaignFactory(draft=True)
    answer = login().post(url("campaign", "action", campaign.pk, "launch"))
    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert campaign.is_open


def test_the_receiver_of_a_campaign_with_money_stays():
    campaign = DonationFactory(paid=True).campaign
    campaign.full_clean()
    campaign.beneficiary = BeneficiaryFactory()
    with pytest.raises(ValidationError) as refusal:
        campaign.full_clean()
    assert "beneficiary" in refusal.value.message_dict


def test_an_event_that_failed_can_be_worked_on_again(login):
    event = StripeEventFactory(
        state=EventState.FAILED, last_error="DoesNotAgree", processed_at=timezone.now()
    )
    login().post(url("stripeevent", "action", event.pk, "replay"))
    event.refresh_from_db()
    assert (event.state, event.attempts) == (EventState.WAITING, 1)  # tried at once, and Stripe is away


def test_a_receipt_opens_for_who_may_see_receipts_only(login, client, user_as):
    receipt = Receipt.objects.get(donation=DonationFactory(paid=True, delivered=True))
    address = reverse("donations_receipt_pdf", args=[receipt.pk])
    assert client.get(address).status_code == 302  # to the login
    answer = login().get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    stranger = user_as("nobody")
    login(stranger)
    assert client.get(address).status_code in (302, 403)


def test_the_front_page_counts_what_was_given_this_month(login):
    DonationFactory(paid=True, amount_cents=4000)
    DonationFactory(paid=True, amount_cents=1050)
    DonationFactory(paid=timezone.now() - timedelta(days=40), amount_cents=999)
    client = login()
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "50,50" in page
    figure = given_this_month(client.user)
    listed = client.get(figure.url).context["object_list"]
    assert sorted(donation.amount_cents for donation in listed) == [1050, 4000]


def test_the_front_page_says_that_giving_is_off(login, settings):
    settings.STRIPE_SECRET_KEY = ""
    page = login().get(reverse("wagtailadmin_home")).content.decode()
    assert "STRIPE_SECRET_KEY" in page


def test_events_that_need_a_person_are_on_the_front_page(login):
    StripeEventFactory(state=EventState.UNMATCHED)
    assert StripeEvent.objects.needing_a_person().count() == 1
    page = login().get(reverse("wagtailadmin_home")).content.decode()
    assert url("stripeevent", "index") in page


def test_choosing_a_campaign_offers_to_make_one(login):
    beneficiary = BeneficiaryFactory()
    client = login()
    CampaignFactory(name_it="Quella che c'è")
    window = client.get(reverse("campaign_chooser:choose"))
    assert "Quella che c" in window.json()["html"]
    made = client.post(
        reverse("campaign_chooser:create"),
        {
            "name_it": "Nuova",
            "name_en": "",
            "beneficiary": beneficiary.pk,
            "goal_cents": "1000",
            "minimum_cents": "",
            "opens_on": "2026-11-23",
            "closes_on": "",
        },
    )
    assert made.json()["step"] == "chosen"
    assert beneficiary.campaigns.get().slug == "nuova"
