"""A page on which cards are tried, ended at a real local Stripe."""

import pytest

from donations.models import OpenedPage, State
from donations.services import checkout, defence, stripe_events
from tests.donations.test_giving_for_real import begin

pytestmark = pytest.mark.django_db(transaction=True)


def test_five_refused_cards_end_the_page_and_a_good_one_comes_too_late(sandbox, stripe_says, campaign):
    gift = begin(campaign)
    defence.note_page(reference=gift.public_id, source="203.0.113.7", email=gift.donor.email)
    checkout.open_session(gift)
    for _ in range(5):
        assert sandbox.pay(gift.session_id, card="4000000000000002")["result"] == "declined"
    stripe_says.all_of(sandbox)
    stripe_events.process_waiting()
    assert OpenedPage.objects.get().failures == 5
    defence.end_pages()
    gift.refresh_from_db()
    assert gift.state == State.EXPIRED
    assert sandbox.pay(gift.session_id)["result"] == "closed"
