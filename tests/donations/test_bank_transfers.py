"""Promised transfers, the bank's lines, and gifts that staff write down."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.models import ImportBatch, OutboxMessage
from cms.money import Money
from cms.spreadsheets.importing import running, starting
from cms.spreadsheets.resources import resource_for
from donations import causale
from donations.models import BankLine, Donation, Payment, Pledge, Receipt
from donations.services import bank, offline, pledges, receipt_delivery
from donations.services.checkout import CannotGive
from donations.services.offline import Giver
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonorFactory

IBAN = "IT60X0542811101000000123456"
ADA = Giver(name="Ada Gonzaga", email="ada@persone.example")


@pytest.fixture
def campaign(db):
    return CampaignFactory(beneficiary=BeneficiaryFactory(iban=IBAN))


@pytest.fixture
def pledge(campaign) -> Pledge:
    return pledges.make_pledge(
        amount=Money(5000), giver=ADA, beneficiary=campaign.beneficiary, campaign=campaign
    )


def line(text: str, cents: int = 5000, *, on: date | None = None) -> BankLine:
    return BankLine.objects.create(booked_on=on or timezone.localdate(), amount_cents=cents, description=text)


# The reason


@given(st.integers(0, 11), st.sampled_from(causale.ALPHABET))
def test_no_single_slip_in_a_reason_makes_another_one(place, sign):
    code = causale.draw()
    place = max(place, len(causale.PREFIX))
    wrong = code[:place] + sign + code[place + 1 :]
    assert causale.is_valid(wrong) is (wrong == code)


@given(st.integers(4, 10))
def test_no_two_signs_that_changed_places_make_another_reason(place):
    code = causale.draw()
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert causale.is_valid(wrong) is (wrong == code)
    assert wrong == code or causale.is_near(wrong, code)


@pytest.mark.parametrize("wrap", ["{}", "BONIFICO DA ADA {} GRAZIE", "dono {} x", "A{}B", "caus.:{}/RIF 12"])
def test_a_reason_is_found_however_the_bank_writes_it(wrap):
    code = causale.draw()
    for written in (
        code,
        causale.shown(code),
        causale.shown(code).lower(),
        " ".join(code),
        f"{code[:9]}\n{code[9:]}",
    ):
        assert causale.found_in(wrap.format(written)) == [code]


# Pledges


def test_a_pledge_gets_its_reason_and_the_donor_the_data_by_mail(pledge):
    mail = OutboxMessage.objects.get()
    assert mail.to == "ada@persone.example"
    for words in (
        "50,00",
        "IT60 X054 2811 1010 0000 0123 456",
        pledge.shown_code,
        pledge.beneficiary.legal_name,
    ):
        assert words in mail.text
        assert words in mail.html
    assert causale.is_valid(pledge.code)
    assert not Donation.objects.exists()


def test_the_same_pledge_sent_twice_is_one(pledge, campaign):
    again = pledges.make_pledge(
        amount=Money(5000), giver=ADA, beneficiary=campaign.beneficiary, campaign=campaign
    )
    assert again == pledge
    assert OutboxMessage.objects.count() == 1


def test_without_an_iban_nothing_is_promised(db):
    with pytest.raises(CannotGive):
        pledges.make_pledge(amount=Money(5000), giver=ADA, beneficiary=BeneficiaryFactory())


def test_a_pledge_ends_by_itself_and_late_money_still_finds_it(pledge):
    Pledge.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert pledges.expire_pledges() == "1 expired"
    assert pledges.expire_pledges() == ""
    assert bank.match_sure([line(f"Bonifico {pledge.shown_code}").pk]) == 1
    pledge.refresh_from_db()
    assert (pledge.state, pledge.donation.state) == ("paid", "paid")


def test_a_donor_promises_a_transfer_on_the_page_and_reads_what_to_write(campaign, client):
    from cms.public_forms import guard_values
    from tests.factories.pages import CampaignPageFactory

    url = CampaignPageFactory(campaign=campaign).get_url()
    assert "way" in client.get(url).content.decode()
    form = {
        "preset": "", "amount": "50", "name": "Ada Gonzaga", "email": "ada@persone.example",
        "way": "bank_transfer", "tax_code": "rss mra 80a01 e897x", **guard_values(),
    }  # fmt: skip
    answer = client.post(url, form, headers={"sec-fetch-site": "same-origin"})
    pledge = Pledge.objects.get()
    assert (answer.status_code, pledge.tax_code) == (303, "RSSMRA80A01E897X")
    page = client.get(answer.url).content.decode()
    for words in (pledge.shown_code, "IT60 X054", "50,00"):
        assert words in page
    assert "Ada" not in page
    assert "persone.example" not in page


# The bank's lines


def test_a_line_with_reason_and_amount_is_matched_by_itself(pledge, books):
    day = timezone.localdate() - timedelta(days=2)
    found = line(f"BONIFICO A VS FAVORE {pledge.code} ORD: GONZAGA ADA", on=day)
    assert bank.match_sure([found.pk]) == 1
    found.refresh_from_db()
    pledge.refresh_from_db()
    gift = found.donation
    assert (found.state, pledge.state, gift.state, gift.amount_cents) == ("matched", "paid", "paid", 5000)
    assert timezone.localdate(gift.paid_at) == day
    assert Payment.objects.get().method == "bank_transfer"
    read = books()
    assert read["entries"] == [("charge", "bank", 5000), ("charge", "gifts", -5000)]
    assert read["totals"] == [(5000, 1, 1)]
    assert read["receipts"] == [(day.year, 1)]
    assert bank.match_sure([found.pk]) == 0


@pytest.mark.parametrize(
    ("text", "cents", "why"),
    [
        ("Bonifico {code}", 4000, "la causale è giusta, l'importo è un altro"),
        ("Bonifico {slip}", 5000, "l'importo è giusto, la causale ha un errore"),
        ("Bonifico di GONZAGA ADA", 5000, "importo e nome sono giusti"),
    ],
)
def test_what_is_not_sure_is_proposed_and_waits(pledge, text, cents, why):
    other = "A" if pledge.code[6] != "A" else "B"
    slip = pledge.code[:6] + other + pledge.code[7:]
    waits = line(text.format(code=pledge.code, slip=slip), cents)
    assert bank.match_sure([waits.pk]) == 0
    assert [(one.pledge, one.why) for one in bank.proposals(waits)] == [(pledge, why)]


def test_money_that_went_out_and_strangers_are_proposed_nothing(pledge):
    assert bank.proposals(line(f"Bonifico {pledge.code}", -5000)) == []
    assert bank.proposals(line("Stipendio di Carlo", 5000)) == []


def test_a_match_that_was_a_mistake_is_undone_with_a_correction(pledge, books):
    found = line(f"Bonifico {pledge.code}")
    bank.match_sure([found.pk])
    bank.reopen_line(found, because="user 1")
    bank.reopen_line(found, because="user 1")  # a second click
    found.refresh_from_db()
    pledge.refresh_from_db()
    assert (found.state, found.donation, pledge.state, pledge.donation) == ("open", None, "open", None)
    read = books()
    assert read["totals"] == [(0, 0, 0)]
    assert [paper.kind for paper in Receipt.objects.order_by("pk")] == ["receipt", "correction"]
    assert Receipt.objects.latest("pk").stands.cents == 0
    assert bank.match_sure([found.pk]) == 1
    assert books()["totals"] == [(5000, 1, 1)]


def test_one_line_is_one_gift_and_one_pledge_one_line(pledge):
    found = line(f"Bonifico {pledge.code}")
    bank.match_line(found, pledge=pledge, because="user 1")
    for again in (found, line(f"Bonifico {pledge.code} bis")):
        with pytest.raises(ValidationError):
            bank.match_line(again, pledge=pledge, because="user 1")
    with pytest.raises(ValidationError):
        bank.ignore_line(found, note="quota")


# The file

ONE_COLUMN = """Estratto conto;;;
Conto;IT60X0542811101000000123456;;
Data contabile;Data valuta;Descrizione;Importo
23/11/2026;23/11/2026;BONIFICO {code} GONZAGA ADA;50,00
23/11/2026;23/11/2026;Commissioni di città;-1.234,56
24/11/2026;24/11/2026;Versamento anonimo;10,00
24/11/2026;24/11/2026;Versamento anonimo;10,00
"""
TWO_COLUMNS = """Data;Descrizione;Entrate;Uscite
23/11/2026;BONIFICO {code} GONZAGA ADA;50,00;
23/11/2026;Commissioni di città;;1.234,56
24/11/2026;Versamento anonimo;10,00;
24/11/2026;Versamento anonimo;10,00;
24/11/2026;Versamento anonimo;10,00;
"""


def imported(text: str, user, encoding: str = "cp1252") -> ImportBatch:
    resource = resource_for("donations.bankline", user)
    batch = starting.receive(
        resource=resource, file=SimpleUploadedFile("movimenti.csv", text.encode(encoding))
    )
    if not batch.header_row:
        row = next(
            row
            for _s, _n, rows, _g in starting.sheets_of(batch)
            for row in rows
            if "Descrizione" in row.cells
        )
        starting.choose_sheet(batch=batch, sheet=batch.sheet, header_row=row.number, resource=resource)
    starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=False)
    running.run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.problem_count) == ("ready", 0), list(
        batch.rows.values_list("problems", flat=True)
    )
    if batch.write_count:
        starting.confirm(batch=batch, leaves_out_problems=False)
        running.run_waiting()
    return batch


@pytest.mark.django_db(transaction=True)
def test_the_banks_file_is_read_once_however_often_it_comes(superuser, campaign):
    pledge = pledges.make_pledge(
        amount=Money(5000), giver=ADA, beneficiary=campaign.beneficiary, campaign=campaign
    )
    first = ONE_COLUMN.format(code=pledge.code)
    imported(first, superuser)
    rows = BankLine.objects.order_by("pk").values_list("amount_cents", "ordinal", "state")
    assert list(rows) == [(5000, 1, "matched"), (-123456, 1, "open"), (1000, 1, "open"), (1000, 2, "open")]
    imported(first, superuser)
    assert BankLine.objects.count() == 4
    # Another of the bank's formats, which overlaps and has one more.
    imported(TWO_COLUMNS.format(code=pledge.code), superuser)
    assert list(rows.all())[4:] == [(1000, 3, "open")]
    assert Donation.objects.count() == 1


# Gifts that staff write down


def record(campaign, **changes) -> Donation:
    facts = {
        "public_id": uuid.uuid4(),
        "amount": Money(2500),
        "method": "cash",
        "received_on": timezone.localdate(),
        "giver": ADA,
        "beneficiary": campaign.beneficiary,
        "campaign": campaign,
        "because": "user 1",
    }
    return offline.record_offline_gift(**facts | changes)


def test_a_gift_in_cash_is_booked_and_its_receipt_claims_nothing(campaign, books):
    gift = record(campaign)
    assert books()["entries"] == [("charge", "cash", 2500), ("charge", "gifts", -2500)]
    facts = gift.receipts.get().facts
    assert (facts["way"], facts["eligible_cents"]) == ("cash", 0)
    assert "contanti" in facts["tax_text"][0]
    assert record(campaign, public_id=gift.public_id) == gift
    assert Donation.objects.count() == 1


def test_who_has_no_address_gets_a_receipt_to_print(campaign, db):
    record(campaign, giver=Giver(name="Vecchio Socio"))
    record(campaign, giver=Giver(name="Altra Socia"))
    receipt_delivery.deliver_waiting()
    assert OutboxMessage.objects.count() == 0
    assert all(receipt.pdf for receipt in Receipt.objects.all())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Money(500_000)}, "amount"),
        ({"amount": Money(0)}, "amount"),
        ({"received_on": timezone.localdate() + timedelta(days=1)}, "received_on"),
    ],
)
def test_a_gift_that_cannot_be_is_refused_with_the_reason(campaign, changes, field):
    with pytest.raises(CannotGive) as refusal:
        record(campaign, **changes)
    assert refusal.value.field == field
    if changes.get("amount") == Money(500_000):
        assert "art. 49" in str(refusal.value)
        record(campaign, amount=Money(499_999))
        record(campaign, amount=Money(500_000), method="bank_transfer")


def test_staff_write_a_gift_down_once_whatever_they_click(campaign, login, db):
    browser = login("fundraiser")
    url = reverse("donations_gift_new")
    page = browser.get(url)
    number = page.context["form"]["number"].value()
    form = {
        "amount": "25,50", "method": "cash", "received_on": "24/11/2026", "name": "Ada Gonzaga",
        "beneficiary": campaign.beneficiary.pk, "campaign": campaign.pk, "email": "", "language": "it",
        "number": str(number), "tax_code": "",
    }  # fmt: skip
    wrong = browser.post(url, {**form, "amount": "6000"})
    assert wrong.status_code == 422
    assert "art. 49" in wrong.content.decode()
    for _click in range(2):
        assert browser.post(url, form).status_code == 302
    gift = Donation.objects.get()
    assert (gift.amount_cents, str(gift.public_id)) == (2550, str(number))


def test_a_known_donor_is_known_again_and_keeps_the_name(campaign):
    ada = DonorFactory(email="ada@persone.example", name="Ada")
    assert record(campaign, giver=Giver(name="Chiunque", email="ADA@persone.example")).donor == ada
    ada.refresh_from_db()
    assert ada.name == "Ada"
