"""Disputes: what the donor's bank takes back shows within one event, and staff hear of it in time."""

import pytest

from cms.models import OutboxMessage
from donations.dashboard import disputes_to_answer
from donations.models import Dispute, DisputeState, Donation, ForbiddenTransition
from donations.models.dispute import DISPUTE_MOVES
from donations.services import disputes
from donations.services.apply import apply_session
from tests.factories.donations import DonationFactory, dispute_of, paid_session

pytestmark = pytest.mark.django_db


def dispute(donation, *several):
    apply_session(paid_session(donation, disputes=several), because="test")
    donation.refresh_from_db()


def test_an_open_one_is_told_to_fundraisers_once_with_its_day(user_as):
    user_as("fundraiser", email="anna@consorzio.example")
    donation = DonationFactory(paid=True, disputed="needs_response")
    dispute(donation, dispute_of(donation, status="under_review"))
    mail = OutboxMessage.objects.get(to="anna@consorzio.example")
    assert "25,50" in mail.subject
    assert str(donation.display_name) in mail.text
    dispute(donation, dispute_of(donation, status="lost"))
    assert OutboxMessage.objects.filter(to="anna@consorzio.example").count() == 2


def test_its_donation_says_so(superuser):
    donation = DonationFactory(paid=True)
    labels = []
    for status in ("needs_response", "won", "needs_response", "lost"):
        dispute(donation, dispute_of(donation, status=status))
        labels.append((donation.dispute, donation.disputed_cents, str(donation.label)))
    assert labels == [
        ("open", 2550, "Contestata"),
        ("won", 0, "Pagata"),
        ("open", 2550, "Contestata"),
        ("lost", 2550, "Persa in una contestazione"),
    ]


def test_one_of_several_that_is_open_counts_most():
    donation = DonationFactory(paid=True)
    lost = dispute_of(donation, status="lost", id="du_1", withdrawn_cents=1000)
    opened = dispute_of(donation, id="du_2", withdrawn_cents=500)
    dispute(donation, lost, opened)
    assert (donation.dispute, donation.disputed_cents) == ("open", 1500)


def test_the_front_page_lists_those_that_wait_for_an_answer(superuser):
    assert disputes_to_answer(superuser) is None
    donation = DonationFactory(paid=True, disputed="needs_response")
    assert disputes_to_answer(superuser).count == 1
    dispute(donation, dispute_of(donation, status="under_review"))
    assert disputes_to_answer(superuser) is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("needs_response", "open"),
        ("under_review", "open"),
        ("warning_needs_response", "open"),
        ("warning_closed", "won"),
        ("prevented", "won"),
        ("appeal_under_review", "open"),
        ("won", "won"),
        ("lost", "lost"),
        ("something_new", "open"),
    ],
)
def test_every_word_of_stripe_has_a_state(status, state):
    assert disputes.state_of(status) == state


@pytest.mark.parametrize("was", DisputeState)
@pytest.mark.parametrize("to", DisputeState)
def test_every_move_of_a_dispute_is_in_the_table(was, to):
    DonationFactory(paid=True, disputed="needs_response")
    Dispute.objects.update(state=was)
    row = Dispute.objects.get()
    if to == was:
        assert row.transition(to=to, at=row.opened_at) is False
    elif to in DISPUTE_MOVES[was]:
        assert row.transition(to=to, at=row.opened_at) is True
        assert (row.closed_at is None) is (to == DisputeState.OPEN)
    else:
        with pytest.raises(ForbiddenTransition):
            row.transition(to=to, at=row.opened_at)


def test_a_disputed_gift_still_is_a_paid_one():
    DonationFactory(paid=True, disputed="lost")
    assert Donation.objects.get().state == "paid"
