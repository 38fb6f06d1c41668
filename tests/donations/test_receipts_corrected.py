"""Money that goes back, comes again, and mistakes: other papers with other numbers, never a change."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from cms.models import OutboxMessage
from cms.money import Money
from donations import receipt_pdf
from donations.models import Receipt
from donations.models.base import private_storage
from donations.services import receipt_delivery, receipts
from tests.factories.donations import BeneficiaryFactory, DonationFactory, DonorFactory, RegimePeriodFactory

pytestmark = pytest.mark.django_db
NEXT_YEAR = datetime(2027, 1, 2, 12, tzinfo=UTC)


def papers() -> list[tuple]:
    return [
        (paper.kind, paper.label, paper.amount.cents, paper.stands.cents)
        for paper in Receipt.objects.order_by("pk")
    ]


@pytest.fixture
def gift(db):
    return DonationFactory(paid=datetime(2026, 5, 4, 10, tzinfo=UTC))


def went_back(gift, kept: int, *, at=datetime(2026, 6, 1, tzinfo=UTC)):
    return receipts.correct_receipt(gift, occurred_at=at, kept=Money(kept))


def test_money_that_goes_back_in_steps_makes_a_paper_each_time(gift):
    went_back(gift, 2000)
    went_back(gift, 0)
    assert papers() == [
        ("receipt", "1/2026", 2550, 2550),
        ("correction", "2/2026", 550, 2000),
        ("correction", "3/2026", 2000, 0),
    ]
    assert {paper.corrects.label for paper in Receipt.objects.exclude(kind="receipt")} == {"1/2026"}


def test_the_same_news_twice_makes_one_paper(gift):
    assert went_back(gift, 2000) is not None
    assert went_back(gift, 2000) is None
    assert len(papers()) == 2


def test_a_refund_that_fails_gives_the_gift_back_its_worth(gift):
    went_back(gift, 0)
    went_back(gift, 2550)
    assert papers()[-1] == ("restoration", "3/2026", 2550, 2550)


def test_a_correction_is_numbered_in_the_year_in_which_the_money_went_back(gift):
    went_back(gift, 0, at=NEXT_YEAR)
    assert papers()[-1][1] == "1/2027"
    correction = Receipt.objects.latest("pk")
    assert correction.facts["happened_on"] == "2027-01-02"
    assert correction.facts["corrects"] == {"number": 1, "year": 2026, "amount_cents": 2550}


def test_what_is_kept_follows_refunds_and_lost_disputes_only(gift):
    gift.refunded_cents = 550
    assert receipts.kept_of(gift).cents == 2000
    gift.disputed_cents, gift.dispute = 2000, "open"
    assert receipts.kept_of(gift).cents == 2000
    gift.dispute = "lost"
    assert receipts.kept_of(gift).cents == 0


def test_a_donation_without_receipt_needs_no_correction():
    assert went_back(DonationFactory(), 0) is None


def test_a_correction_says_in_words_and_figures_what_changed(gift):
    went_back(gift, 2000)
    receipt_delivery.deliver_waiting()
    correction = Receipt.objects.latest("pk")
    pdf = PdfReader(io.BytesIO(correction.pdf.read()))
    text = " ".join(pdf.pages[0].extract_text().split())
    for words in ("Correzione", "N. 2/2026", "1/2026, 25,50", "5,50", "20,00", "tornati"):
        assert words in text
    assert "Grazie" not in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf has its own)
    mails = OutboxMessage.objects.order_by("pk")
    assert [mail.subject.split(":")[0][:11] for mail in mails] == ["Grazie", "Correzione "]
    assert "20,00" in mails[1].text
    assert mails[1].attachments[0]["filename"] == "correzione-2026-2.pdf"


def test_a_receipt_with_a_mistake_is_voided_and_keeps_its_number(gift):
    receipt_delivery.deliver_waiting()
    old = Receipt.objects.get()
    gift.donor.tax_code = "RSSMRA80A01E897X"
    gift.donor.save()
    new = receipts.replace_receipt(old, because="mancava il codice fiscale")
    old.refresh_from_db()
    assert (old.number, bool(old.voided_at), old.facts["donor"]["tax_code"]) == (1, True, "")
    assert (new.number, new.voided_at, new.facts["donor"]["tax_code"]) == (2, None, "RSSMRA80A01E897X")
    receipt_delivery.deliver_waiting()
    assert OutboxMessage.objects.count() == 2
    went_back(gift, 0)
    assert Receipt.objects.latest("pk").corrects == new
    for paper in (old, new):
        with pytest.raises(ValidationError):
            receipts.replace_receipt(paper, because="ancora")


def test_the_same_facts_make_the_same_file(gift):
    receipt_delivery.deliver_waiting()
    receipt = Receipt.objects.get()
    content, is_same = receipt_delivery.make_again(receipt)
    assert is_same
    assert content == private_storage().open(receipt.pdf.name).read()
    assert hashlib.sha256(content).hexdigest() == receipt.pdf_sha256


def test_a_file_that_would_differ_is_told(gift):
    receipt_delivery.deliver_waiting()
    receipt = Receipt.objects.get()
    receipt.facts["donor"]["email"] = ""
    assert receipt_delivery.make_again(receipt)[1] is False


def test_a_receipt_of_before_the_new_facts_can_still_be_set(gift):
    facts = Receipt.objects.get().facts
    new = {"kind", "stands_cents", "register_number", "way", "counterpart", "reward_cents", "eligible_cents"}
    old = {name: value for name, value in facts.items() if name not in {*new, "wording", "tax_text"}}
    old["donor"] = {"name": "Ada", "email": "ada@persone.example"}
    text = PdfReader(io.BytesIO(receipt_pdf.render(old))).pages[0].extract_text()
    assert "Non dà diritto a deduzioni" in " ".join(text.split())


def test_tax_code_address_and_register_stand_on_the_paper():
    period = RegimePeriodFactory(
        regime="ets", register_number="RUNTS 12345", beneficiary=BeneficiaryFactory()
    )
    donor = DonorFactory(tax_code="RSSMRA80A01E897X", address="Via delle Rane 1\n46100 Mantova")
    DonationFactory(general=True, beneficiary=period.beneficiary, donor=donor, paid=True)
    pdf = PdfReader(io.BytesIO(receipt_pdf.render(Receipt.objects.get().facts)))
    text = " ".join(pdf.pages[0].extract_text().split())
    for words in ("RSSMRA80A01E897X", "Via delle Rane 1", "RUNTS 12345", "30%", "art. 83"):
        assert words in text
    assert len(pdf.pages) == 1


def test_who_checks_a_corrected_receipt_reads_what_it_is_worth(gift, client):
    went_back(gift, 2000)
    receipt, correction = Receipt.objects.order_by("pk")
    page = client.get(f"/verifica/{receipt.code}/").content.decode()
    assert "2/2026" in page
    assert "20,00" in page
    page = client.get(f"/verifica/{correction.code}/").content.decode()
    assert "Correzione" in page


def test_who_checks_a_voided_receipt_is_told(gift, client):
    old = Receipt.objects.get()
    receipts.replace_receipt(old, because="nome sbagliato")
    page = client.get(f"/verifica/{old.code}/").content.decode()
    assert "annullata" in page
    assert "nome sbagliato" not in page
