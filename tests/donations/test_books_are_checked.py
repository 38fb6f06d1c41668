"""check_totals finds what does not agree, and the sweeper finds what was left."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from donations import gateway, ledger_guard
from donations.models import CampaignState, CampaignTotal, DayTotal, Donation, Payment, ReceiptSequence, State
from donations.services import audit, campaigns, sweep
from tests.factories.donations import CampaignFactory, DonationFactory, paid_session, session_of

pytestmark = pytest.mark.django_db


def tamper(sql: str) -> None:
    """Change the books behind the models' back, and the database's."""
    ledger_guard.take_down()
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_books_that_agree_are_said_to_agree(capsys):
    DonationFactory(paid=True, refunded=100)
    DonationFactory()
    call_command("check_totals")
    assert "agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda: CampaignTotal.objects.update(raised_cents=1), "the total says"),
        (lambda: CampaignTotal.objects.update(donors=2), "the total says"),
        (lambda: DayTotal.objects.update(gifts=2), "the total says"),
        (lambda: DayTotal.objects.all().delete(), "the total says (0, 0, 0, 0, 0)"),
        (lambda: Donation.objects.update(refunded_cents=7), "the ledger does not agree"),
        (lambda: ReceiptSequence.objects.update(last=5), "have gaps"),
        (
            lambda: tamper("UPDATE donations_ledgerentry SET amount_cents = 1 WHERE account = 'stripe'"),
            "adds up to",
        ),
        (lambda: tamper("DELETE FROM donations_ledgerentry"), "adds up to None"),
    ],
)
def test_each_disagreement_is_found(change, found, capsys):
    DonationFactory(paid=True)
    change()
    assert any(found in problem for problem in audit.problems())
    with pytest.raises(CommandError):
        call_command("check_totals")
    assert found in capsys.readouterr().out


@pytest.fixture
def stripe_has(monkeypatch):
    """What Stripe would answer for each session, without asking it."""
    answers, asked = {}, []

    def look(session_id: str, also=None):
        asked.append(session_id)
        return answers[session_id]()

    monkeypatch.setattr(gateway, "retrieve_session", look)
    answers["asked"] = asked
    return answers


@pytest.mark.django_db(transaction=True)
class TestSweeping:
    def test_a_page_that_must_have_ended_is_looked_up_once_an_hour(self, stripe_has):
        late = timezone.now() - timedelta(minutes=20)
        paid, open_still = DonationFactory(session_expires_at=late), DonationFactory()
        stripe_has[paid.session_id] = lambda: paid_session(paid)
        assert sweep.look_up_unfinished() == "1 looked up"
        assert sweep.look_up_unfinished() == ""
        paid.refresh_from_db()
        open_still.refresh_from_db()
        assert (paid.state, open_still.state) == (State.PAID, State.PENDING)

    def test_a_slow_payment_is_looked_up_again_and_again(self, stripe_has):
        slow = DonationFactory(state=State.PROCESSING, session_expires_at=timezone.now() - timedelta(days=2))
        stripe_has[slow.session_id] = lambda: paid_session(slow)
        sweep.look_up_unfinished()
        slow.refresh_from_db()
        assert slow.state == State.PAID

    def test_a_fee_that_was_not_known_is_fetched(self, stripe_has, books):
        donation = DonationFactory()
        from donations.services.apply import apply_session

        apply_session(
            paid_session(donation, fee_cents=None, at=timezone.now() - timedelta(hours=1)), because="test"
        )
        stripe_has[donation.session_id] = lambda: paid_session(donation, fee_cents=91)
        assert sweep.look_up_fees() == "1 looked up"
        assert Payment.objects.get().fee_cents == 91
        assert sweep.look_up_fees() == ""
        assert len(books()["entries"]) == 4

    def test_one_that_needs_a_person_does_not_stop_the_others(self, stripe_has):
        late = timezone.now() - timedelta(minutes=20)
        odd, good = (DonationFactory(session_expires_at=late) for _gift in range(2))
        stripe_has[odd.session_id] = lambda: session_of(odd, status="strange")
        stripe_has[good.session_id] = lambda: session_of(good, status="expired")
        assert "1 need a person" in sweep.look_up_unfinished()
        good.refresh_from_db()
        assert good.state == State.EXPIRED


def test_campaigns_end_with_their_last_day():
    reached = CampaignFactory(ended=True, goal_cents=2000)
    missed = CampaignFactory(ended=True)
    running = CampaignFactory()
    DonationFactory(campaign=reached, paid=True)
    assert campaigns.close_ended() == "2 closed"
    assert campaigns.close_ended() == ""
    states = []
    for campaign in (reached, missed, running):
        campaign.refresh_from_db()
        states.append(campaign.state)
    assert states == [CampaignState.SUCCEEDED, CampaignState.FAILED, CampaignState.LIVE]


def test_a_minimum_that_was_reached_is_a_success():
    campaign = CampaignFactory(ended=True, goal_cents=10_000, minimum_cents=2000)
    DonationFactory(campaign=campaign, paid=True)
    campaigns.close_ended()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SUCCEEDED


def test_money_that_arrives_after_the_end_is_counted():
    campaign = CampaignFactory(ended=True)
    campaigns.close_ended()
    DonationFactory(campaign=campaign, paid=True)
    assert CampaignTotal.objects.get(campaign=campaign).raised_cents == 2550
