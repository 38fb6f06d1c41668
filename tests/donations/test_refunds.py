"""Money given back: asked for, confirmed by two above a limit, sent once, followed wherever it ends."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.money import Money
from donations import gateway
from donations.gateway import PaymentServiceRefused, PaymentServiceUnavailable
from donations.models import (
    ForbiddenTransition,
    LedgerTransaction,
    Payment,
    Receipt,
    Refund,
    RefundReason,
    RefundState,
)
from donations.models.refund import REFUND_MOVES
from donations.services import checkout, refund_sending, refunds
from donations.services.apply import apply_session
from tests.donations.stripe_voice import sessions_of
from tests.donations.test_giving_for_real import begin
from tests.factories.donations import DonationFactory, paid_session, refund_of

pytestmark = pytest.mark.django_db
REASON = RefundReason.REQUESTED
ROME = ZoneInfo("Europe/Rome")


def ask(donation, cents, by, **changes):
    facts = {"amount": Money(cents), "reason": REASON, "note": "Lo chiede per telefono", **changes}
    return refunds.request_refund(donation, by=by, **facts)


@pytest.fixture
def stripe_gives(monkeypatch):
    """What was asked of Stripe; `answers` are raised or returned in turn, else it succeeds."""
    asked, answers = [], []

    def give_back(**facts):
        asked.append(facts)
        answer = answers.pop(0) if answers else None
        if isinstance(answer, Exception):
            raise answer
        donation = Payment.objects.get(payment_intent_id=facts["payment_intent_id"]).donation
        return answer or refund_of(donation, facts["amount"].cents, reference=facts["reference"])

    monkeypatch.setattr(gateway, "give_back", give_back)
    monkeypatch.setattr(refund_sending, "look", lambda donation: None)
    return SimpleNamespace(asked=asked, answers=answers)


def test_a_small_refund_is_confirmed_by_who_asks_and_leaves_after_the_commit(superuser, stripe_gives):
    donation = DonationFactory(paid=True)
    refund = ask(donation, 1000, superuser)
    assert (refund.state, refund.confirmed_by, stripe_gives.asked) == ("confirmed", superuser, [])
    assert refund_sending.send_waiting() == "1 refunds sent"
    refund.refresh_from_db()
    assert (refund.state, refund.refund_id is not None) == ("succeeded", True)
    assert stripe_gives.asked[0]["idempotency_key"] == f"refund-{refund.public_id}"
    assert refund_sending.send_waiting() == ""


def test_a_large_one_waits_for_a_second_person(user_as, stripe_gives, settings):
    settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 999
    anna, bruno = user_as("fundraiser"), user_as("consortium_admin")
    refund = ask(DonationFactory(paid=True), 1000, anna)
    assert refund.state == RefundState.REQUESTED
    assert refund_sending.send_waiting() == ""
    with pytest.raises(refunds.CannotRefund):
        refunds.confirm_refund(refund, by=anna)
    refunds.confirm_refund(refund, by=bruno)
    refunds.confirm_refund(refund, by=bruno)
    refund_sending.send_waiting()
    assert len(stripe_gives.asked) == 1


def test_a_second_person_may_refuse_and_then_nothing_is_sent(user_as, stripe_gives, settings):
    settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 0
    anna, bruno = user_as("fundraiser"), user_as("consortium_admin")
    donation = DonationFactory(paid=True)
    refund = refunds.refuse_refund(ask(donation, 2550, anna), by=bruno)
    assert refund.state == RefundState.REFUSED
    with pytest.raises(refunds.CannotRefund):
        refunds.confirm_refund(refund, by=bruno)
    assert (refund_sending.send_waiting(), stripe_gives.asked) == ("", [])
    assert refunds.refundable(donation) == Money(2550)


@pytest.mark.parametrize("cents", [0, 2551])
def test_nothing_and_more_than_there_is_are_refused(superuser, cents):
    with pytest.raises(refunds.CannotRefund):
        ask(DonationFactory(paid=True), cents, superuser)


def test_what_is_asked_for_cannot_be_asked_for_again(superuser):
    donation = DonationFactory(paid=True)
    ask(donation, 2000, superuser)
    assert refunds.refundable(donation) == Money(550)
    with pytest.raises(refunds.CannotRefund):
        ask(donation, 551, superuser, note="ancora")
    ask(donation, 550, superuser)


def test_a_double_click_asks_once(superuser):
    donation = DonationFactory(paid=True)
    assert ask(donation, 1000, superuser) == ask(donation, 1000, superuser)


def test_a_gift_that_was_not_paid_has_nothing_to_give_back(superuser):
    donation = DonationFactory()
    assert refunds.refundable(donation) == Money(0)
    with pytest.raises(refunds.CannotRefund):
        ask(donation, 1, superuser)


def test_stripe_away_is_tried_again_under_the_same_key(superuser, stripe_gives, monkeypatch):
    refund = ask(DonationFactory(paid=True), 1000, superuser)
    stripe_gives.answers.append(PaymentServiceUnavailable("away"))
    monkeypatch.setattr(gateway, "list_refunds", lambda **about: iter(()))
    refund_sending.send_waiting()
    refund.refresh_from_db()
    assert (refund.state, refund.next_try_at > timezone.now()) == ("confirmed", True)
    Refund.objects.update(next_try_at=None)
    refund_sending.send_waiting()
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert len({facts["idempotency_key"] for facts in stripe_gives.asked}) == 1


def test_what_got_through_before_a_crash_is_found_and_not_sent_again(superuser, stripe_gives, monkeypatch):
    donation = DonationFactory(paid=True)
    refund = ask(donation, 1000, superuser)
    Refund.objects.update(attempts=1)
    made = refund_of(donation, 1000, reference=str(refund.public_id), status="pending")
    monkeypatch.setattr(gateway, "list_refunds", lambda **about: iter((made,)))
    refund_sending.send_waiting()
    refund.refresh_from_db()
    assert (refund.state, refund.refund_id, stripe_gives.asked) == ("sent", made.id, [])


def test_a_refusal_of_stripe_ends_it_in_words(superuser, stripe_gives):
    donation = DonationFactory(paid=True)
    refund = ask(donation, 1000, superuser)
    stripe_gives.answers.append(PaymentServiceRefused("Insufficient funds"))
    refund_sending.send_waiting()
    refund.refresh_from_db()
    assert (refund.state, refund.failure) == ("failed", "Insufficient funds")
    assert refunds.refundable(donation) == Money(2550)


def test_a_refund_of_the_dashboard_gets_a_row_and_may_fail_later(books):
    donation = DonationFactory(paid=True, refunded=1000)
    assert Refund.objects.get().state == "succeeded"
    assert books()["donations"] == [("paid", 2550, 1000)]
    failed = refund_of(donation, 1000, status="failed", failure="lost_or_stolen_card")
    apply_session(paid_session(donation, refunded_cents=0, refunds=(failed,)), because="test")
    refund = Refund.objects.get()
    assert (refund.state, refund.failure) == ("failed", "lost_or_stolen_card")
    assert books()["donations"] == [("paid", 2550, 0)]
    assert books()["totals"] == [(2550, 1, 1)]


def test_each_refund_is_booked_on_its_day_however_late_it_is_heard_of(books):
    last, first = datetime(2025, 12, 31, 23, 59, tzinfo=ROME), datetime(2026, 1, 1, tzinfo=ROME)
    donation = DonationFactory(paid=datetime(2025, 12, 1, tzinfo=ROME))
    seen = (refund_of(donation, 500, created=first), refund_of(donation, 1000, created=last))
    session = paid_session(donation, at=donation.paid_at, refunded_cents=1500, refunds=seen)
    for _look in range(2):
        apply_session(session, because="test")
    booked = LedgerTransaction.objects.filter(kind="refund").order_by("pk")
    assert list(booked.values_list("occurred_at", flat=True)) == [last, first]
    papers = Receipt.objects.order_by("pk").values_list("year", "number", "kind")
    assert list(papers) == [(2025, 1, "receipt"), (2025, 2, "correction"), (2026, 1, "correction")]
    assert books()["donations"] == [("paid", 2550, 1500)]


def test_an_event_that_is_quicker_than_our_own_answer_finds_our_row(superuser):
    donation = DonationFactory(paid=True)
    refund = ask(donation, 1000, superuser)
    seen = refund_of(donation, 1000, reference=str(refund.public_id))
    apply_session(paid_session(donation, refunded_cents=1000, refunds=(seen,)), because="test")
    assert list(Refund.objects.values_list("pk", "state")) == [(refund.pk, "succeeded")]


@pytest.mark.parametrize("was", RefundState)
@pytest.mark.parametrize("to", RefundState)
def test_every_move_of_a_refund_is_allowed_or_refused(was, to):
    refund = Refund.objects.get(donation=DonationFactory(paid=True, refunded=1))
    Refund.objects.filter(pk=refund.pk).update(state=was)
    refund.refresh_from_db()
    if to == was:
        assert refund.transition(to=to) is False
    elif to in REFUND_MOVES[was]:
        assert refund.transition(to=to) is True
    else:
        with pytest.raises(ForbiddenTransition):
            refund.transition(to=to)


class TestTheDesk:
    def address(self, donation):
        return reverse("donations_refund_new", args=[donation.pk])

    def send(self, client, donation, **changes):
        typed = {"amount": "10,00", "reason": REASON.value, "note": "Lo chiede per telefono", **changes}
        return client.post(self.address(donation), typed)

    def test_it_shows_what_will_happen_before_anything_does(self, login):
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        assert "25,50" in client.get(self.address(donation)).content.decode()
        seen = self.send(client, donation).content.decode()
        assert "15,50" in seen  # what the campaign goes down to
        assert "0,63" in seen  # what Stripe keeps
        assert Refund.objects.count() == 0

    def test_the_second_sending_does_it(self, login):
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        shown = self.send(client, donation).context["shown"]
        answer = self.send(client, donation, seen=shown)
        refund = Refund.objects.get()
        assert answer.url == reverse("donations_refund_modeladmin_inspect", args=[refund.pk])
        assert (refund.amount_cents, refund.requested_by, refund.state) == (1000, client.user, "confirmed")

    @pytest.mark.parametrize("amount", ["10,00", "25,50"])
    def test_a_double_click_on_the_second_look_asks_once_and_leads_to_the_refund(self, login, amount):
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        shown = self.send(client, donation, amount=amount).context["shown"]
        first, second = (self.send(client, donation, amount=amount, seen=shown) for _ in range(2))
        refund = Refund.objects.get()
        assert first.url == second.url == reverse("donations_refund_modeladmin_inspect", args=[refund.pk])

    def test_the_way_back_after_a_refund_shows_that_it_would_be_one_more(self, login, settings):
        settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 0
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        shown = self.send(client, donation).context["shown"]
        self.send(client, donation, seen=shown)
        Refund.objects.update(created_at=timezone.now() - refunds.DOUBLE_CLICK)
        again = self.send(client, donation, seen=shown)
        assert (again.status_code, Refund.objects.count()) == (200, 1)
        warned = again.content.decode().replace("\xa0", " ")
        assert "10,00 € sono già tornati o sono già stati chiesti" in warned
        too_much = self.send(client, donation, amount="20,00", seen=shown)
        assert too_much.status_code == 422
        assert "15,50" in too_much.context["form"].errors["amount"][0]

    def test_another_outcome_than_was_shown_is_shown_again(self, login):
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        shown = self.send(client, donation).context["shown"]
        DonationFactory(campaign=donation.campaign, paid=True)
        assert self.send(client, donation, seen=shown).context["shown"] != shown
        assert self.send(client, donation, amount="11", seen=shown).status_code == 200
        assert Refund.objects.count() == 0

    def test_the_password_is_asked_again_before_it_is_done(self, login, settings):
        settings.PASSWORD_AGAIN_MINUTES = 10
        donation = DonationFactory(paid=True)
        client = login("fundraiser")
        shown = self.send(client, donation).context["shown"]
        session = client.session
        session.pop("password_given_at", None)
        session.save()
        answer = self.send(client, donation, seen=shown)
        assert answer.status_code == 403
        assert Refund.objects.count() == 0

    def test_too_much_is_told_at_the_field_and_keeps_what_was_typed(self, login):
        donation = DonationFactory(paid=True)
        answer = self.send(login("fundraiser"), donation, amount="25,51")
        assert answer.status_code == 422
        assert "25,50" in answer.context["form"].errors["amount"][0]
        assert "Lo chiede per telefono" in answer.content.decode()

    def test_a_young_bank_debit_warns_that_it_may_be_paid_twice(self, login):
        donation = DonationFactory()
        apply_session(paid_session(donation, method="sepa_debit"), because="test")
        outlook = refunds.foresee(donation, Money(1000))
        assert [seen.tone for seen in outlook].count("warning") == 1

    def test_an_editor_may_not(self, login):
        assert login("editor").get(self.address(DonationFactory(paid=True))).status_code in (302, 403)

    def test_the_donations_page_leads_to_it(self, login):
        donation = DonationFactory(paid=True, refunded=100)
        page = reverse("donations_donation_modeladmin_inspect", args=[donation.pk])
        assert self.address(donation) in login("fundraiser").get(page).content.decode()
        assert self.address(donation) not in login("auditor").get(page).content.decode()

    def test_a_second_person_confirms_on_the_refunds_page(self, login, user_as, settings):
        settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 0
        anna = user_as("fundraiser")
        refund = ask(DonationFactory(paid=True), 1000, anna)
        action = reverse("donations_refund_modeladmin_action", args=[refund.pk, "confirm"])
        client = login(anna)
        assert client.post(action).status_code == 409
        refund.refresh_from_db()
        assert refund.state == "requested"
        client = login("consortium_admin")
        client.post(action)
        refund.refresh_from_db()
        assert (refund.state, refund.confirmed_by) == ("confirmed", client.user)

    def test_a_second_tab_or_click_on_a_decided_refund_is_told_how_it_stands(self, login, user_as, settings):
        settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 0
        refund = ask(DonationFactory(paid=True), 1000, user_as("fundraiser"))
        client = login("consortium_admin")
        confirm, refuse = (
            reverse("donations_refund_modeladmin_action", args=[refund.pk, what])
            for what in ("confirm", "refuse")
        )
        assert client.post(confirm).status_code == 302
        for stale, label in ((confirm, "Conferma il rimborso"), (refuse, "Rifiuta il rimborso")):
            answer = client.post(stale)
            told = answer.content.decode()
            assert answer.status_code == 409
            assert f"“{label}” qui non si può più fare" in told
            assert refuse not in told
            assert client.get(stale).url == reverse("donations_refund_modeladmin_inspect", args=[refund.pk])
        refund.refresh_from_db()
        assert refund.state == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_a_refund_goes_through_the_local_stripe(campaign, sandbox, stripe_says, books, superuser):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    stripe_says.all_of(sandbox)
    ask(donation, 1000, superuser)
    sandbox.chaos(fail=[{"kind": "500_after_commit", "path": "/v1/refunds", "times": 1}])
    refund_sending.send_waiting()
    stripe_says.all_of(sandbox)
    assert len(sessions_of(sandbox)) == 1
    assert books()["donations"] == [("paid", 2550, 1000)]
    assert list(Refund.objects.values_list("state", flat=True)) == ["succeeded"]
