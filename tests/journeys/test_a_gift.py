"""A gift as a donor makes it: the campaign's page, Stripe's page, thanks, bar, receipt."""

import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from cms.models import OutboxMessage
from donations.models import CampaignTotal, Donation, EventState, LedgerEntry, Receipt, StripeEvent
from donations.models.base import private_storage
from donations.services import audit
from tests.factories.donations import CampaignFactory, DonationFactory
from tests.factories.pages import CampaignPageFactory, DonatePageFactory
from tests.harness.waiting import until
from tests.journeys.giving import ASKS_THE_BANK, DECLINED, go_to_payment, pay_with, write_gift
from tests.journeys.words import italian

pytestmark = [pytest.mark.journey, pytest.mark.database]


@pytest.fixture
def campaign_page(sandbox):
    """A live campaign of 1.000 € with a gift before ours, so that a bar that starts again is seen."""
    campaign = CampaignFactory(name_it="Un palco sull'acqua", slug="palco", goal_cents=100_000)
    DonationFactory(campaign=campaign, amount_cents=10_000, paid=True)
    return CampaignPageFactory(campaign=campaign, title="Un palco sull'acqua")


def raised(page) -> tuple[str, str]:
    """What the bar says in words, and how far its drawing reaches."""
    bar = page.locator(".campaign-bar")
    words = re.sub(r"\s+", " ", bar.locator(".campaign-bar__sum").inner_text()).strip()
    return words, bar.locator("svg").first.evaluate("bar => bar.outerHTML")


def test_a_gift_is_declined_once_then_paid_through_3d_secure_and_moves_the_bar(page, sandbox, campaign_page):
    page.goto(campaign_page.url)
    words, drawing = raised(page)
    assert words.startswith("100 €") and "1.000 €" in words

    write_gift(page, "25,50")
    go_to_payment(page)

    page.wait_for_url(f"{sandbox.base}/**")
    expect(page.locator(".summary")).to_contain_text("25,50")
    pay_with(page, DECLINED)
    expect(page.get_by_role("alert")).to_be_visible()
    assert Donation.objects.get(amount_cents=2550).state == "pending"
    assert CampaignTotal.objects.get().raised_cents == 10_000

    pay_with(page, ASKS_THE_BANK)
    page.wait_for_url("**/authenticate")
    page.locator("button[value=approve]").click()
    page.wait_for_url("**/dona/grazie/**")
    expect(page.locator("html")).to_have_attribute("lang", "it")
    expect(page.get_by_role("heading", name=italian("Thank you!"))).to_be_visible()
    expect(page.locator(".outcome .kicker")).to_have_text(italian("Paid"), ignore_case=True)
    expect(page.locator(".outcome .lead")).to_contain_text("25,50")
    assert "ada" not in page.content().lower()

    page.goto(campaign_page.url)
    new_words, new_drawing = raised(page)
    assert new_words == words.replace("100", "125,50", 1)
    assert new_drawing != drawing

    donation = Donation.objects.get(amount_cents=2550)
    assert donation.state == "paid"
    # Stripe's own word arrives as well, signed, over HTTP, and changes nothing twice.
    until(lambda: StripeEvent.objects.filter(type="checkout.session.completed", state="done").exists())
    sandbox.flush()
    assert StripeEvent.objects.get(type="checkout.session.completed").state == EventState.DONE
    assert not StripeEvent.objects.exclude(state__in=[EventState.DONE, EventState.IGNORED]).exists()
    entries = LedgerEntry.objects.filter(transaction__donation=donation, transaction__kind="charge")
    assert sorted(entries.values_list("account", "amount_cents")) == [("gifts", -2550), ("stripe", 2550)]
    assert CampaignTotal.objects.get().raised_cents == 12_550
    assert audit.problems() == []

    until(lambda: OutboxMessage.objects.filter(to="ada@persone.example").exists())
    mail = OutboxMessage.objects.get(to="ada@persone.example")
    assert "25,50" in mail.text
    receipt = Receipt.objects.get(donation=donation)
    [file] = mail.attachments
    assert (file["mime"], file["name"]) == ("application/pdf", receipt.pdf.name)
    with private_storage().open(file["name"]) as pdf:
        text = PdfReader(pdf).pages[0].extract_text()
    assert "25,50" in text
    assert receipt.label in re.sub(r"\s+", " ", text)
    assert "Ada Gonzaga" in text


def tab_to(page, wanted: str, *, at_most: int = 60) -> None:
    """Press Tab until the element that has the focus matches a selector, and is seen to have it."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            assert page.evaluate(
                """() => {
                    const look = getComputedStyle(document.activeElement);
                    return look.outlineStyle != "none" || look.boxShadow != "none";
                }"""
            ), f"nothing shows that {wanted} has the focus"
            return
    raise AssertionError(f"{wanted} is not reached by {at_most} tabs")


def test_a_donor_gives_by_keyboard_alone_on_a_phone(page_at, sandbox):
    page = page_at(360)
    page.goto(DonatePageFactory().url)
    tab_to(page, "[name=preset]")
    page.keyboard.press("ArrowRight")
    chosen = page.locator("[name=preset]:checked").get_attribute("value")
    for field, text in [("name", "Ada Gonzaga"), ("email", "ada@persone"), ("message", "In bocca al lupo")]:
        tab_to(page, f"[name={field}]")
        page.keyboard.type(text)
    tab_to(page, "[name=is_anonymous]")
    page.keyboard.press("Space")
    tab_to(page, "form button")
    page.keyboard.press("Enter")

    # The address was cut short: the mistake is told at its field, the rest stays, the keyboard goes on.
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator(f"[name=preset][value='{chosen}']").is_checked()
    assert page.locator("[name=message]").input_value() == "In bocca al lupo"
    tab_to(page, "[name=email]")
    page.keyboard.press("End")
    page.keyboard.type(".example")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{sandbox.base}/**")
    donation = Donation.objects.get()
    assert str(donation.amount_cents) == chosen
    assert (donation.donor.email, donation.message) == ("ada@persone.example", "In bocca al lupo")
    assert donation.is_anonymous
