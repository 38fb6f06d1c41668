"""The pages that donors come back to: they read our row, decide nothing, and name nobody."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from donations.models import Donation, Receipt, State
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonationFactory

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


def address(name: str, donation: Donation) -> str:
    return reverse(name, args=[donation.return_token])


@pytest.mark.parametrize(
    ("name", "args", "italian", "english"),
    [
        ("donation_thanks", ["tok"], "/dona/grazie/tok/", "/en/donate/thanks/tok/"),
        ("donation_cancelled", ["tok"], "/dona/annullata/tok/", "/en/donate/cancelled/tok/"),
        ("my_donations", [], "/le-mie-donazioni/", "/en/my-donations/"),
        ("verify", ["abc"], "/verifica/abc/", "/en/verify/abc/"),
    ],
)
def test_addresses_have_a_name_in_each_language(name, args, italian, english):
    with translation.override("it"):
        assert reverse(name, args=args) == italian
    with translation.override("en"):
        assert reverse(name, args=args) == english


@pytest.mark.parametrize("name", ["donation_thanks", "donation_cancelled", "donation_retry"])
@pytest.mark.parametrize("state", State)
def test_a_return_page_of_every_state_names_nobody_and_is_never_kept(client, name, state):
    if state == State.PAID:
        donation = DonationFactory(paid=True)
    else:
        donation = DonationFactory(state=state)
    Donation.objects.update(display_name="Ada Segreta", message="parole private")
    answer = client.get(address(name, donation))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}
    assert "noindex" in page
    for private in ("Ada Segreta", "parole private", donation.donor.email, str(donation.public_id)):
        assert private not in page
    if donation.session_id:
        assert donation.session_id not in page


@pytest.mark.parametrize("name", ["donation_thanks", "donation_cancelled", "donation_retry"])
@pytest.mark.parametrize("token", ["x", "%C3%A8", "x" * 500, "%00", "';%20drop%20table"])
def test_an_unknown_token_is_a_page_that_is_not_there(client, name, token):
    assert client.get(reverse(name, args=["token"]).replace("token", token)).status_code == 404


def test_thanks_says_paid_with_amount_and_bar(client):
    donation = DonationFactory(paid=True)
    page = client.get(address("donation_thanks", donation)).content.decode()
    assert "Grazie!" in page
    assert "25,50\xa0€" in page
    assert donation.campaign.name_it.replace("'", "&#x27;") in page


def test_thanks_in_english(client):
    donation = DonationFactory(paid=True)
    with translation.override("en"):
        page = client.get(address("donation_thanks", donation)).content.decode()
    assert "Thank you!" in page
    assert "€25.50" in page


def test_thanks_while_waiting_reloads_itself_and_asks_once_in_ten_seconds(client, monkeypatch):
    donation, asked = DonationFactory(), []
    monkeypatch.setattr("donations.views.tasks.hint", lambda task, pk: asked.append(pk))
    for _reload in range(3):
        answer = client.get(address("donation_thanks", donation))
    assert answer["Refresh"] == "5"
    assert asked == [donation.pk]
    cache.clear()
    client.get(address("donation_thanks", donation))
    assert asked == [donation.pk, donation.pk]


@pytest.mark.parametrize("state", [State.PROCESSING, State.FAILED, State.EXPIRED, State.CANCELED])
def test_thanks_that_is_decided_does_not_reload(client, state):
    answer = client.get(address("donation_thanks", DonationFactory(state=state)))
    assert "Refresh" not in answer


def test_thanks_after_a_refund_says_so(client):
    donation = DonationFactory(paid=True, refunded=2550)
    page = client.get(address("donation_thanks", donation)).content.decode()
    assert "Restituita" in page


@pytest.mark.parametrize("campaigns", [1, 30])
def test_thanks_query_count_does_not_grow(client, campaigns):
    donation = DonationFactory(paid=True)
    for _more in range(campaigns - 1):
        DonationFactory(paid=True, campaign=donation.campaign)
    client.get(address("donation_thanks", donation))
    with CaptureQueriesContext(connection) as queries:
        client.get(address("donation_thanks", donation))
    ours = [q for q in queries if "donations_" in q["sql"]]
    assert len(ours) == 1


def test_looking_at_the_cancelled_page_changes_nothing(client):
    donation = DonationFactory()
    client.get(address("donation_cancelled", donation))
    donation.refresh_from_db()
    assert donation.state == State.PENDING


def test_a_way_back_never_leads_to_another_site(client):
    for page_url, back in (
        ("/campagne/palco/", "/campagne/palco/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ):
        donation = DonationFactory(page_url=page_url)
        page = client.get(address("donation_cancelled", donation)).content.decode()
        assert f'class="link-arrow" href="{back}"' in page


def test_trying_again_from_another_site_is_refused_and_keeps_the_amount(client):
    donation = DonationFactory(draft=True)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = client.post(address("donation_retry", donation), {"amount": "31,50"}, headers=headers)
        assert answer.status_code == 403
        assert 'value="31,50"' in answer.content.decode()


@pytest.mark.parametrize(
    "amount",
    ["", "0", "-5", "1,99", "abc", "1e9", "50.000,01", "9" * 30, "25,555", "<b>25</b>", "😀", "٢٥", "25\x00"],
)
def test_trying_again_with_a_bad_amount_says_what_to_do(client, amount):
    donation = DonationFactory(draft=True)
    answer = client.post(address("donation_retry", donation), {"amount": amount}, headers=OURS)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert Donation.objects.count() == 1


def test_trying_again_needs_no_cookie():
    donation = DonationFactory(draft=True)
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(address("donation_retry", donation), {"amount": "25,50"}, headers=OURS)
    assert answer.status_code == 303


def test_trying_again_while_stripe_is_away_leads_back_to_the_same_page(client):
    donation = DonationFactory(draft=True)
    answer = client.post(address("donation_retry", donation), {"amount": "25,50"}, headers=OURS)
    assert (answer.status_code, answer["Location"]) == (303, address("donation_retry", donation))
    page = client.get(answer["Location"]).content.decode()
    assert "Il servizio di pagamento non risponde" in page
    assert 'value="25,50"' in page


@pytest.mark.django_db(transaction=True)
def test_trying_again_leads_to_the_payment_page(client, sandbox):
    donation = DonationFactory(draft=True)
    answer = client.post(address("donation_retry", donation), {"amount": "25,50"}, headers=OURS)
    assert answer.status_code == 303
    assert answer["Location"].startswith(sandbox.base)
    assert answer["Cache-Control"] == "no-store"
    assert Donation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_trying_an_expired_one_again_is_a_new_gift_with_the_same_words(client, sandbox):
    old = DonationFactory(state=State.EXPIRED, message="In bocca al lupo")
    answer = client.post(address("donation_retry", old), {"amount": "40"}, headers=OURS)
    assert answer["Location"].startswith(sandbox.base)
    new = Donation.objects.latest("id")
    assert (new.amount_cents, new.message, new.donor) == (4000, "In bocca al lupo", old.donor)


def test_trying_a_paid_one_again_is_not_possible(client):
    donation = DonationFactory(paid=True)
    answer = client.post(address("donation_retry", donation), {"amount": "40"}, headers=OURS)
    assert answer.status_code == 422
    assert Donation.objects.count() == 1


def test_trying_too_often_is_slowed_down(client, monkeypatch):
    monkeypatch.setattr("donations.giving.TRIES", 2)
    donation = DonationFactory(draft=True)
    answers = [
        client.post(address("donation_retry", donation), {"amount": "x"}, headers=OURS) for _try in range(3)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_a_receipt_can_be_checked_by_its_code_however_it_is_typed(client):
    DonationFactory(paid=True)
    receipt = Receipt.objects.get()
    for typed in (receipt.code, receipt.shown_code, receipt.code.lower(), f" {receipt.shown_code} "):
        answer = client.get(reverse("verify", args=[typed]))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert receipt.label in page
        assert "25,50" in page
        assert receipt.facts["beneficiary"]["legal_name"] in page
        for private in (
            receipt.facts["donor"]["name"],
            receipt.facts["donor"]["email"],
            str(receipt.pk) + "@",
        ):
            assert private not in page


@pytest.mark.parametrize("code", ["nothing", "è", "%00", "x" * 400, "' or 1=1 --", "----"])
def test_an_unknown_code_is_said_to_be_unknown(client, code):
    DonationFactory(paid=True)
    answer = client.get(reverse("verify", args=[code]))
    assert answer.status_code == 404
    assert "Non conosciamo" in answer.content.decode()


def test_a_refunded_gift_shows_on_its_checked_receipt(client):
    DonationFactory(paid=True, refunded=1000)
    page = client.get(reverse("verify", args=[Receipt.objects.get(kind="receipt").code])).content.decode()
    assert "15,50" in page


def test_my_donations_says_where_to_write(client):
    beneficiary = BeneficiaryFactory()
    page = client.get(reverse("my_donations")).content.decode()
    assert f"mailto:{beneficiary.email}" in page


def test_a_test_account_on_a_public_site_is_said_on_every_giving_page(client, settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_x", ""
    settings.STRIPE_SANDBOX_ALLOWED = False
    donation = DonationFactory()
    pages = [
        address("donation_thanks", donation),
        address("donation_cancelled", donation),
        address("donation_retry", donation),
        reverse("my_donations"),
    ]
    for page in pages:
        assert "conto di prova" in client.get(page).content.decode()
    settings.STRIPE_SANDBOX_ALLOWED = True
    assert "conto di prova" not in client.get(pages[0]).content.decode()


def test_while_giving_is_off_no_page_offers_to_pay(client, settings):
    settings.STRIPE_SECRET_KEY = ""
    donation = DonationFactory(draft=True)
    page = client.get(address("donation_retry", donation)).content.decode()
    assert "Per ora le donazioni online sono spente" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    answer = client.post(address("donation_retry", donation), {"amount": "25,50"}, headers=OURS)
    assert answer.status_code in (303, 422)


def test_campaigns_are_asked_with_their_totals_in_one_query(django_assert_num_queries):
    from django.utils import timezone

    from donations.models import Campaign

    for _campaign in range(5):
        DonationFactory(paid=True)
    CampaignFactory(draft=True)
    CampaignFactory(ended=True)
    with django_assert_num_queries(1):
        live = list(Campaign.objects.live(timezone.localdate()).with_raised())
        assert [campaign.raised_cents for campaign in live] == [2550] * 5
