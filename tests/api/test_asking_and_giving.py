"""What is posted to the API goes through the same forms and services as on the pages."""

import pytest

from cms.models import ConsentRecord
from donations.models import Donation, State
from members.models import ConsentPurpose, ConsentText, Lead
from tests.factories.donations import BeneficiaryFactory, CampaignFactory
from tests.factories.members import ServiceFormatFactory
from tests.sandbox_process import start_sandbox

pytestmark = pytest.mark.django_db

ASKED = {
    "name": "Ada Lodi",
    "email": "Ada@Scuola.example",
    "message": "Vorremmo un percorso sul fiume per due classi.",
    "organisation_name": "Scuola Le Rondini",
    "organisation_kind": "public",
    "consent": True,
}
GIFT = {"amount_cents": 2550, "name": "Ada Lodi", "email": "ada@persone.example"}


@pytest.fixture
def sandbox(settings):
    with start_sandbox(webhook_url="") as process:
        settings.STRIPE_API_BASE = process.base
        yield process


def test_a_request_becomes_a_lead_with_its_consent(api):
    service_format = ServiceFormatFactory(slug="passi-lenti", name_it="Passi lenti")

    answer = api.post("/leads/", {**ASKED, "service_format": "passi-lenti"})

    assert answer.status_code == 201
    lead = Lead.objects.get(public_id=answer.json()["id"])
    assert (lead.service_format, lead.source) == (service_format, Lead.Source.API)
    assert lead.contact.email == "ada@scuola.example"
    consent = ConsentRecord.objects.get(email="ada@scuola.example")
    assert consent.text == ConsentText.objects.current(ConsentPurpose.REQUEST).text


def test_the_text_to_show_is_there_in_both_languages(api):
    italian = api("/consent-texts/request/")["text"]

    assert italian == ConsentText.objects.current(ConsentPurpose.REQUEST).text
    assert api("/consent-texts/request/?language=en")["text"] != italian


def test_a_request_without_consent_is_refused_and_nothing_is_kept(api):
    answer = api.post("/leads/", {**ASKED, "consent": False})

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["consent"]
    assert not Lead.objects.exists()


def test_refusals_are_in_the_language_of_who_asks(api):
    italian = api.post("/leads/", {**ASKED, "email": "non va"}).json()["fields"]["email"]
    english = api.post("/leads/", {**ASKED, "email": "non va", "language": "en"}).json()["fields"]["email"]

    assert english == ["Enter a whole e-mail address, such as name@example.org."]
    assert italian != english


def test_a_gift_opens_a_payment_page(api, sandbox):
    campaign = CampaignFactory(slug="palco")

    answer = api.post("/checkouts/", {**GIFT, "campaign": "palco"})

    assert answer.status_code == 201, answer.content
    donation = Donation.objects.get(public_id=answer.json()["id"])
    assert (donation.campaign, donation.amount_cents, donation.source) == (campaign, 2550, "api")
    assert donation.state == State.PENDING
    assert answer.json()["url"].startswith(sandbox.base)
    assert answer.json()["result_url"].endswith(f"/dona/grazie/{donation.return_token}/")


def test_a_gift_is_kept_while_the_payment_service_is_away(api):
    beneficiary = BeneficiaryFactory()

    answer = api.post("/checkouts/", {**GIFT, "beneficiary": beneficiary.pk})

    assert answer.status_code == 503
    donation = Donation.objects.get(public_id=answer.json()["id"])
    assert donation.state == State.DRAFT
    assert donation.return_token in answer.json()["retry_url"]


def test_a_gift_for_nobody_is_refused(api):
    assert api.post("/checkouts/", GIFT).status_code == 404
    assert api.post("/checkouts/", {**GIFT, "campaign": "niente"}).status_code == 404
    assert not Donation.objects.exists()


@pytest.mark.parametrize("cents", [0, -2550, 1, 10**11, 10**30, 25.5, "25,50", True, None])
def test_an_amount_that_cannot_be_given_is_refused(api, cents):
    CampaignFactory(slug="palco")

    answer = api.post("/checkouts/", {**GIFT, "campaign": "palco", "amount_cents": cents})

    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert not Donation.objects.exists()


@pytest.mark.parametrize("path", ["/leads/", "/checkouts/"])
@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', b"\xff\xfe", "{}", '{"name": {"a": 1}}'])
def test_a_broken_body_is_refused_in_words(api, path, body):
    answer = api.post(path, body)

    assert answer.status_code in (400, 415, 422)
    assert answer.json()["detail"]


@pytest.mark.parametrize(("path", "limit"), [("/leads/", 10), ("/checkouts/", 20)])
def test_a_forged_header_does_not_escape_the_limit(api, path, limit):
    seen = [
        api.post(path, {}, **{"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(limit + 2)
    ]

    assert seen == [422] * limit + [429] * 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/checkouts/", {**GIFT, "campaign": "a\x00b"}),
        ("/checkouts/", {**GIFT, "beneficiary": 10**30}),
        ("/leads/", {**ASKED, "service_format": "a\x00b"}),
        ("/leads/", {**ASKED, "page_url": "/a\x00b"}),
    ],
)
def test_what_no_database_can_hold_is_refused_in_words(api, path, body):
    answer = api.post(path, body)

    assert answer.status_code == 422
    assert answer.json()["fields"]
