"""A worker killed in the middle: what it did is found again by the clock, and done once."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms import jobs
from cms.models import OutboxMessage
from cms.models.outbox import OutboxState, Stream
from cms.money import Money
from cms.outbox import queue_mail
from donations import gateway, receipt_pdf
from donations.jobs import _events as work_on_events
from donations.jobs import _receipts as make_receipts
from donations.models import Donation, EventState, LedgerTransaction, Receipt, State, StripeEvent
from donations.services import checkout, ledger, receipt_delivery, receipts, stripe_events
from donations.services.looking import Looks
from tests.faults.conftest import kill
from tests.harness.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def leases_run_out() -> None:
    """As if the minutes of every lease had passed."""
    past = timezone.now() - timedelta(seconds=1)
    for model in (OutboxMessage, StripeEvent, Receipt):
        if any(field.name == "claimed_until" for field in model._meta.fields):
            model.objects.filter(claimed_until__isnull=False).update(claimed_until=past)


def clock_ticks() -> None:
    """What the clock does about waiting work, twice, for a job may be run twice."""
    for _ in range(2):
        work_on_events()
        make_receipts()
        jobs.send_outbox()


def test_mail_in_the_hands_of_a_killed_worker_is_sent_once(start_worker, post_office):
    post_office.hold()
    with transaction.atomic():
        queue_mail(
            to="ada@persone.example", stream=Stream.SERVICE, template="tests/mail", context={}, language="it"
        )
    worker = start_worker()
    assert post_office.has_one.wait(60)
    kill(worker)
    post_office.let_go()

    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (OutboxState.WAITING, 1)
    assert message.claimed_until > timezone.now()
    clock_ticks()
    assert post_office.accepted == []  # its lease is not over: it may still be in somebody's hands

    leases_run_out()
    clock_ticks()
    assert [mail["Message-ID"] for mail in post_office.accepted] == [message.message_id]
    message.refresh_from_db()
    assert (message.state, message.claimed_until) == (OutboxState.SENT, None)


@pytest.fixture
def paid_at_stripe(campaign, sandbox) -> Donation:
    """A gift that was paid at Stripe, of which we have not heard yet."""
    donation = checkout.start_checkout(
        amount=Money(2550, "EUR"),
        campaign=campaign,
        name="Ada Gonzaga",
        email="ada@persone.example",
        language="it",
        source="page",
        page_url="/campagne/palco/",
    )
    checkout.open_session(donation)
    assert sandbox.pay(donation.session_id)["result"] == "paid"
    return donation


def everything_is_done_once(donation: Donation, post_office, books) -> None:
    donation.refresh_from_db()
    assert donation.state == State.PAID
    assert LedgerTransaction.objects.filter(kind="charge").count() == 1
    assert books()["totals"] == [(2550, 1, 1)]
    assert Receipt.objects.count() == 1
    assert not StripeEvent.objects.filter(state=EventState.WAITING).exists()
    mails = [mail for mail in post_office.accepted if mail["To"] == "ada@persone.example"]
    assert len(mails) == 1
    assert [part.get_content_type() for part in mails[0].walk()].count("application/pdf") == 1


def test_event_in_the_hands_of_a_killed_worker_is_worked_on_once(
    start_worker, post_office, paid_at_stripe, sandbox, stripe_says, books
):
    slow = {"kind": "timeout", "times": 50, "method": "GET", "path": "/v1/checkout/*", "seconds": 20}
    sandbox.chaos(fail=[slow])
    stripe_says.all_of(sandbox)
    worker = start_worker()
    until(lambda: StripeEvent.objects.filter(claimed_until__gt=timezone.now()).exists())
    kill(worker)
    sandbox.chaos(fail=[])

    paid_at_stripe.refresh_from_db()
    assert paid_at_stripe.state == State.PENDING
    assert not LedgerTransaction.objects.exists()
    leases_run_out()
    clock_ticks()
    everything_is_done_once(paid_at_stripe, post_office, books)


def die_after(module, name: str, work) -> int:
    """Work in a child process that kills itself when it leaves a function; returns how it ended."""
    does = getattr(module, name)

    def dies(*arguments, **options):
        does(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    connection.close()  # a child must not share the parent's
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            setattr(module, name, dies)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@pytest.fixture
def every_hint_is_lost(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


ON_THE_WAY_TO_THE_LEDGER = [
    (gateway, "retrieve_session"),
    (ledger, "record_charge"),
    (receipts, "issue_receipt"),
    (Looks, "apply"),
    (stripe_events, "_end"),
]


@pytest.mark.parametrize(
    ("module", "name"), ON_THE_WAY_TO_THE_LEDGER, ids=[name for _, name in ON_THE_WAY_TO_THE_LEDGER]
)
def test_death_on_the_way_to_the_ledger_leaves_the_gift_recorded_once(
    module, name, every_hint_is_lost, post_office, paid_at_stripe, sandbox, stripe_says, books
):
    stripe_says.all_of(sandbox)
    assert die_after(module, name, work_on_events) == -signal.SIGKILL
    leases_run_out()
    clock_ticks()
    everything_is_done_once(paid_at_stripe, post_office, books)


@pytest.mark.parametrize("name", ["make_pdf", "write_mail"])
def test_death_on_the_way_to_the_mail_leaves_one_receipt_and_one_mail(
    name, every_hint_is_lost, post_office, paid_at_stripe, sandbox, stripe_says, books, monkeypatch
):
    stripe_says.all_of(sandbox)
    work_on_events()
    # The typesetter's threads do not live on in a child, so the page is set before.
    page = receipt_pdf.render(Receipt.objects.get().facts)
    with monkeypatch.context() as already_set:
        already_set.setattr(receipt_pdf, "render", lambda facts: page)
        assert die_after(receipt_delivery, name, make_receipts) == -signal.SIGKILL
    leases_run_out()
    clock_ticks()
    everything_is_done_once(paid_at_stripe, post_office, books)
