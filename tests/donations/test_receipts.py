"""Receipts: set from frozen facts, accessible, sent once, and never in the way of a payment."""

import io

import pytest
import typst
from django.core.files.base import ContentFile
from pypdf import PdfReader

from cms.models import OutboxMessage
from donations import receipt_pdf
from donations.models import Receipt
from donations.models.base import private_storage
from donations.services import receipt_delivery
from tests.factories.donations import BeneficiaryFactory, DonationFactory, DonorFactory

pytestmark = pytest.mark.django_db


def pdf_of(**facts) -> PdfReader:
    DonationFactory(paid=True)
    receipt = Receipt.objects.latest("id")
    return PdfReader(io.BytesIO(receipt_pdf.render({**receipt.facts, **facts})))


def text_of(pdf: PdfReader) -> str:
    return " ".join(pdf.pages[0].extract_text().split())


def test_an_italian_receipt_says_what_it_must():
    pdf = pdf_of()
    text = text_of(pdf)
    receipt = Receipt.objects.get()
    for words in (
        f"N. {receipt.label}",
        receipt.facts["beneficiary"]["legal_name"],
        receipt.facts["beneficiary"]["tax_code"],
        receipt.facts["donor"]["name"],
        "25,50",
        "Un palco sull",
        "carta",
        receipt.shown_code,
        "Non dà diritto a deduzioni",
    ):
        assert words in text
    assert len(pdf.pages) == 1


def test_an_english_receipt_is_in_english():
    text = text_of(pdf_of(language="en"))
    assert "Thank you" in text
    assert "€25.50" in text
    assert "/en/verify/" in text


def test_a_receipt_is_an_accessible_pdf():
    pdf = pdf_of()
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf has its own)
    assert pdf.trailer["/Root"]["/Lang"] == "it"
    assert "pdfuaid" in pdf.xmp_metadata.stream.get_data().decode()
    assert "Ricevuta" in pdf.metadata.title


@pytest.mark.parametrize(
    "name",
    [
        "Łukasz Żółć",
        "Дмитрий",
        "漢字 太郎",
        "😀",
        "مرحبا",
        '#set page(width: 1pt) $x$ "quotes" \\ *b* _i_ `c` [d] <e> @f',
        "x" * 120,
        '#read("/etc/passwd")',
    ],
)
def test_whatever_a_donor_typed_is_only_text(name):
    pdf = pdf_of(donor={"name": name, "email": "ada@persone.example"})
    assert len(pdf.pages) == 1
    if name.isascii():
        assert name.replace(" ", "")[:20] in text_of(pdf).replace(" ", "")


def test_a_long_address_and_name_of_a_beneficiary_stay_on_the_page():
    beneficiary = BeneficiaryFactory(legal_name="Consorzio " * 18, address="Via lunga\n" * 6)
    pdf = pdf_of(
        beneficiary={
            f: getattr(beneficiary, f) for f in ("name", "legal_name", "tax_code", "address", "email")
        }
    )
    assert len(pdf.pages) <= 2


def test_a_receipt_is_delivered_once_with_its_file():
    DonationFactory(paid=True)
    for _time in range(3):
        receipt_delivery.deliver_waiting()
    receipt, mail = Receipt.objects.get(), OutboxMessage.objects.get()
    assert receipt.mailed_at is not None
    assert len(receipt.pdf_sha256) == 64
    assert mail.attachments == [
        {
            "storage": "private",
            "name": receipt.pdf.name,
            "filename": f"ricevuta-{receipt.year}-1.pdf",
            "mime": "application/pdf",
        }
    ]
    assert mail.subject.startswith("Grazie: la ricevuta")
    assert receipt.shown_code in mail.text
    assert "&" not in mail.subject


def test_the_mail_is_in_the_language_of_the_gift():
    DonationFactory(paid=True, delivered=True, language="en")
    mail = OutboxMessage.objects.get()
    assert mail.subject.startswith("Thank you: the receipt")
    assert "A stage on the water" in mail.text
    assert "/en/verify/" in mail.text


def test_a_mail_with_odd_names_stays_one_mail(mailoutbox):
    donor = DonorFactory(name='Ada "la Rossa" <Gonzaga>')
    DonationFactory(paid=True, delivered=True, donor=donor)
    mail = OutboxMessage.objects.get()
    assert 'Gentile Ada "la Rossa" <Gonzaga>,' in mail.text
    assert "&lt;Gonzaga&gt;" in mail.html


def test_a_pdf_that_fails_is_tried_again_and_holds_nothing(monkeypatch, books):
    def broken(facts):
        raise typst.TypstError("no paper")

    monkeypatch.setattr(receipt_pdf, "render", broken)
    DonationFactory(paid=True, delivered=True)
    receipt = Receipt.objects.get()
    assert books()["donations"] == [("paid", 2550, 0)]
    assert (receipt.attempts, bool(receipt.pdf), receipt.mailed_at) == (1, False, None)
    assert "no paper" in receipt.last_error
    assert receipt_delivery.deliver_waiting() == 0  # not before its time
    monkeypatch.undo()
    Receipt.objects.update(next_try_at=None)
    assert receipt_delivery.deliver_waiting() == 1
    assert Receipt.objects.get().mailed_at is not None


def test_a_mail_that_fails_keeps_the_pdf(monkeypatch):
    monkeypatch.setattr(receipt_delivery, "queue_mail", lambda **_: 1 / 0)
    DonationFactory(paid=True, delivered=True)
    first = Receipt.objects.get().pdf.name
    assert first
    monkeypatch.undo()
    Receipt.objects.update(next_try_at=None)
    receipt_delivery.deliver_waiting()
    assert Receipt.objects.get().pdf.name == first
    assert OutboxMessage.objects.count() == 1


def test_a_file_left_by_a_crash_is_not_overwritten():
    DonationFactory(paid=True)
    receipt = Receipt.objects.get()
    name = f"receipts/{receipt.year}/{receipt.beneficiary_id}/000001.pdf"
    name = private_storage().save(name, ContentFile(b"left behind"))
    receipt_delivery.deliver_waiting()
    receipt.refresh_from_db()
    assert receipt.pdf.name != name
    assert private_storage().open(name).read() == b"left behind"


def test_receipts_lie_outside_what_the_public_may_fetch(settings, client):
    DonationFactory(paid=True, delivered=True)
    receipt = Receipt.objects.get()
    path = private_storage().path(receipt.pdf.name)
    assert path.startswith(str(settings.PRIVATE_MEDIA_ROOT))
    assert not path.startswith(str(settings.MEDIA_ROOT))
    assert client.get(receipt.pdf.url).status_code == 404
