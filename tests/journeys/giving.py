"""What donors do again and again: give, pay at the local Stripe, find a link in their mail."""

import re
import secrets
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from cms.models import OutboxMessage
from cms.money import Money
from donations.donor_views import COOKIE
from donations.models import Campaign, Donor, DonorVisit, Interval, RecurringDonation
from donations.services import donor_access, recurring
from tests.harness.waiting import until
from tests.journeys.words import italian
from tests.sandbox_process import SandboxProcess

ADA = "ada@persone.example"
GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_THE_BANK = "4000 0027 6000 3184"
SAVED_THEN_DECLINED = "4000000000000341"
SLOW_ACCOUNT = "DE08 3704 0044 0532 0130 03"  # its bank says yes after five days


def write_gift(page: Page, amount: str, *, name: str = "Ada Gonzaga", email: str = ADA) -> None:
    """Fill the form of a gift on the open page, and send nothing."""
    page.get_by_label(italian("Another amount")).fill(amount)
    page.get_by_label(italian("Name and surname")).fill(name)
    page.get_by_label(italian("E-mail address"), exact=True).fill(email)


def go_to_payment(page: Page) -> None:
    page.get_by_role("button", name=italian("Go to the payment")).click()


def pay_with(page: Page, card: str) -> None:
    """Type a test card on the local Stripe's page, and press its button."""
    page.locator("#id_number").fill(card)
    page.locator("#id_expiry").fill("12 / 34")
    page.locator("#id_cvc").fill("123")
    page.locator("#id_name").fill("Ada Gonzaga")
    page.locator("button.pay").click()


def monthly_gift(campaign: Campaign, sandbox: SandboxProcess) -> RecurringDonation:
    """Ten euros a month from Ada, the first of which has arrived."""
    gift = recurring.start_recurring(
        amount=Money(1000),
        interval=Interval.MONTH,
        campaign=campaign,
        name="Ada Gonzaga",
        email=ADA,
        language="it",
        source="page",
        page_url="/dona/",
    )
    recurring.open_session(gift)
    assert sandbox.pay(gift.session_id)["result"] == "paid"
    until(lambda: now(gift).state == "active" and gift.donations.paid().exists())
    return gift


def now(gift: RecurringDonation) -> RecurringDonation:
    """The gift as it stands."""
    gift.refresh_from_db()
    return gift


def mail_about(template: str, *, to: str = ADA) -> OutboxMessage:
    """The one mail of a kind to an address, once it is written."""
    mails = OutboxMessage.objects.filter(template=f"donations/emails/{template}", to=to)
    until(mails.exists)
    return mails.get()


def link_in(mail: OutboxMessage) -> str:
    """The first address in a mail."""
    found = re.search(r"https?://\S+", mail.text)
    assert found, mail.text
    return found[0]


def come_in(page: Page) -> str:
    """As Ada: ask for the link to "My donations", follow it, press its button. The link, now used up."""
    page.goto("/le-mie-donazioni/")
    page.get_by_label(italian("E-mail address"), exact=True).fill(ADA)
    page.get_by_role("button", name=italian("Send me the link")).click()
    page.wait_for_url("**/guarda-la-posta/")
    link = link_in(mail_about("donor_link"))
    page.goto(link)
    page.reload()  # programs that scan mail look at it too: looking uses nothing up
    page.get_by_role("button", name=italian("See my donations")).click()
    page.wait_for_url("**/le-mie-donazioni/")
    return link


def be_in(page: Page, donor: Donor) -> None:
    """Be on a visit to "My donations", without the mail: for those who look at what lies behind it."""
    token = secrets.token_urlsafe(8)
    DonorVisit.objects.create(
        donor=donor, token_hash=donor_access._hash(token), ends_at=timezone.now() + timedelta(hours=1)
    )
    page.goto("/healthz/")
    site = page.url.removesuffix("healthz/")
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site}])
