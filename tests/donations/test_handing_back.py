"""Giving back what never passed Stripe: a transfer, a cheque, cash; by the rules of every other refund."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cms.money import Money
from donations.models import LedgerEntry, Method, Receipt, Refund, RefundReason
from donations.services import bank, handing_back, refund_sending, refunds, yearly_return
from donations.services.offline import Giver
from donations.services.refunds import CannotRefund, Handed
from tests.donations.test_bank_transfers import line
from tests.factories.donations import CampaignFactory, DonationFactory, RegimePeriodFactory, gift_by_hand

pytestmark = pytest.mark.django_db
ADA, CODE = Giver(name="Ada Gonzaga", email="ada@persone.example"), "RSSMRA80A01E897X"
TODAY = timezone.localdate
CASH, BANK = Method.CASH, Method.BANK_TRANSFER


def ask(donation, cents: int, by, *, way: str = BANK, on: date | None = None, note: str = "Per telefono"):
    return refunds.request_refund(
        donation,
        amount=Money(cents),
        reason=RefundReason.REQUESTED,
        note=note,
        by=by,
        handed=Handed(way=way, given_on=on, reference="CRO 1234"),
    )


def moved() -> list[tuple[str, str, int]]:
    entries = LedgerEntry.objects.order_by("pk").values_list("transaction__kind", "account", "amount_cents")
    return [entry for entry in entries if entry[0] != "charge"]


def test_what_was_handed_over_is_in_the_books_and_on_the_receipt_on_its_day(superuser, books):
    week_ago = TODAY() - timedelta(days=7)
    donation = gift_by_hand(on=week_ago)
    day = TODAY() - timedelta(days=2)
    refund = ask(donation, 2000, superuser, on=day)
    assert (refund.state, refund.reference, refund.label) == ("succeeded", "CRO 1234", "Rimborsato")
    assert moved() == [("refund", "refunds", 2000), ("refund", "bank", -2000)]
    correction = Receipt.objects.get(kind="correction")
    assert (correction.facts["happened_on"], correction.stands) == (day.isoformat(), Money(3000))
    assert books()["totals"] == [(3000, 1, 1)]
    assert refunds.refundable(donation) == Money(3000)


def test_what_is_still_to_be_given_waits_for_a_hand_and_is_never_sent_to_stripe(superuser, books):
    donation = gift_by_hand(method=CASH)
    refund = ask(donation, 5000, superuser, way=CASH)
    assert (refund.state, refund.label, moved()) == ("confirmed", "Da consegnare", [])
    assert refund_sending.send_waiting() == ""
    handed = Handed(way=BANK, given_on=TODAY(), reference="CRO 77")
    for _again in range(2):
        refund = handing_back.record_given(refund, handed=handed, by=superuser)
    # It came in cash and went back through the bank: each account says what it holds.
    assert LedgerEntry.objects.balances() == {"cash": 5000, "gifts": -5000, "refunds": 5000, "bank": -5000}
    assert (refund.state, refund.way, refund.reference) == ("succeeded", "bank_transfer", "CRO 77")
    assert books()["donations"] == [("paid", 5000, 5000)]


def test_a_large_one_is_booked_when_a_second_person_has_confirmed_it(user_as, settings, books):
    settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 999
    anna, bruno = user_as("fundraiser"), user_as("consortium_admin")
    donation = gift_by_hand()
    refund = ask(donation, 1000, anna, on=TODAY())
    assert (refund.state, moved()) == ("requested", [])
    with pytest.raises(CannotRefund):
        refunds.confirm_refund(refund, by=anna)
    with pytest.raises(CannotRefund):
        handing_back.record_given(refund, handed=Handed(way=BANK, given_on=TODAY()), by=bruno)
    for _again in range(2):
        refund = refunds.confirm_refund(refund, by=bruno)
    assert (refund.state, refund.confirmed_by) == ("succeeded", bruno)
    assert books()["donations"] == [("paid", 5000, 1000)]


def test_a_transfer_that_the_bank_returned_makes_the_gift_count_again(superuser, books):
    donation = gift_by_hand(on=TODAY() - timedelta(days=9))
    refund = ask(donation, 5000, superuser, on=TODAY() - timedelta(days=5))
    for _again in range(2):
        refund = handing_back.record_came_back(refund, on=TODAY(), because="Conto chiuso", by=superuser)
    assert (refund.state, refund.failure) == ("failed", "Conto chiuso")
    assert [kind for kind, _account, _cents in moved()] == ["refund"] * 2 + ["refund_undone"] * 2
    assert list(Receipt.objects.order_by("pk").values_list("kind", flat=True)) == [
        "receipt",
        "correction",
        "restoration",
    ]
    assert books()["totals"] == [(5000, 1, 1)]
    assert ask(donation, 5000, superuser, on=TODAY()).state == "succeeded"


def test_what_is_called_off_can_be_asked_for_again(superuser):
    donation = gift_by_hand()
    handing_back.call_off(ask(donation, 5000, superuser), by=superuser)
    assert (refunds.refundable(donation), moved()) == (Money(5000), [])
    assert ask(donation, 5000, superuser, note="ancora").state == "confirmed"


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"on": date(2999, 1, 1)}, "given_on"),
        ({"on": TODAY() - timedelta(days=4)}, "given_on"),  # the gift came three days ago
        ({"way": "card"}, "way"),
        ({"way": CASH, "cents": 500_000}, "way"),  # art. 49 D.Lgs. 231/2007
        ({"cents": 0}, "amount"),
        ({"cents": 600_001}, "amount"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(superuser, how, field):
    donation = gift_by_hand(600_000, on=TODAY() - timedelta(days=3))
    with pytest.raises(CannotRefund) as refusal:
        ask(donation, how.pop("cents", 1000), superuser, **how)
    assert refusal.value.field == field
    assert not Refund.objects.exists()


def test_money_goes_back_the_way_it_came(superuser):
    with pytest.raises(CannotRefund):
        ask(DonationFactory(paid=True), 1000, superuser)
    with pytest.raises(CannotRefund):
        refunds.request_refund(
            gift_by_hand(), amount=Money(1), reason=RefundReason.REQUESTED, note="", by=superuser
        )


def test_a_bank_line_whose_gift_is_being_given_back_cannot_be_undone(superuser):
    campaign = CampaignFactory()
    came = line("Offerta")
    donation = bank.record_line(
        came, giver=ADA, beneficiary=campaign.beneficiary, campaign=campaign, because="test"
    )
    refund = ask(donation, 100, superuser)
    with pytest.raises(ValidationError):
        bank.reopen_line(came, because="test")
    handing_back.call_off(refund, by=superuser)
    bank.reopen_line(came, because="test")


def test_the_yearly_file_counts_it_in_the_year_in_which_it_went_back(superuser):
    campaign = CampaignFactory()
    RegimePeriodFactory(beneficiary=campaign.beneficiary)
    this_year = TODAY().year
    donation = gift_by_hand(campaign=campaign, on=date(this_year - 1, 12, 31), tax_code=CODE)
    ask(donation, 2000, superuser, on=date(this_year, 1, 1))
    earlier, later = (yearly_return.prepare(campaign.beneficiary, this_year - ago) for ago in (1, 0))
    assert [line.cents for line in earlier.lines] == [5000]
    assert [(line.cents, line.is_refund, line.year) for line in later.lines] == [(2000, True, this_year - 1)]
    assert earlier.agrees
    assert later.agrees


class TestTheDesk:
    def send(self, client, donation, **changes):
        typed = {
            "amount": "10,00",
            "way": "bank_transfer",
            "given_on": TODAY().isoformat(),
            "reference": "CRO 99",
            "reason": RefundReason.REQUESTED.value,
            "note": "Per telefono",
            **changes,
        }
        return client.post(reverse("donations_refund_new", args=[donation.pk]), typed)

    def test_it_asks_how_shows_what_will_happen_and_does_it_with_the_second_sending(self, login):
        donation = gift_by_hand()
        client = login("fundraiser")
        page = client.get(reverse("donations_refund_new", args=[donation.pk])).content.decode()
        assert 'name="way"' in page
        looked = self.send(client, donation)
        assert "CRO 99" in looked.content.decode()
        assert Refund.objects.count() == 0
        # Another day is another outcome: it is shown again first.
        other = self.send(client, donation, given_on="", seen=looked.context["shown"])
        assert other.status_code == 200
        answer = self.send(client, donation, seen=looked.context["shown"])
        refund = Refund.objects.get()
        assert answer.url == reverse("donations_refund_modeladmin_inspect", args=[refund.pk])
        assert (refund.state, refund.reference, refund.requested_by) == ("succeeded", "CRO 99", client.user)

    def test_a_slip_is_told_at_its_field_and_keeps_what_was_typed(self, login):
        answer = self.send(login("fundraiser"), gift_by_hand(), given_on="2999-01-01")
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["given_on"])
        assert "CRO 99" in answer.content.decode()

    def test_a_gift_through_stripe_is_asked_no_way(self, login):
        donation = DonationFactory(paid=True)
        page = login("fundraiser").get(reverse("donations_refund_new", args=[donation.pk]))
        assert 'name="way"' not in page.content.decode()

    def test_on_its_own_page_it_is_written_down_and_taken_back(self, login, superuser):
        refund = ask(gift_by_hand(), 1000, superuser)
        client = login("fundraiser")

        def act(name: str, **typed):
            address = reverse("donations_refund_modeladmin_action", args=[refund.pk, name])
            client.post(address, {f"{name}-{field}": value for field, value in typed.items()})
            refund.refresh_from_db()
            return refund.state

        assert "1 rimborso da consegnare" in client.get("/admin/").content.decode()
        page = reverse("donations_refund_modeladmin_inspect", args=[refund.pk])
        assert "CRO 1234" in client.get(page).content.decode()
        assert act("given", way="cash", given_on="", reference="") == "confirmed"
        assert act("given", way="cash", given_on=TODAY().isoformat(), reference="CRO 5") == "succeeded"
        assert act("call-off") == "succeeded"
        assert act("came-back", on=TODAY().isoformat(), because="Rifiutato") == "failed"
        assert act("confirm") == "failed"
