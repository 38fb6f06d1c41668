"""The form of a donation and what becomes of it: amounts as people write them, nothing typed lost."""

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from cms.models import ConsentRecord
from cms.money import Money
from cms.public_forms import guard_values
from donations import giving
from donations.forms import DonationForm
from donations.models import CampaignMode, Donation, Donor, State
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonorFactory

pytestmark = pytest.mark.django_db

TYPED = {"preset": "2500", "amount": "", "name": "Ada Gonzaga", "email": "ada@persone.example", "message": ""}


def send(typed=None, *, campaign=None, headers=None, **changes):
    """What a page does with a sent form; the answer, with `.form` when the page comes back."""
    data = {**guard_values(), **(TYPED if typed is None else typed), **changes}
    request = RequestFactory().post(
        "/campagne/palco/", data, headers={"Sec-Fetch-Site": "same-origin"} if headers is None else headers
    )
    shown = {}

    def render(form, status):
        shown["form"] = form
        html = render_to_string("donations/_donation_form.html", {"form": form}, request=request)
        return HttpResponse(html, status=status)

    answer = giving.handle_donation(request, campaign=campaign or CampaignFactory(), render=render)
    answer.form = shown.get("form")
    return answer


@pytest.fixture
def paying(monkeypatch):
    """Stripe, as far as a form cares: it gives an address."""
    monkeypatch.setattr("donations.giving.checkout.open_session", lambda donation: "https://pay.example/x")


