"""However events come - twice, late, in any order, some never - one reconcile ends in the same books.

Stripe is here a timeline: each event happened at a moment, and a look at a moment sees all that had
happened by then. Looks may overlap: one that began earlier may be applied later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.gateway import SessionSnapshot
from donations.models import ForbiddenTransition
from donations.services import audit
from donations.services.apply import apply_session
from tests.factories.donations import DonationFactory, PaymentSnapshot, paid_session, session_of

pytestmark = pytest.mark.django_db

# What a session goes through, one story a line; each step is what a look from then on sees.
STORIES = {
    "paid": ["open", "paid", "fee"],
    "paid and partly refunded": ["open", "paid", "fee", "refund 1000", "refund 2550"],
    "refund that failed": ["open", "paid", "refund 1000", "fee", "refund 0"],
    "slow success": ["open", "processing", "paid", "fee"],
    "slow failure": ["open", "processing", "failed"],
    "never paid": ["open", "expired"],
}


@dataclass
class Timeline:
    """What Stripe would have shown at each step, and when."""

    donation: object
    steps: list[str]

    def __post_init__(self) -> None:
        self.began = timezone.now()

    def look(self, step: int) -> SessionSnapshot:
        """A look begun just after a step."""
        at = self.began + timedelta(seconds=step)
        past = self.steps[: step + 1]
        state = next(word for word in reversed(past) if word.split()[0] not in ("refund", "fee"))
        if state == "open":
            return session_of(self.donation, looked_at=at)
        if state == "expired":
            return session_of(self.donation, looked_at=at, status="expired", url="")
        if state == "paid":
            refunds = [int(word.split()[1]) for word in past if word.startswith("refund")]
            return paid_session(
                self.donation,
                at=self.began,
                looked_at=at,
                fee_cents=63 if "fee" in past else None,
                refunded_cents=refunds[-1] if refunds else 0,
            )
        status = "processing" if state == "processing" else "requires_payment_method"
        payment = PaymentSnapshot(id=f"pi_test_{self.donation.pk:024d}", status=status, charge=None)
        return session_of(
            self.donation, looked_at=at, status="complete", payment_status="unpaid", payment=payment
        )


def end_of(donation) -> tuple:
    """The final state, and what each account holds for it."""
    donation.refresh_from_db()
    assert audit.problems() == []
    accounts: dict[str, int] = {}
    for written in donation.ledger_transactions.prefetch_related("entries"):
        for entry in written.entries.all():
            accounts[entry.account] = accounts.get(entry.account, 0) + entry.amount_cents
    total = donation.campaign.total
    total.refresh_from_db()
    papers = list(donation.receipts.order_by("pk"))
    receipts = [paper.number for paper in papers if paper.kind == "receipt"]
    # How many corrections there are is a matter of how often somebody looked; what they end with is not.
    receipts += [paper.stands.cents for paper in papers[-1:]]
    held = {account: cents for account, cents in sorted(accounts.items()) if cents}
    return (donation.state, donation.refunded_cents, held, total.raised_cents, total.donors, receipts)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("story", STORIES)
def test_any_order_ends_in_the_same_books(db, story, data):
    tell(STORIES[story], data)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("story", STORIES)
def test_any_of_many_orders_ends_in_the_same_books(db, story, data):
    tell(STORIES[story], data)


def tell(steps: list[str], data) -> None:
    """Apply a story in its own order and in a drawn one, and compare how both end."""
    looks = data.draw(
        st.lists(st.integers(0, len(steps) - 1), max_size=10), label="looks as they are applied"
    )
    with transaction.atomic():
        straight, shuffled = DonationFactory(), DonationFactory()
        for timeline, order in (
            (Timeline(straight, steps), range(len(steps))),
            (Timeline(shuffled, steps), looks),
        ):
            for step in order:
                apply_quietly(timeline.look(step))
            apply_session(timeline.look(len(steps) - 1), because="reconcile")
        assert end_of(shuffled) == end_of(straight)
        transaction.set_rollback(True)


def apply_quietly(session: SessionSnapshot) -> None:
    """As the worker does: what is refused is noted, and changes nothing."""
    try:
        apply_session(session, because="test")
    except ForbiddenTransition:
        raise AssertionError("Stripe's own story was taken for a contradiction") from None
