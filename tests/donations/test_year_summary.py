"""A donor's year on one paper: it agrees with receipts and yearly file, and says what does not count."""

from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from cms.money import Money
from donations import summary_pdf
from donations.models import Donor, Receipt
from donations.services import receipts, year_summary, yearly_return
from donations.services.apply import apply_session
from donations.services.year_summary import NotCounted
from tests.factories.donations import (
    BeneficiaryFactory,
    CampaignFactory,
    DonationFactory,
    DonorFactory,
    RegimePeriodFactory,
    gift_by_hand,
    paid_session,
)

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
CODE = "RSSMRA80A01E897X"


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ROME)


@pytest.fixture
def campaign():
    """Of a third sector body."""
    beneficiary = BeneficiaryFactory(legal_name="Teatro di Prova impresa sociale", tax_code="01234567897")
    RegimePeriodFactory(beneficiary=beneficiary)
    return CampaignFactory(beneficiary=beneficiary)


@pytest.fixture
def ada() -> Donor:
    return DonorFactory(name="Ada Gonzaga", email="ada@persone.example", tax_code=CODE)


def give(donor, campaign, cents: int = 5000, when: datetime | None = None, *, reward: int = 0):
    donation = DonationFactory(donor=donor, campaign=campaign, amount_cents=cents)
    apply_session(paid_session(donation, at=when or at(2025, 6, 1)), because="test")
    if reward:
        receipt = Receipt.objects.get(donation=donation)
        Receipt.objects.filter(pk=receipt.pk).update(
            facts=receipt.facts | {"reward_cents": reward, "counterpart": "value", "eligible_cents": 0}
        )
    return donation


def take_back(donation, cents: int, when: datetime) -> None:
    donation.refunded_cents = cents
    receipts.correct_receipt(donation, occurred_at=when)


def text_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return text.replace("\n", " ").replace("\xa0", " ")


def test_a_year_is_its_receipts_net_of_what_went_back_within_it(ada, campaign):
    kept = give(ada, campaign, 5000)
    partly = give(ada, campaign, 10_000)
    give(ada, campaign, 700, at(2026, 1, 1, 0))  # the first moment of the next year in Italy
    give(DonorFactory(), campaign)
    take_back(partly, 4000, at(2025, 12, 31, 23))
    take_back(partly, 5500, at(2026, 1, 1, 0))
    first, second = (year_summary.prepare(ada, year) for year in (2025, 2026))
    [part] = first.parts
    assert [line.receipt.donation_id for line in part.lines] == [kept.pk, partly.pk]
    assert (part.given, part.went_back, part.kept) == (Money(15_000), Money(4000), Money(11_000))
    assert (first.kept, first.counted, first.earlier) == (Money(11_000), Money(11_000), [])
    assert (second.kept, second.went_back_of_earlier) == (Money(700), Money(1500))
    assert [(row["year"], row["amount"], row["count"]) for row in year_summary.years_of(ada)] == [
        (2026, Money(700 - 1500), 1),
        (2025, Money(11_000), 2),
    ]


def test_money_that_came_again_counts_again(ada, campaign):
    donation = give(ada, campaign, 5000)
    take_back(donation, 5000, at(2025, 7, 1))
    [line] = year_summary.prepare(ada, 2025).parts[0].lines
    assert (line.kept_cents, line.because) == (0, NotCounted.GONE)
    take_back(donation, 0, at(2025, 8, 1))
    [line] = year_summary.prepare(ada, 2025).parts[0].lines
    assert (line.kept_cents, line.counted_cents, line.went_back_cents) == (5000, 5000, 0)


def test_what_does_not_count_says_why(ada, campaign):
    give(ada, campaign, 5000)
    give(ada, campaign, 2000, reward=1200)
    gift_by_hand(3000, method="cash", campaign=campaign, on=date(2025, 5, 1), email=ada.email)
    give(ada, CampaignFactory(beneficiary=BeneficiaryFactory(legal_name="Coop Ordinaria")), 1000)
    summary = year_summary.prepare(ada, 2025)
    assert [(part.facts["legal_name"], part.counted.cents) for part in summary.parts] == [
        ("Coop Ordinaria", 0),
        ("Teatro di Prova impresa sociale", 5000),
    ]
    reasons = [[line.because for line in part.lines] for part in summary.parts]
    assert reasons == [[NotCounted.NO_RELIEF], [None, NotCounted.REWARD, NotCounted.CASH]]
    text = text_of(summary_pdf.render(summary, issuer="Rete", language="it"))
    for words in (
        "Donazioni del 2025",
        "110,00 €",
        CODE,
        "50,00 € contano",
        "30%",
        "art. 83, commi 1 e 2",
        "30,00 € sono arrivati in contanti",
        "20,00 € sono stati dati per una ricompensa",
        "10,00 € non danno diritto",
    ):
        assert words in text, words


