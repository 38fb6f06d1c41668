"""Once or again, with or without the fees: what the form says is what is saved."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from cms.money import Money
from donations import giving
from donations.amounts import fee_within, with_fees
from donations.forms import PRESETS, DonationForm
from donations.gateway import PaymentServiceUnavailable
from donations.models import (
    BankLine,
    Donation,
    Interval,
    OpenedPage,
    PaysWith,
    Pledge,
    RecurringDonation,
)
from donations.services import bank, checkout
from tests.donations.test_form import paying as paying
from tests.donations.test_form import send
from tests.factories.donations import CampaignFactory, DonationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("net", [200, 1000, 2500, 9999, 5_000_000])
def test_fees_are_covered_to_the_cent(net):
    gross = with_fees(Money(net, "EUR")).cents
    left = [cents * 10_000 - cents * 150 - 250_000 for cents in (gross - 1, gross)]
    assert left[0] < net * 10_000 <= left[1]
    assert with_fees(Money(net, "EUR"), PaysWith.SEPA_DEBIT).cents == net + 35
    for way in PaysWith.values:
        gross = with_fees(Money(net, "EUR"), way)
        assert fee_within(gross, way).cents == gross.cents - net


@pytest.mark.parametrize("interval", Interval.values)
def test_what_comes_again_is_a_recurring_donation(paying, interval):
    answer = send(interval=interval, **{f"preset_{interval}": "5000"})
    assert answer["Location"] == "https://pay.example/x"
    gift = RecurringDonation.objects.get()
    assert (gift.interval, gift.amount_cents, gift.covered_fee_cents) == (interval, 5000, 0)
    assert OpenedPage.objects.get().reference == gift.public_id
    assert not Donation.objects.exists()


def test_a_double_click_on_a_monthly_gift_is_one(paying):
    campaign = CampaignFactory()
    for _ in range(2):
        send(interval="month", preset_month="1000", campaign=campaign)
    assert RecurringDonation.objects.count() == 1


def test_the_fees_are_added_only_when_ticked(paying):
    assert "covers_fees" not in DonationForm().initial
    send()
    send(covers_fees="on")
    amounts = list(Donation.objects.order_by("pk").values_list("amount_cents", "covered_fee_cents"))
    assert amounts == [(2500, 0), (2564, 64)]
    send(covers_fees="on", pays_with="sepa_debit")
    assert Donation.objects.values_list("amount_cents", "covered_fee_cents")[0] == (2535, 35)


def test_the_way_of_paying_is_the_donors_choice_with_what_each_costs(paying, settings):
    form = DonationForm()
    assert form["pays_with"].value() == "card"
    assert "0,64\xa0€ con la carta, 0,35\xa0€ dal conto" in str(form["covers_fees"].help_text)
    send(pays_with="sepa_debit")
    send(pays_with="sepa_debit", interval="year", preset_year="5000")
    assert Donation.objects.get().pays_with == RecurringDonation.objects.get().pays_with == "sepa_debit"
    assert send(pays_with="cheque").status_code == 422
    settings.DONATION_WAYS = ["card"]
    assert 'name="pays_with"' not in send(email="no", pays_with="").content.decode()
    send(message="altro", pays_with="")
    assert Donation.objects.first().pays_with == "card"


def test_each_interval_suggests_amounts_of_its_own_by_campaign_beneficiary_or_settings(settings):
    campaign = CampaignFactory(presets_month_cents=[300, 700], beneficiary__presets_year_cents=[12_000])
    form = DonationForm(campaign=campaign)
    offered = {name: [value for value, _label in form.fields[name].choices] for name in PRESETS.values()}
    assert offered == {
        "preset": ["1000", "2500", "5000", "10000"],
        "preset_month": ["300", "700"],
        "preset_year": ["12000"],
    }
    assert [form[name].value() for name in PRESETS.values()] == ["2500", "700", "12000"]
    general = DonationForm(beneficiary=campaign.beneficiary)
    assert [general[name].value() for name in PRESETS.values()] == ["2500", "1000", "12000"]


def test_only_the_amount_of_the_chosen_interval_counts(paying):
    """A page that was open while staff changed the amounts of another interval is taken all the same."""
    typed = {"preset": "2500", "preset_month": "1000", "preset_year": "77"}
    assert send(**typed, interval="month").status_code == 303
    assert RecurringDonation.objects.get().amount_cents == 1000
    assert send(**typed, interval="").status_code == 303
    assert Donation.objects.get().amount_cents == 2500
    refused = send(**typed, interval="year")
    assert (refused.status_code, list(refused.form.errors)) == (422, ["preset_year"])
    assert send(preset="2500", interval="month").status_code == 422
    page = send(**typed, interval="month", email="no").content.decode()
    for chosen in ('name="preset" value="2500"', 'name="preset_month" value="1000"', 'value="month"'):
        assert " checked" in page.split(chosen)[1].split(">")[0]


def test_a_transfer_is_promised_once_and_keeps_all_that_was_said(paying):
    campaign = CampaignFactory(beneficiary__iban="IT60X0542811101000000123456")
    said = {"wants_wall": "on", "dedication": "il nonno Aldo", "objects_to_report": "on"}
    asked = {"way": "bank_transfer", "campaign": campaign, **said}
    refused = send(**asked, interval="month", preset_month="1000")
    assert (refused.status_code, list(refused.form.errors)) == (422, ["interval"])
    assert send(**asked).status_code == 303
    pledge = Pledge.objects.get()
    line = BankLine.objects.create(
        booked_on=timezone.localdate(), description=pledge.code, amount_cents=pledge.amount_cents
    )
    gift = bank.match_line(line, pledge=pledge, because="test")
    assert (gift.dedication, gift.wants_wall, gift.objects_to_report) == ("il nonno Aldo", True, True)


def test_trying_again_keeps_all_that_was_said_and_the_fees_with_it():
    said = {
        "tax_code": "RSSMRA80A01E897X",
        "objects_to_report": True,
        "wants_wall": True,
        "dedication": "il nonno Aldo",
        "group_name": "Classe 3B",
        "message": "Forza!",
        "pays_with": "card",
    }
    first = DonationFactory(state="expired", amount_cents=2564, covered_fee_cents=64, **said)
    again = checkout.give_again(first, amount=Money(2564))
    assert again.pk != first.pk
    assert {name: getattr(again, name) for name in said} == said
    assert (again.amount_cents, again.covered_fee_cents) == (2564, 64)
    more = checkout.give_again(first, amount=Money(5102))
    assert more.covered_fee_cents == 102
    debit = checkout.give_again(first, amount=Money(2564), pays_with="sepa_debit")
    assert (debit.pays_with, debit.covered_fee_cents) == ("sepa_debit", 35)
    without = DonationFactory(state="expired", amount_cents=2564)
    assert checkout.give_again(without, amount=Money(5000)).covered_fee_cents == 0


def test_a_way_of_giving_that_is_none_of_ours_is_refused():
    assert send(interval="week").status_code == 422


def test_stripe_away_brings_a_monthly_gift_back_with_what_was_typed(monkeypatch):
    def away(gift):
        raise PaymentServiceUnavailable

    monkeypatch.setattr("donations.giving.checkout.open_session", away)
    answer = send(interval="month", preset_month="1000")
    assert answer.status_code == 503
    assert "Ada Gonzaga" in answer.content.decode()


def test_the_address_may_choose_how_often():
    form = giving.donation_form(RequestFactory().get("/dona/", {"interval": "month", "amount": "15"}))
    assert (form.initial["interval"], form.initial["amount"]) == ("month", "15")
    assert "interval" not in giving.donation_form(RequestFactory().get("/?interval=x")).initial


def test_thanks_suggest_a_month_with_a_clear_no(client):
    gift = DonationFactory(paid=True, page_url="/campagne/palco/")
    page = client.get(reverse("donation_thanks", args=[gift.return_token])).content.decode()
    assert 'href="/campagne/palco/?interval=month#dona"' in page
    assert "No, grazie" in page


def test_the_api_takes_the_same_fields(client, monkeypatch):
    monkeypatch.setattr("donations.api.checkout.open_session", lambda gift: "https://pay.example/x")
    wanted = {
        "amount_cents": 2500,
        "campaign": CampaignFactory().slug,
        "name": "Ada",
        "email": "ada@persone.example",
        "interval": "month",
        "covers_fees": True,
        "pays_with": "sepa_debit",
        "tax_code": "rss mra 80a01 e897x",
        "wants_wall": True,
        "dedication": "il nonno Aldo",
    }
    answer = client.post("/api/network/v1/checkouts/", wanted, content_type="application/json")
    assert answer.status_code == 201
    gift = RecurringDonation.objects.get()
    assert (gift.amount_cents, gift.covered_fee_cents, gift.interval) == (2535, 35, "month")
    assert (gift.pays_with, gift.tax_code) == ("sepa_debit", "RSSMRA80A01E897X")
    assert (gift.wants_wall, gift.dedication) == (True, "il nonno Aldo")
    wrong = client.post(
        "/api/network/v1/checkouts/", wanted | {"tax_code": "X"}, content_type="application/json"
    )
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["tax_code"])
    assert reverse("recurring_thanks", args=[gift.return_token]) in answer.json()["result_url"]
