"""Many at once: numbers without gaps, totals that add up, one receipt and one mail each."""

import json
import threading

import pytest
from django.db import close_old_connections, connections, transaction

from cms.models import OutboxMessage
from donations.gateway.webhooks import event_facts
from donations.models import Donation, Receipt, StripeEvent
from donations.services import receipt_delivery, stripe_events
from donations.services.apply import apply_session
from tests.donations.stripe_voice import an_event
from tests.factories.donations import CampaignFactory, DonationFactory, DonorFactory, paid_session

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


def at_once(*works) -> None:
    """Run works in threads that start together; raise what any of them raised."""
    start, problems = threading.Barrier(len(works)), []

    def run(work) -> None:
        try:
            start.wait(10)
            work()
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    if problems:
        raise problems[0]


def test_parallel_payments_take_numbers_without_gaps_and_add_up(books):
    campaign, ada = CampaignFactory(), DonorFactory()
    donations = [DonationFactory(campaign=campaign, donor=ada) for _gift in range(MANY)]
    at_once(*(lambda d=d: apply_session(paid_session(d), because="test") for d in donations))
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, MANY + 1))
    assert books()["totals"] == [(2550 * MANY, MANY, 1)]


def test_one_payment_applied_by_many_at_once_is_booked_once(books):
    donation = DonationFactory()
    session = paid_session(donation)
    at_once(*(lambda: apply_session(session, because="test") for _worker in range(6)))
    assert len(books()["entries"]) == 4
    assert books()["totals"] == [(2550, 1, 1)]
    assert len(books()["receipts"]) == 1


def test_a_payment_that_is_undone_gives_its_number_back(books):
    campaign = CampaignFactory()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        apply_session(paid_session(DonationFactory(campaign=campaign)), because="test")
        raise ZeroDivisionError
    DonationFactory(campaign=campaign, paid=True)
    assert [number for _year, number in books()["receipts"]] == [1]


def test_one_event_worked_on_by_many_at_once_is_looked_at_once(monkeypatch, books):
    donation = DonationFactory()
    asked = []

    def look(session_id: str, also=None):
        asked.append(session_id)
        return paid_session(donation)

    monkeypatch.setattr(stripe_events.gateway, "retrieve_session", look)
    event = an_event(id=donation.session_id)
    row, is_new = stripe_events.store(event_facts(json.dumps(event).encode()))
    assert is_new
    at_once(*(lambda: stripe_events.process_one(row.pk) for _worker in range(6)))
    assert asked == [donation.session_id]
    assert StripeEvent.objects.get().state == "done"
    assert books()["donations"] == [("paid", 2550, 0)]


def test_one_receipt_delivered_by_many_at_once_is_one_mail():
    DonationFactory(paid=True)
    Receipt.objects.update(pdf="", mailed_at=None)
    at_once(*(receipt_delivery.deliver_waiting for _worker in range(6)))
    assert OutboxMessage.objects.filter(key=f"receipt:{Donation.objects.get().public_id}").count() == 1
