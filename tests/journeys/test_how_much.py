"""How much and how often: what the form offers follows what was chosen, and stays when one comes back."""

import pytest
from playwright.sync_api import expect

from donations.models import RecurringDonation
from tests.factories.pages import DonatePageFactory
from tests.journeys.words import italian

pytestmark = pytest.mark.journey


def test_amounts_follow_how_often_without_a_script_and_stay_when_one_comes_back(page, sandbox):
    page.route("**/*.js", lambda route: route.abort())
    page.goto(DonatePageFactory().url)
    shown = page.locator(".presets__of:visible")
    expect(shown).to_have_count(1)
    expect(shown.locator("legend")).to_have_text(italian("How much would you like to give?"))

    page.get_by_label(italian("Every month")).check()
    expect(shown).to_have_count(1)
    expect(shown.locator("legend")).to_have_text(italian("How much would you like to give each month?"))
    page.get_by_label("20 €", exact=True).check()
    page.get_by_label(italian("Bank account (SEPA)")).check()
    page.get_by_label(italian("Name and surname")).fill("Ada Gonzaga")
    page.get_by_label(italian("E-mail address"), exact=True).fill("ada@persone.example")
    send = page.get_by_role("button", name=italian("Go to the payment"))
    send.click()
    page.wait_for_url(f"{sandbox.base}/**")
    expect(page.locator(".summary")).to_contain_text("20,00")
    first = page.url

    page.go_back()
    for field, value in [("interval", "month"), ("preset_month", "2000"), ("pays_with", "sepa_debit")]:
        assert page.locator(f"[name={field}]:checked").get_attribute("value") == value
    expect(shown.locator("legend")).to_have_text(italian("How much would you like to give each month?"))
    send.click()
    page.wait_for_url(f"{sandbox.base}/**")
    assert page.url == first
    assert RecurringDonation.objects.get().amount_cents == 2000
