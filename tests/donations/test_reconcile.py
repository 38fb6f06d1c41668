"""Level with Stripe: what was lost is found, what a person must see is listed once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.money import Money
from donations import gateway
from donations.models import (
    Concern,
    Dispute,
    Donation,
    Interval,
    LedgerEntry,
    Payout,
    RecurringDonation,
    Refund,
    StripeCursor,
    StripeEvent,
)
from donations.services import audit, checkout, concerns, deep_looks, reconcile, recurring, stripe_events
from donations.services.reconcile import STRETCH
from tests.donations.stripe_truth import Payment
from tests.factories.donations import DonationFactory, StripeEventFactory, paid_session

pytestmark = pytest.mark.django_db


def give(campaign, truth, **changes) -> Donation:
    """A gift that was paid at Stripe, and of which nobody has told us."""
    facts = {
        "amount": Money(2550),
        "name": "Ada",
        "email": "ada@persone.example",
        "language": "it",
        **changes,
    }
    donation = checkout.start_checkout(campaign=campaign, source="page", **facts)
    checkout.open_session(donation)
    truth.pay(donation.session_id)
    return donation


def level(**how) -> None:
    reconcile.reconcile(**how)
    assert audit.problems() == []


def test_events_that_never_came_are_taken_over_and_worked_on(campaign, truth, books):
    give(campaign, truth)
    level()
    assert books()["donations"] == [("paid", 2550, 0)]
    assert {state for _type, state in books()["events"]} == {"done"}


def test_an_event_older_than_the_newest_one_is_not_passed_over(campaign, truth, books):
    give(campaign, truth)
    StripeEventFactory(created=timezone.now() + timedelta(hours=3))
    level()
    assert books()["donations"] == [("paid", 2550, 0)]


def test_without_any_event_the_deep_round_finds_all_there_is(campaign, truth, books):
    donation = give(campaign, truth)
    gift = recurring.start_recurring(
        amount=Money(1000), interval=Interval.MONTH, campaign=campaign, name="Bea",
        email="bea@persone.example", language="it", source="page",
    )  # fmt: skip
    recurring.open_session(gift)
    truth.pay(gift.session_id)
    (subscription,) = truth.subscriptions
    truth.fall_due(subscription)
    paid_by = truth.pages[donation.session_id].payment
    truth.refund_in_dashboard(paid_by, 550)
    truth.dispute(truth.invoices[truth.subscriptions[subscription].invoices[0]].payment)
    truth.events.clear()
    level(deep=True)
    assert sorted(books()["donations"]) == [("paid", 1000, 0), ("paid", 1000, 0), ("paid", 2550, 550)]
    assert (RecurringDonation.objects.get().state, Refund.objects.get().state) == ("active", "succeeded")
    assert Dispute.objects.get().state == "open"
    assert Concern.objects.count() == 0

    truth.calls.clear()
    level(deep=True)
    assert not {"retrieve_session", "retrieve_invoice", "retrieve_subscription"} & set(truth.calls)


def test_a_gift_that_was_paid_twice_is_listed_once(campaign, truth):
    donation = give(campaign, truth)
    level()
    again = Payment("pi_again", 2550, metadata={"donation": str(donation.public_id)}, at=timezone.now())
    truth.payments[again.id] = again
    for _round in range(2):
        level(deep=True)
    concern = Concern.objects.get()
    assert (concern.kind, concern.donation, concern.stripe_id) == ("paid_twice", donation, "pi_again")


def test_money_that_nobody_here_knows_is_listed(campaign, truth):
    truth.payments["pi_stranger"] = Payment("pi_stranger", 700, at=timezone.now())
    level(deep=True)
    assert Concern.objects.get().kind == "unknown_at_stripe"


def test_a_settled_matter_stays_settled(truth, superuser):
    truth.payments["pi_stranger"] = Payment("pi_stranger", 700, at=timezone.now())
    level(deep=True)
    concerns.settle(Concern.objects.get(), by=superuser, note="Era una prova")
    level(deep=True)
    assert [one.state for one in Concern.objects.all()] == ["settled"]


def test_a_payout_is_booked_and_compared_with_its_movements(campaign, truth):
    donation = give(campaign, truth)
    level()
    paid_by = truth.pages[donation.session_id].payment
    payout = truth.pay_out([paid_by])
    for _round in range(2):
        level(deep=True)
    assert LedgerEntry.objects.balances() == {
        "stripe": 0,
        "bank": 2487,
        "gifts": -2550,
        "fees": 63,
        "transit": 0,
    }
    assert Concern.objects.count() == 0
    row = Payout.objects.get()
    assert (row.payout_id, row.state, row.movements, row.difference) == (payout, "paid", 1, Money(0))
    Payout.objects.all().delete()
    level(deep=True)
    assert Payout.objects.get().difference == Money(0)  # found again, the books as they were
    truth.payouts[payout].cents += 1
    truth.payouts[payout].movements += [gateway.Movement("txn_x", "charge", 1, 0, "EUR", "ch_unknown")]
    level(deep=True)
    assert "ch_unknown" in Concern.objects.get().detail
    assert Payout.objects.not_adding_up().get().difference == Money(-1)  # more moved than was booked


def test_a_payout_that_fails_comes_back_and_is_listed(campaign, truth):
    donation = give(campaign, truth)
    payout = truth.pay_out([truth.pages[donation.session_id].payment])
    level()
    truth.payouts[payout].status = "failed"
    truth._tell("payout.failed", "payout", payout)
    level()
    balances = LedgerEntry.objects.balances()
    assert (balances["stripe"], balances["bank"]) == (2487, 0)
    assert Concern.objects.get().kind == "payout"
    assert Payout.objects.get().state == "failed"


def test_a_warning_of_fraud_is_listed(campaign, truth):
    donation = give(campaign, truth)
    level()
    donation.refresh_from_db()
    truth._tell(
        "radar.early_fraud_warning.created", "radar.early_fraud_warning", "issfr_1",
        payment_intent=donation.payment_intent_id,
    )  # fmt: skip
    level()
    assert Concern.objects.get().kind == "fraud_warning"


def test_a_refund_that_failed_is_listed(truth):
    DonationFactory(paid=True, refunded=1000)
    Refund.objects.update(state="failed", settled_at=timezone.now(), failure="lost_or_stolen_card")
    reconcile.list_concerns()
    assert Concern.objects.get().kind == "refund_failed"


def test_books_that_disagree_are_listed_until_they_agree(truth):
    donation = DonationFactory(paid=True)
    Donation.objects.update(refunded_cents=7)
    reconcile.deep_round()
    assert {one.kind for one in Concern.objects.open()} >= {"books"}
    Donation.objects.update(refunded_cents=0)
    assert donation.pk and audit.problems() == []
    reconcile.deep_round()
    assert not Concern.objects.open().filter(kind="books").exists()


def test_a_round_that_was_killed_goes_on_where_it_stopped(truth, monkeypatch):
    begun = timezone.now() - timedelta(days=20)
    StripeCursor.objects.create(name="events", reached_at=begun)
    asked, dies_at = [], [4]

    def list_events(*, types, since, until):
        asked.append(since)
        if len(asked) == dies_at[0]:
            raise KeyboardInterrupt
        return iter(())

    monkeypatch.setattr(gateway, "list_events", list_events)
    with pytest.raises(KeyboardInterrupt):
        reconcile.collect_events()
    reached = StripeCursor.objects.get(pk="events").reached_at
    assert reached == asked[3]
    assert reached > begun + STRETCH
    dies_at[0] = 0
    reconcile.collect_events()
    assert asked[4] == reached - reconcile.EVENTS_OVERLAP
    assert timezone.now() - StripeCursor.objects.get(pk="events").reached_at < timedelta(seconds=9)


def test_a_list_that_cannot_be_had_stops_none_of_the_others(campaign, truth, monkeypatch, books):
    def away(**about):
        raise gateway.PaymentServiceUnavailable("away")

    give(campaign, truth)
    truth.events.clear()
    monkeypatch.setattr(gateway, "list_payouts", away)
    monkeypatch.setattr(gateway, "list_sessions", away)
    assert "payouts: Stripe is not available" in reconcile.deep_round()
    assert books()["donations"] == [("paid", 2550, 0)]


def test_the_command_says_what_it_did(campaign, truth, capsys):
    give(campaign, truth)
    call_command("reconcile", "--deep", "--days", "7")
    assert "missed events" in capsys.readouterr().out


def test_nothing_new_costs_the_same_however_much_there_is(campaign, truth, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reconcile.reconcile()
        return len(queries)

    DonationFactory(paid=True, refunded=100)
    cost()
    with_one = cost()
    for _gift in range(20):
        DonationFactory(campaign=campaign, paid=True, refunded=100)
    assert cost() == with_one


def test_bodies_of_old_events_go_and_their_ids_stay(truth):
    from cms.models import RetentionRule
    from cms.privacy import retention

    now = timezone.now()
    old = StripeEventFactory(received_at=now - timedelta(days=400), processed_at=now, state="done")
    young = StripeEventFactory(received_at=now - timedelta(days=380), processed_at=now, state="done")
    rule = RetentionRule.objects.get(kind="donations.events")
    assert (rule.after_months, rule.action) == (13, "pseudonymise")
    rule.approved_at = now
    rule.save()
    retention.run(rule)
    bodies = dict(StripeEvent.objects.values_list("event_id", "raw"))
    assert (bodies[old.event_id], bool(bodies[young.event_id])) == ("", True)
    stripe_events.replay(old)
    stripe_events.process_waiting()
    old.refresh_from_db()
    assert old.state == "failed"


def test_what_is_known_is_asked_for_by_the_hundred(monkeypatch, django_assert_num_queries):
    seen = [paid_session(DonationFactory(paid=True)) for _gift in range(3)]
    monkeypatch.setattr(gateway, "list_sessions", lambda **_when: iter(seen))
    monkeypatch.setattr(gateway, "list_payments", lambda **_when: (one.payment for one in seen))
    with django_assert_num_queries(2):  # gifts made once, and recurring ones
        assert deep_looks.sessions(timezone.now(), None) == 0
    with django_assert_num_queries(2):  # gifts, and their disputes
        assert deep_looks.payments(timezone.now(), None) == 0
