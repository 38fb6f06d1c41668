"""Gifts from a bank account, through Stripe's real library and the local Stripe: money that takes days."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cms.models import OutboxMessage
from cms.money import Money
from donations.models import Dispute, Donation, Interval, Payment, PaysWith, Receipt
from donations.services import checkout, recurring
from tests.donations.test_giving_for_real import begin

pytestmark = pytest.mark.django_db(transaction=True)

LATE, BAD_LATE = "DE08370400440532013003", "DE78370400440532013004"
# Goes through after a few seconds, and is then taken back by the donor at the bank.
TAKEN_BACK = "DE35370400440532013002"
FEE = [("fee", "fees", 35), ("fee", "stripe", -35)]


def mails() -> list[str]:
    """What the donor was told, in order, by the names of the mails."""
    rows = OutboxMessage.objects.filter(to="ada@persone.example").order_by("pk")
    return [name.removeprefix("donations/emails/") for name in rows.values_list("template", flat=True)]


def page(client, name: str, gift) -> str:
    with translation.override("en"):
        return client.get(reverse(name, args=[gift.return_token])).content.decode()


@pytest.fixture
def debit(campaign, sandbox) -> Donation:
    """25,50 € to be paid from a bank account; its page is open."""
    donation = begin(campaign, pays_with=PaysWith.SEPA_DEBIT)
    checkout.open_session(donation)
    return donation


@pytest.fixture
def monthly(campaign, sandbox):
    gift = recurring.start_recurring(
        amount=Money(1000),
        interval=Interval.MONTH,
        campaign=campaign,
        name="Ada Gonzaga",
        email="ada@persone.example",
        language="it",
        source="page",
        pays_with=PaysWith.SEPA_DEBIT,
    )
    recurring.open_session(gift)
    return gift


def test_a_debit_is_on_its_way_for_days_and_then_a_gift(debit, sandbox, stripe_says, books, client):
    assert sandbox.pay(debit.session_id)["result"] == "declined"  # a card: the page takes accounts alone
    sandbox.pay(debit.session_id, LATE)
    stripe_says.all_of(sandbox)
    assert (books()["donations"], books()["entries"], books()["totals"]) == (
        [("processing", 2550, 0)],
        [],
        [(0, 0, 0)],
    )
    text = page(client, "donation_thanks", debit)
    assert "on its way" in text
    assert "usually about a week" in text
    assert "have arrived" not in text

    sandbox.advance(days=5)
    stripe_says.all_of(sandbox)
    stripe_says.all_of(sandbox, newest_first=True)
    assert books()["donations"] == [("paid", 2550, 0)]
    assert books()["entries"] == [("charge", "stripe", 2550), ("charge", "gifts", -2550), *FEE]
    assert mails() == ["on_its_way", "receipt"]
    payment = Payment.objects.get()
    # The receipt is of the day on which the money came, not of the one on which it was promised.
    assert payment.paid_at.date() > timezone.now().date()
    assert Receipt.objects.get().paid_on == timezone.localdate(payment.paid_at)


def test_a_debit_that_fails_is_told_with_the_way_to_give_by_card(debit, sandbox, stripe_says, books, client):
    sandbox.pay(debit.session_id, BAD_LATE)
    stripe_says.all_of(sandbox)
    sandbox.advance(days=5)
    stripe_says.all_of(sandbox)
    stripe_says.all_of(sandbox)
    assert (books()["donations"], books()["entries"]) == ([("failed", 2550, 0)], [])
    assert mails() == ["on_its_way", "debit_failed"]
    again = reverse("donation_retry", args=[debit.return_token])
    assert again in OutboxMessage.objects.get(template="donations/emails/debit_failed").text

    answer = client.post(
        again, {"amount": "25,50", "pays_with": "card"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    second = Donation.objects.exclude(pk=debit.pk).get()
    assert (answer.status_code, second.pays_with, second.state) == (303, "card", "pending")
    assert sandbox.pay(second.session_id)["result"] == "paid"
    stripe_says.all_of(sandbox)
    assert books()["totals"] == [(2550, 1, 1)]


def test_a_debit_taken_back_after_it_arrived_leaves_books_and_receipt_right(
    debit, sandbox, stripe_says, books
):
    sandbox.pay(debit.session_id, TAKEN_BACK)
    sandbox.advance(minutes=1)
    stripe_says.all_of(sandbox)
    debit.refresh_from_db()
    assert (debit.state, debit.dispute, debit.disputed_cents) == ("paid", "lost", 2550)
    assert Dispute.objects.get().reason == "debit_not_authorized"
    assert books()["totals"] == [(0, 0, 0)]
    assert list(Receipt.objects.order_by("pk").values_list("kind", flat=True)) == ["receipt", "correction"]


def test_a_monthly_debit_begins_days_later_and_comes_again(monthly, sandbox, stripe_says, books, client):
    assert sandbox.pay(monthly.session_id)["result"] == "declined"
    sandbox.pay(monthly.session_id, LATE)
    stripe_says.all_of(sandbox)
    monthly.refresh_from_db()
    assert (monthly.state, books()["donations"]) == ("active", [])
    text = page(client, "recurring_thanks", monthly)
    assert "on its way" in text and "for the first time" in text
    assert mails() == ["on_its_way"]

    sandbox.advance(days=5)
    stripe_says.all_of(sandbox)
    assert (books()["donations"], books()["totals"]) == ([("paid", 1000, 0)], [(1000, 1, 1)])
    assert "has begun" in page(client, "recurring_thanks", monthly)
    sandbox.advance(days=32)
    stripe_says.all_of(sandbox)
    assert books()["donations"] == [("paid", 1000, 0)] * 2
    # Each later debit takes days as well, and is not written about each time.
    assert mails() == ["on_its_way", "receipt", "receipt"]


def test_a_first_monthly_debit_that_fails_is_told_once_and_goes_on_with_a_card(
    monthly, sandbox, stripe_says, books, client
):
    sandbox.pay(monthly.session_id, BAD_LATE)
    stripe_says.all_of(sandbox)
    sandbox.advance(days=5)
    stripe_says.all_of(sandbox)
    stripe_says.all_of(sandbox)
    monthly.refresh_from_db()
    assert (monthly.state, books()["donations"]) == ("past_due", [])
    assert mails() == ["on_its_way", "recurring_failed"]
    assert "did not go through" in page(client, "recurring_thanks", monthly)

    sandbox.control(f"customers/{monthly.customer_id}/card", card="4242424242424242")
    sandbox.advance(days=3)
    stripe_says.all_of(sandbox)
    monthly.refresh_from_db()
    assert (monthly.state, books()["donations"]) == ("active", [("paid", 1000, 0)])


def test_a_monthly_debit_taken_back_after_it_arrived_goes_out_of_the_totals(
    monthly, sandbox, stripe_says, books
):
    sandbox.pay(monthly.session_id, TAKEN_BACK)
    sandbox.advance(minutes=1)
    stripe_says.all_of(sandbox)
    donation = Donation.objects.get()
    assert (donation.recurring, donation.state, donation.dispute) == (monthly, "paid", "lost")
    assert (donation.disputed_cents, books()["totals"]) == (1000, [(0, 0, 0)])


def test_an_account_that_takes_no_debits_says_so_at_its_field(campaign, sandbox):
    donation = begin(campaign, pays_with="paypal")
    with pytest.raises(checkout.CannotGive) as refused:
        checkout.open_session(donation)
    assert refused.value.field == "pays_with"
