"""A transfer promised on the page, found in the bank's file; another that nobody named, matched by hand."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.money import Money
from donations.models import BankLine, Donation, Pledge
from donations.services import audit, pledges
from donations.services.offline import Giver
from tests.factories.donations import BeneficiaryFactory
from tests.factories.pages import DonatePageFactory
from tests.harness.waiting import until
from tests.journeys.giving import mail_about, write_gift
from tests.journeys.people import enter
from tests.journeys.words import italian

pytestmark = pytest.mark.journey

MOVEMENTS = """Data contabile;Descrizione;Entrate;Uscite
{day};BONIFICO {code} ORD GONZAGA ADA;50,00;
{day};BONIFICO SENZA CAUSALE DA C. MANTEGNA;30,00;
{day};Commissioni di città;;1.234,56
"""


def promised(page: Page) -> str:
    """Ada promises 50 € on the public page; the reason that she reads there."""
    page.goto(DonatePageFactory(beneficiary=BeneficiaryFactory(iban="IT60X0542811101000000123456")).url)
    write_gift(page, "50")
    page.get_by_role("button", name=italian("Give by bank transfer")).click()
    page.wait_for_url("**/dona/bonifico/**")
    expect(page.get_by_text("IT60 X054 2811 1010 0000 0123 456")).to_be_visible()
    code = page.locator("dd strong").last.inner_text()
    assert code in mail_about("pledge").text
    return code


def imported(page: Page, file: Path) -> None:
    """Send the bank's file as far as the rows that it would write."""
    page.goto("/admin/imports/new/donations.bankline/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name=italian("Go on to the columns")).click()
    page.get_by_role("button", name=italian("Read the rows")).click()


def test_a_promise_is_found_in_the_banks_file_once_and_the_rest_by_hand(page_at, user_as, sandbox, tmp_path):
    donor, staff = page_at(360), page_at()
    code = promised(donor)
    carlo = pledges.make_pledge(
        amount=Money(3000), giver=Giver(name="Carlo Mantegna"), beneficiary=Pledge.objects.get().beneficiary
    )
    file = tmp_path / "movimenti.csv"
    text = MOVEMENTS.format(code=code.replace("-", ""), day=f"{timezone.localdate():%d/%m/%Y}")
    file.write_bytes(text.encode("cp1252"))

    enter(staff, user_as("fundraiser", first_name="Anna"))
    imported(staff, file)
    staff.get_by_role("button", name=italian("Confirm and write")).click()
    expect(staff.get_by_role("button", name=italian("Undo this import"))).to_be_visible()
    assert BankLine.objects.count() == 3
    gift = Donation.objects.get()
    assert (gift.amount_cents, gift.display_name, gift.state) == (5000, "Ada Gonzaga", "paid")
    mail_about("receipt")
    donor.reload()
    expect(
        donor.get_by_role("heading", name=italian("Your transfer has arrived. Thank you!"))
    ).to_be_visible()

    imported(staff, file)
    expect(staff.get_by_text(italian("There is nothing to write."))).to_be_visible()
    expect(staff.get_by_role("button", name=italian("Confirm and write"))).to_have_count(0)

    line = BankLine.objects.get(amount_cents=3000)
    assert line.state == "open"
    staff.goto(reverse("donations_bankline_modeladmin_inspect", args=[line.pk]))
    by_hand = staff.locator("#action-match")
    by_hand.get_by_label(italian("or its reason")).fill(carlo.shown_code)
    by_hand.get_by_role("button", name=italian("Match")).click()
    expect(staff.get_by_text(italian("The pledge is paid, and its receipt on its way."))).to_be_visible()
    carlo.refresh_from_db()
    assert (carlo.state, carlo.donation.amount_cents) == ("paid", 3000)
    until(lambda: carlo.donation.receipts.exclude(pdf="").exists())
    assert (Donation.objects.count(), BankLine.objects.count()) == (2, 3)
    assert audit.problems() == []