@pytest.mark.parametrize(
    ("preset", "amount", "cents"),
    [
        ("2500", "", 2500),
        ("2500", "25,50", 2550),
        ("", "25.50", 2550),
        ("", "€ 1.234,56", 123_456),
        ("", "2", 200),
        ("", "50.000", 5_000_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(paying, preset, amount, cents):
    answer = send(preset=preset, amount=amount)
    assert (answer.status_code, answer["Location"]) == (303, "https://pay.example/x")
    assert Donation.objects.get().amount_cents == cents


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "-5",
        "1,99",
        "abc",
        "1e9",
        "50.000,01",
        "9" * 30,
        "25,555",
        "<script>",
        "😀",
        "٢٥",
        "nan",
        "25\x00",
    ],
)
def test_a_bad_amount_comes_back_as_it_was_typed(paying, amount):
    answer = send(preset="", amount=amount, message="Forza!")
    assert answer.status_code == 422
    assert "amount" in answer.form.errors
    assert "Forza!" in answer.content.decode()
    assert Donation.objects.count() == 0


def test_a_preset_that_was_not_offered_is_refused(paying):
    assert send(preset="1").status_code == 422
    assert send(preset="").status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"email": ""},
        {"email": "not an address"},
        {"email": "x" * 250 + "@persone.example"},
        {"message": "x" * 501},
        {"name": "a\x00b"},
    ],
)
def test_what_is_missing_or_too_long_is_said_and_nothing_typed_is_lost(paying, changes):
    answer = send(**changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    for name, typed in {**TYPED, **changes}.items():
        if name in ("name", "email", "message") and typed and "\x00" not in typed:
            assert typed in page
    assert Donation.objects.count() == 0


def test_emoji_and_markup_are_only_text(paying):
    answer = send(name="<b>Ada</b> 😀", message="<script>alert(1)</script>")
    assert answer.status_code == 303
    assert Donation.objects.get().display_name == "<b>Ada</b> 😀"
    again = send(name="<b>Ada</b>", email="no")
    assert "<b>Ada</b>" not in again.content.decode()
    assert "&lt;b&gt;Ada&lt;/b&gt;" in again.content.decode()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
def test_a_form_from_elsewhere_comes_back_with_what_was_typed(paying, headers):
    answer = send(headers=headers)
    assert answer.status_code == 403
    assert "ada@persone.example" in answer.content.decode()
    assert Donation.objects.count() == 0


def test_a_machine_that_fills_everything_in_gives_nothing(paying):
    answer = send(nickname_again="x")
    assert answer.status_code == 422
    assert Donation.objects.count() == 0


def test_too_many_tries_are_slowed_down(paying, monkeypatch):
    monkeypatch.setattr(giving, "TRIES", 1)
    campaign = CampaignFactory()
    assert send(campaign=campaign).status_code == 303
    again = send(campaign=campaign, message="altro")
    assert again.status_code == 429
    assert "altro" in again.content.decode()


def test_a_sent_form_keeps_the_words_about_data_as_they_were_shown(paying):
    send()
    consent = ConsentRecord.objects.get()
    assert consent.text == DonationForm().privacy
    assert "newsletter" in consent.text
    assert str(Donation.objects.get().public_id) in consent.source


def test_while_stripe_is_away_the_gift_is_kept_and_can_be_tried_again():
    answer = send()
    donation = Donation.objects.get()
    assert donation.state == State.DRAFT
    assert answer.status_code == 303
    assert donation.return_token in answer["Location"]
    assert "ada" not in answer["Location"]


@pytest.mark.parametrize("changes", [{"draft": True}, {"ended": True}, {"mode": CampaignMode.ALL_OR_NOTHING}])
def test_a_campaign_that_takes_no_money_says_so(paying, changes):
    answer = send(campaign=CampaignFactory(**changes))
    assert answer.status_code == 422
    assert "Non è stato addebitato nulla" in answer.content.decode()
    assert Donation.objects.count() == 0


def test_while_giving_is_off_a_form_is_not_shown_nor_taken(paying, settings):
    settings.STRIPE_SECRET_KEY = ""
    answer = send()
    assert answer.status_code == 422
    assert "<form" not in answer.content.decode()
    assert Donation.objects.count() == 0


def test_one_person_is_one_donor_however_the_address_is_written(paying):
    send(email="Ada@Persone.example")
    send(email="ada@persone.EXAMPLE", amount="30")
    assert Donor.objects.get().email == "ada@persone.example"


def test_a_stranger_who_types_an_address_does_not_rename_its_owner(paying):
    ada = DonorFactory(email="ada@persone.example", name="Ada Gonzaga")
    send(name="Malandrino")
    ada.refresh_from_db()
    assert ada.name == "Ada Gonzaga"
    assert Donation.objects.get().display_name == "Malandrino"


def test_the_same_form_sent_twice_is_one_gift(paying):
    campaign = CampaignFactory()
    send(campaign=campaign)
    send(campaign=campaign)
    assert Donation.objects.count() == 1
    send(campaign=campaign, amount="30")
    assert Donation.objects.count() == 2


def test_a_campaign_offers_its_own_amounts():
    form = DonationForm(campaign=CampaignFactory(presets_cents=[1500, 4550]))
    assert form.fields["preset"].choices == [("1500", "15 €"), ("4550", "45,50 €")]
    with translation.override("en"):
        form = DonationForm(campaign=CampaignFactory(presets_cents=[123_450]))
        assert form.fields["preset"].choices == [("123450", "1,234.50 €")]


def test_an_address_may_choose_the_amount_and_nothing_else():
    wished = RequestFactory().get("/dona/", {"importo": "40", "name": "x", "email": "y@z.example"})
    form = giving.donation_form(wished)
    assert form["amount"].value() == "40"
    assert form["name"].value() is None
    for odd in ("", "0", "abc", "<", "-5", "9" * 40):
        assert (
            giving.donation_form(RequestFactory().get("/dona/", {"importo": odd})).initial.get("amount")
            is None
        )


def test_a_gift_without_campaign_goes_to_the_beneficiary_of_the_page(paying):
    beneficiary = BeneficiaryFactory()
    request = RequestFactory().post(
        "/dona/", {**guard_values(), **TYPED}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    giving.handle_donation(
        request, beneficiary=beneficiary, render=lambda form, status: HttpResponse(str(form.errors))
    )
    donation = Donation.objects.get()
    assert (donation.beneficiary, donation.campaign) == (beneficiary, None)
    assert donation.amount == Money(2500, "EUR")


def test_the_form_shows_no_visitor_and_needs_no_cookie():
    request = RequestFactory().get("/dona/")
    page = render_to_string("donations/_donation_form.html", {"form": giving.donation_form(request)}, request)
    assert "csrfmiddlewaretoken" not in page
    assert page.count("<button") == 1