def test_it_agrees_with_the_yearly_file(ada, campaign):
    for cents in (5000, 2500, 10_000):
        donation = give(ada, campaign, cents)
    apply_session(paid_session(donation, at=at(2025, 6, 1), refunded_cents=1000), because="given back today")
    told = yearly_return.prepare(campaign.beneficiary, 2025)
    assert told.told_total == year_summary.prepare(ada, 2025).counted
    this_year = Receipt.objects.get(kind="correction").year
    later = year_summary.prepare(ada, this_year)
    assert yearly_return.prepare(campaign.beneficiary, this_year).given_back_total == Money(1000)
    assert later.went_back_of_earlier == Money(1000)


def test_the_paper_is_accessible_in_both_languages_and_whatever_the_name(ada, campaign):
    Donor.objects.filter(pk=ada.pk).update(name="Zoë #set Żółć *x*")
    ada.refresh_from_db()
    give(ada, campaign)
    take_back(give(ada, campaign, 700, at(2024, 6, 1)), 300, at(2025, 2, 1))
    summary = year_summary.prepare(ada, 2025)
    for language, title in (("it", "Donazioni del 2025"), ("en", "Donations of 2025")):
        pdf = PdfReader(BytesIO(summary_pdf.render(summary, issuer="Rete", language=language)))
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf has its own)
        assert pdf.trailer["/Root"]["/Lang"] == language
        assert "pdfuaid" in pdf.xmp_metadata.stream.get_data().decode()
        assert pdf.metadata.title == title
        assert "Zoë #set Żółć *x*" in pdf.pages[0].extract_text()


def test_a_year_with_very_many_receipts_lists_some_and_adds_up_all(ada, campaign, monkeypatch):
    monkeypatch.setattr(summary_pdf, "LISTED", 2)
    for _gift in range(5):
        give(ada, campaign, 1100)
    text = text_of(summary_pdf.render(year_summary.prepare(ada, 2025), issuer="Rete", language="it"))
    assert (text.count("carta"), "55,00" in text) == (2, True)
    assert "Altre 3 ricevute" in text


@pytest.mark.parametrize("count", [1, 30])
def test_however_many_receipts_it_takes_two_queries(ada, campaign, count):
    for _gift in range(count):
        take_back(give(ada, campaign), 100, at(2025, 7, 1))
    with CaptureQueriesContext(connection) as asked:
        year_summary.prepare(ada, 2025)
    assert len(asked) == 2


class TestTheDoors:
    def test_a_donor_takes_it_and_nobody_elses(self, client, ada, campaign):
        from tests.donations.test_my_donations import come_in

        give(ada, campaign)
        other = DonorFactory()
        give(other, campaign, 7777)
        address = reverse("my_donations_year", args=[2025])
        assert client.get(address).status_code == 302
        come_in(client, ada)
        assert address in client.get(reverse("my_donations")).content.decode()
        answer = client.get(address)
        assert answer["Content-Disposition"] == 'attachment; filename="donazioni-2025.pdf"'
        assert "no-store" in answer["Cache-Control"]
        text = text_of(answer.content)
        assert "50,00" in text
        assert "77,77" not in text
        assert client.get(reverse("my_donations_year", args=[2019])).status_code == 404
        assert client.get("/en/my-donations/years/2025/")["Content-Disposition"].endswith(
            'donations-2025.pdf"'
        )

    def test_who_takes_it_without_end_is_asked_to_wait(self, client, ada, campaign, monkeypatch):
        from tests.donations.test_my_donations import come_in

        give(ada, campaign)
        come_in(client, ada)
        monkeypatch.setattr("donations.donor_views.SUMMARIES", 1)
        address = reverse("my_donations_year", args=[2025])
        assert [client.get(address).status_code for _ask in range(2)] == [200, 429]

    def test_staff_take_it_from_the_donors_page(self, login, ada, campaign):
        give(ada, campaign)
        client = login("fundraiser")
        page = client.get(reverse("donations_donor_modeladmin_inspect", args=[ada.pk])).content.decode()
        address = reverse("donations_year_summary", args=[ada.pk, 2025])
        assert address in page
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
        assert client.get(reverse("donations_year_summary", args=[ada.pk, 2019])).status_code == 404
        assert login("editor").get(address).status_code in (302, 403)
