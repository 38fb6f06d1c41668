"""Gifts that come again: begun once, one Donation for each paid invoice, changed and ended in turn."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.models import OutboxMessage
from cms.money import Money
from donations.card_links import card_link
from donations.models import (
    ChangeKind,
    Concern,
    Donation,
    ForbiddenTransition,
    Interval,
    RecurringChange,
    RecurringDonation,
    RecurringState,
    RecurringTransition,
)
from donations.models.recurring import RECURRING_MOVES
from donations.services import recurring, recurring_changes, refunds, stripe_events, sweep
from donations.services.looking import Looks, Target

pytestmark = pytest.mark.django_db


def begin(campaign, **changes) -> RecurringDonation:
    facts = {
        "amount": Money(1000),
        "interval": Interval.MONTH,
        "campaign": campaign,
        "name": "Ada Gonzaga",
        "email": "ada@persone.example",
        "language": "it",
        "source": "page",
        "page_url": "/campagne/palco/",
        **changes,
    }
    return recurring.start_recurring(**facts)


def hear(truth, *, newest_first=False) -> None:
    """All events reach us and are worked on."""
    for facts in reversed(truth.events) if newest_first else truth.events:
        stripe_events.store(facts)
    stripe_events.process_waiting()


@pytest.fixture
def begun(campaign, truth) -> RecurringDonation:
    """A monthly gift of ten euros whose first payment arrived."""
    gift = begin(campaign)
    recurring.open_session(gift)
    truth.pay(gift.session_id)
    hear(truth)
    gift.refresh_from_db()
    return gift


def work(gift) -> RecurringDonation:
    recurring_changes.work_on(gift.pk)
    gift.refresh_from_db()
    return gift


def subscription(truth, gift):
    return truth.subscriptions[gift.subscription_id]


def test_it_is_saved_first_and_a_double_click_is_one(campaign, truth):
    first, second = begin(campaign), begin(campaign)
    assert first == second
    assert recurring.open_session(first) == recurring.open_session(second)
    assert (first.state, list(truth.pages)) == ("pending", [first.session_id])


def test_the_first_payment_is_a_donation_of_its_own(begun, books):
    assert (begun.state, begun.amount_cents, begun.next_at is not None) == ("active", 1000, True)
    assert books()["donations"] == [("paid", 1000, 0)]
    assert books()["totals"] == [(1000, 1, 1)]
    donation = Donation.objects.get()
    assert (donation.recurring, donation.donor, donation.campaign) == (begun, begun.donor, begun.campaign)
    assert len(books()["receipts"]) == 1


@pytest.mark.parametrize("newest_first", [False, True])
def test_each_renewal_is_one_donation_however_its_events_come(begun, truth, books, newest_first):
    truth.fall_due(begun.subscription_id)
    hear(truth, newest_first=newest_first)
    hear(truth, newest_first=not newest_first)
    assert books()["donations"] == [("paid", 1000, 0)] * 2
    assert books()["totals"] == [(2000, 2, 1)]
    assert {state for _type, state in books()["events"]} == {"done"}


def test_an_invoice_that_comes_before_all_else_is_booked(campaign, truth, books):
    gift = begin(campaign)
    recurring.open_session(gift)
    truth.pay(gift.session_id)
    RecurringDonation.objects.update(session_id=None, state="draft")
    Looks().apply(Target("invoice", next(iter(truth.invoices))), because="test")
    gift.refresh_from_db()
    assert (gift.state, books()["donations"]) == ("active", [("paid", 1000, 0)])


def test_a_refund_of_a_renewal_is_followed(begun, truth, superuser, books):
    donation = Donation.objects.get()
    truth.refund_in_dashboard(donation.payment_intent_id, 400)
    hear(truth)
    assert books()["donations"] == [("paid", 1000, 400)]
    donation.refresh_from_db()
    assert refunds.refundable(donation) == Money(600)


def test_a_page_that_nobody_pays_never_begins(campaign, truth):
    gift = begin(campaign)
    recurring.open_session(gift)
    truth.run_out(gift.session_id)
    hear(truth)
    gift.refresh_from_db()
    assert (gift.state, Donation.objects.count()) == ("expired", 0)


def test_a_lost_webhook_is_found_when_the_page_must_have_ended(campaign, truth, books):
    gift = begin(campaign)
    recurring.open_session(gift)
    truth.pay(gift.session_id)
    RecurringDonation.objects.update(session_expires_at=timezone.now() - timedelta(hours=1))
    assert sweep.look_up_beginning() == "1 recurring gifts looked up"
    gift.refresh_from_db()
    assert (gift.state, books()["donations"]) == ("active", [("paid", 1000, 0)])


def test_a_failed_payment_is_told_in_italian_with_the_way_to_mend_it_once_for_each_try(begun, truth):
    invoice = truth.fall_due(begun.subscription_id, well=False)
    hear(truth)
    hear(truth)
    begun.refresh_from_db()
    assert begun.state == "past_due"
    mails = OutboxMessage.objects.filter(template="donations/emails/recurring_failed")
    assert mails.count() == 1
    assert "/dona/ricorrente/carta/" in mails.get().text
    assert "10,00" in mails.get().text
    truth.try_again(invoice, well=True)
    hear(truth)
    begun.refresh_from_db()
    assert (begun.state, Donation.objects.count()) == ("active", 2)


def test_it_ends_with_notice_when_no_try_goes_through(begun, truth):
    invoice = truth.fall_due(begun.subscription_id, well=False)
    for _try in range(3):
        truth.try_again(invoice, well=False)
        hear(truth)
    begun.refresh_from_db()
    assert (begun.state, begun.ended_at is not None) == ("canceled", True)
    told = OutboxMessage.objects.filter(template="donations/emails/recurring_ended")
    assert "non è stato possibile" in told.get().text or "smesso" in told.get().text


class TestChanges:
    def test_another_amount_counts_from_the_next_payment(self, begun, truth, books):
        recurring.change_amount(begun, amount=Money(2500))
        assert work(begun).amount_cents == 2500
        truth.fall_due(begun.subscription_id)
        hear(truth)
        assert books()["donations"] == [("paid", 1000, 0), ("paid", 2500, 0)]

    def test_another_day(self, begun, truth):
        day = timezone.localdate() + timedelta(days=12)
        recurring.change_date(begun, day=day)
        assert timezone.localdate(work(begun).next_at) == day

    def test_a_pause_and_its_end(self, begun, truth):
        recurring.pause(begun)
        assert work(begun).state == "paused"
        assert truth.fall_due(begun.subscription_id) == ""
        recurring.resume(begun)
        assert work(begun).state == "active"

    def test_ending_it_is_for_good_and_told_once(self, begun, truth):
        recurring.cancel(begun)
        assert work(begun).state == "canceled"
        assert recurring.cancel(begun) is None
        hear(truth)
        with pytest.raises(recurring.CannotChange):
            recurring.change_amount(begun, amount=Money(2000))
        assert OutboxMessage.objects.filter(template="donations/emails/recurring_ended").count() == 1

    def test_asked_twice_it_is_done_once(self, begun, truth):
        assert recurring.cancel(begun) == recurring.cancel(begun)
        work(begun)
        assert truth.calls.count("cancel") == 1

    def test_the_last_amount_asked_for_counts(self, begun):
        recurring.change_amount(begun, amount=Money(2000))
        recurring.change_amount(begun, amount=Money(3000))
        assert work(begun).amount_cents == 3000
        assert list(RecurringChange.objects.values_list("state", flat=True)) == ["dropped", "done"]

    def test_an_end_drops_what_else_was_asked_for(self, begun, truth):
        recurring.change_amount(begun, amount=Money(2000))
        recurring.cancel(begun)
        assert work(begun).state == "canceled"
        assert "set_amount" not in truth.calls

    def test_stripe_away_is_tried_again_under_the_same_key(self, begun, truth):
        recurring.cancel(begun)
        truth.mood = "away"
        assert work(begun).state == "active"
        truth.mood = ""
        RecurringChange.objects.update(next_try_at=None)
        assert recurring_changes.work_on_waiting() == "1 changes"
        begun.refresh_from_db()
        assert begun.state == "canceled"

    def test_what_got_through_before_a_crash_is_found(self, begun, truth):
        change = recurring.cancel(begun)
        truth.cancel(begun.subscription_id, idempotency_key=f"change-{change.public_id}")
        RecurringChange.objects.update(attempts=1)
        assert work(begun).state == "canceled"
        change.refresh_from_db()
        assert change.state == "done"

    def test_one_that_ended_at_stripe_meanwhile_is_learned(self, begun, truth):
        change = recurring.cancel(begun)
        truth.cancel(begun.subscription_id, idempotency_key="somebody else")
        assert work(begun).state == "canceled"
        change.refresh_from_db()
        assert change.state == "done"

    def test_a_change_that_stripe_refuses_is_told_to_staff(self, begun, truth):
        from donations.services import reconcile

        recurring.change_amount(begun, amount=Money(2000))
        truth.cancel(begun.subscription_id, idempotency_key="somebody else")
        work(begun)
        assert RecurringChange.objects.get().state == "refused"
        for _time in range(2):
            reconcile.list_concerns()
        assert Concern.objects.get().recurring == begun

    def test_a_gift_that_is_only_beginning_is_ended_with_its_page(self, campaign, truth):
        gift = begin(campaign)
        recurring.open_session(gift)
        recurring.cancel(gift)
        assert work(gift).state == "expired"
        assert truth.pages[gift.session_id].status == "expired"

    def test_a_gift_that_begins_while_it_is_ended_is_ended(self, campaign, truth, books):
        gift = begin(campaign)
        recurring.open_session(gift)
        recurring.cancel(gift)
        truth.pay(gift.session_id)
        assert work(gift).state == "canceled"
        assert truth.subscriptions[gift.subscription_id].status == "canceled"
        assert books()["donations"] == [("paid", 1000, 0)]

    @pytest.mark.parametrize("days", [0, 366])
    def test_days_that_are_no_good_are_refused(self, begun, days):
        day = timezone.localdate() + timedelta(days=days)
        with pytest.raises(recurring.CannotChange):
            recurring.change_date(begun, day=day)
        with pytest.raises(recurring.CannotChange):
            recurring.pause(begun, until=day)

    def test_what_has_not_begun_cannot_be_changed(self, campaign, truth):
        with pytest.raises(recurring.CannotChange):
            recurring.pause(begin(campaign))

    def test_an_amount_that_the_site_does_not_take_is_refused(self, begun):
        with pytest.raises(recurring.CannotGive):
            recurring.change_amount(begun, amount=Money(1))


def test_a_payment_under_way_when_it_ended_is_booked_and_listed(begun, truth, books):
    payments = set(truth.payments)
    invoice = truth.fall_due(begun.subscription_id)
    recurring.cancel(begun)
    work(begun)
    (late,) = set(truth.payments) - payments
    truth.payments[late].at = timezone.now()
    hear(truth)
    hear(truth)
    assert books()["donations"] == [("paid", 1000, 0)] * 2
    concern = Concern.objects.get()
    assert (concern.kind, concern.donation.invoice_id) == ("paid_after_end", invoice)


@pytest.mark.parametrize("was", RecurringState)
@pytest.mark.parametrize("to", RecurringState)
def test_every_move_is_in_the_table(campaign, was, to):
    gift = begin(campaign)
    RecurringDonation.objects.update(state=was)
    gift.refresh_from_db()
    if to == was:
        assert gift.transition(to=to, because="test") is False
    elif to in RECURRING_MOVES[was]:
        assert gift.transition(to=to, because="test") is True
        assert RecurringTransition.objects.get().became == to
    else:
        with pytest.raises(ForbiddenTransition):
            gift.transition(to=to, because="test")


def test_ended_is_for_good():
    assert RECURRING_MOVES[RecurringState.CANCELED] == set()
    assert set(RECURRING_MOVES) == set(RecurringState)


class TestPages:
    def test_the_page_after_giving_waits_and_then_thanks(self, campaign, truth, client):
        gift = begin(campaign)
        recurring.open_session(gift)
        address = reverse("recurring_thanks", args=[gift.return_token])
        assert client.get(address).headers["Refresh"]
        truth.pay(gift.session_id)
        hear(truth)
        answer = client.get(address)
        assert "Refresh" not in answer.headers
        assert "10,00" in answer.content.decode()
        assert "Ada" not in answer.content.decode()

    def test_turning_back_leads_to_the_open_page_again(self, campaign, truth, client):
        gift = begin(campaign)
        recurring.open_session(gift)
        page = client.get(reverse("recurring_cancelled", args=[gift.return_token]))
        assert gift.session_url in page.content.decode()

    def test_the_mails_address_leads_to_stripes_page_for_another_card(self, begun, client, monkeypatch):
        from donations import gateway

        asked = []
        monkeypatch.setattr(
            gateway, "open_portal", lambda **to: asked.append(to) or "https://billing.example/"
        )
        path = card_link(begun).split("/", 3)[3]
        assert client.get(f"/{path}").status_code == 200
        answer = client.post(f"/{path}", headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.url) == (303, "https://billing.example/")
        assert asked[0]["customer_id"] == begun.customer_id
        assert client.post(f"/{path}").status_code == 403

    def test_an_address_that_is_not_ours_is_not_found(self, client, db):
        assert client.get(reverse("recurring_card", args=["invented"])).status_code == 404


class TestTheDesk:
    def test_staff_ask_for_a_change_in_the_donors_name(self, begun, login):
        address = reverse("donations_recurringdonation_modeladmin_action", args=[begun.pk, "amount"])
        client = login("fundraiser")
        assert client.post(address, {"amount-amount": "25,00"}).status_code == 302
        change = RecurringChange.objects.get()
        assert (change.kind, change.wanted_cents, change.asked_by) == (ChangeKind.AMOUNT, 2500, client.user)
        assert client.post(address, {"amount-amount": "0,10"}).status_code == 422

    def test_a_matter_is_settled_with_what_was_done(self, begun, login):
        from donations.services import concerns

        concern = concerns.raise_concern(kind=concerns.Kind.PAYOUT, key="x")
        address = reverse("donations_concern_modeladmin_action", args=[concern.pk, "settle"])
        client = login("fundraiser")
        assert client.post(address, {"settle-note": "Sentita la banca"}).status_code == 302
        assert concerns.raise_concern(kind=concerns.Kind.PAYOUT, key="x").state == "settled"
        assert Concern.objects.get().settled_by == client.user
