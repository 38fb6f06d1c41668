"""Somebody tries stolen cards on our pages; an honest donor beside them notices nothing."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from donations.models import Donation, FailedPayment, GivingBlock
from tests.factories.pages import DonatePageFactory
from tests.harness.waiting import until
from tests.journeys.giving import DECLINED, GOOD, go_to_payment, pay_with, write_gift
from tests.journeys.people import enter
from tests.journeys.words import italian

pytestmark = pytest.mark.journey


def from_there(address: str) -> dict:
    """What a proxy in front of the site adds to each request of somebody at an address."""
    return {"extra_http_headers": {"X-Forwarded-For": address}}


def open_payment(page: Page, url: str, email: str) -> Donation:
    page.goto(url)
    write_gift(page, "25", email=email)
    go_to_payment(page)
    page.wait_for_url("**/c/pay/**")
    return Donation.objects.get(donor__email=email)


def try_cards(page: Page, sandbox, donation: Donation, *, already: int) -> None:
    """Five cards, the last of them by hand; then the page takes no more."""
    for _ in range(4):
        assert sandbox.pay(donation.session_id, DECLINED)["result"] == "declined"
    pay_with(page, DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()
    until(lambda: FailedPayment.objects.count() == already + 5)
    until(lambda: Donation.objects.get(pk=donation.pk).state == "expired")
    pay_with(page, GOOD)
    expect(page.locator("#id_number")).to_have_count(0)


def test_a_tester_is_kept_out_in_words_and_an_honest_donor_gives(page_at, user_as, sandbox, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    url = DonatePageFactory().url
    tester = page_at(360, **from_there("203.0.113.7"))
    honest = page_at(**from_there("198.51.100.20"))
    gift = open_payment(honest, url, "ada@persone.example")
    for number in range(2):
        tried = open_payment(tester, url, f"carta{number}@prova.example")
        try_cards(tester, sandbox, tried, already=5 * number)
    until(lambda: GivingBlock.objects.exists())

    tester.goto(url)
    write_gift(tester, "25", email="altra@prova.example")
    go_to_payment(tester)
    expect(tester.get_by_role("alert")).to_contain_text("Nessun addebito")
    expect(tester.get_by_label(italian("Name and surname"))).to_have_value("Ada Gonzaga")

    pay_with(honest, GOOD)
    honest.wait_for_url("**/dona/grazie/**")
    expect(honest.get_by_role("heading", name=italian("Thank you!"))).to_be_visible()
    assert Donation.objects.get(pk=gift.pk).state == "paid"

    staff = page_at()
    enter(staff, user_as("fundraiser", first_name="Anna"))
    staff.goto(reverse("donations_givingblock_modeladmin_index"))
    block = GivingBlock.objects.get()
    staff.get_by_role("link", name=block.short).click()
    staff.get_by_role("button", name=italian("Lift the block")).click()
    lifted = italian("The block is lifted: from there one can give again.")
    expect(staff.get_by_text(lifted)).to_be_visible()
    go_to_payment(tester)
    tester.wait_for_url("**/c/pay/**")
