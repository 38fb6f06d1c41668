"""A gift that comes again, as its donor lives with it: a card that ran out, an end by one's own hand."""

import pytest
from playwright.sync_api import expect

from donations.models import Donation, PaysWith
from donations.services import audit
from tests.donations.stripe_voice import events_of
from tests.factories.donations import CampaignFactory
from tests.factories.pages import DonatePageFactory
from tests.harness.waiting import until
from tests.journeys.giving import (
    GOOD,
    SAVED_THEN_DECLINED,
    SLOW_ACCOUNT,
    come_in,
    go_to_payment,
    mail_about,
    monthly_gift,
    now,
    pay_with,
    write_gift,
)
from tests.journeys.words import italian

pytestmark = pytest.mark.journey


@pytest.fixture
def gift(sandbox):
    return monthly_gift(CampaignFactory(name_it="Un palco sull'acqua", slug="palco"), sandbox)


def test_a_renewal_fails_and_another_card_put_in_from_my_donations_pays_it(page, sandbox, gift):
    sandbox.control(f"customers/{gift.customer_id}/card", card=SAVED_THEN_DECLINED)
    sandbox.advance(days=32)
    mail = mail_about("recurring_failed")
    assert "10,00" in mail.text
    until(lambda: now(gift).state == "past_due")

    link = come_in(page)
    expect(page.get_by_text(italian("The last payment did not go through"))).to_be_visible()
    page.get_by_role("button", name=italian("Change card or account")).click()
    page.wait_for_url(f"{sandbox.base}/p/session/**")
    pay_with(page, GOOD)
    page.wait_for_url("**/le-mie-donazioni/")

    sandbox.advance(days=3)  # Stripe tries again by itself
    until(lambda: now(gift).state == "active" and gift.donations.paid().count() == 2)
    page.reload()
    expect(page.get_by_text(italian("The last payment did not go through"))).to_have_count(0)
    expect(page.locator(".results .result")).to_have_count(2)
    until(lambda: page.reload() and page.locator(".results .document").count() == 2)  # and their receipts
    assert audit.problems() == []

    page.goto(link)
    expect(page.get_by_role("heading", name=italian("This link has done its work"))).to_be_visible()


def test_a_donor_ends_it_from_the_mails_link_and_no_invoice_follows(page, sandbox, gift):
    come_in(page)
    page.get_by_role("link", name=italian("End it")).click()
    page.get_by_role("button", name=italian("Yes, end it")).click()
    until(lambda: now(gift).state == "canceled")
    mail_about("recurring_ended")
    page.reload()
    kept = page.locator(f"#g-{gift.public_id}")
    expect(kept.get_by_text("Terminata il")).to_be_visible()
    expect(kept.get_by_role("link").or_(kept.get_by_role("button"))).to_have_count(0)

    sandbox.advance(days=65)  # two renewals, the second of them in what Stripe lists of 30 days
    sandbox.flush()
    assert [event["type"] for event in events_of(sandbox) if event["type"].startswith("invoice.")] == []
    assert Donation.objects.values_list("state", flat=True).get() == "paid"


def test_a_monthly_debit_is_on_its_way_for_days_and_then_thanked_for(page_at, sandbox):
    page = page_at(360)
    page.goto(DonatePageFactory().url)
    page.get_by_label("Ogni mese").check()
    page.get_by_label(str(PaysWith.SEPA_DEBIT.label)).check()
    write_gift(page, "15")
    go_to_payment(page)
    page.wait_for_url("**/c/pay/**")
    page.locator("#id_number").fill(SLOW_ACCOUNT)
    page.locator("#id_name").fill("Ada Gonzaga")
    page.locator("button.pay").click()
    page.wait_for_url("**/dona/ricorrente/grazie/**")
    on_its_way = italian("Thank you: your donation is on its way")
    expect(page.get_by_role("heading", name=on_its_way)).to_be_visible()
    assert "15,00" in mail_about("on_its_way").text
    sandbox.flush()
    assert not Donation.objects.paid().exists()

    sandbox.advance(days=6)
    assert "15,00" in mail_about("receipt").text
    assert Donation.objects.values_list("state", "amount_cents").get() == ("paid", 1500)
    page.reload()
    expect(page.get_by_role("heading", name=italian("Thank you!"))).to_be_visible()
    assert audit.problems() == []
