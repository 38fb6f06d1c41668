"""kill -9 of site, worker, clock and Stripe in the middle of many gifts: none is lost, doubled or stuck."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import stripe
import time_machine
from django.utils import timezone

from cms.models import ClockRun, OutboxMessage
from cms.outbox.sending import send_waiting
from donations.models import (
    Donation,
    EventState,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Receipt,
    State,
    StripeEvent,
)
from donations.services import audit, receipt_delivery, reconcile
from tests.factories.pages import CampaignPageFactory
from tests.faults.donors import cents_of, give
from tests.faults.household import CLOCK, EVERYBODY, STRIPE, WORKER, Household
from tests.harness.waiting import until
from tests.sandbox_process import KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

DONORS_AT_ONCE = 4
LEASED = (OutboxMessage, StripeEvent, Receipt, Donation, Payment, ClockRun)


def leases_run_out() -> None:
    for model in LEASED:
        model._base_manager.filter(claimed_until__isnull=False).update(claimed_until=None)


def nothing_waits() -> bool:
    return not (
        StripeEvent.objects.filter(state=EventState.WAITING).exists()
        or Receipt.objects.unsent().exists()
        or OutboxMessage.objects.filter(state="waiting").exists()
    )


def donors_give_while_processes_die(
    home: Household, page: str, *, gifts: int, kills: int, dice: random.Random
):
    """All gifts are made; each time that some more have been, somebody is killed and started again."""
    victims = [*EVERYBODY] * (kills // len(EVERYBODY)) + dice.sample(EVERYBODY, kills % len(EVERYBODY))
    dice.shuffle(victims)
    with ThreadPoolExecutor(DONORS_AT_ONCE) as donors:
        given = [donors.submit(give, home, page, number) for number in range(gifts)]
        for turn, victim in enumerate(victims, 1):
            enough = turn * gifts // (kills + 1)
            until(lambda enough=enough: sum(gift.done() for gift in given) >= enough, seconds=3600)
            time.sleep(dice.uniform(0, 1.5))
            home.kill(victim)
            time.sleep(dice.uniform(0, 1))
            home.start(victim)
            home.look_after()
        for gift in given:
            gift.result()


@pytest.mark.parametrize(("gifts", "kills", "seed"), [(40, 8, 1), (500, 24, 2)])
def test_gifts_survive_whoever_is_killed(household, post_office, gifts, kills, seed, capsys):
    page = CampaignPageFactory()
    began = time.monotonic()
    household.start()
    try:
        household.wait()
        donors_give_while_processes_die(
            household, page.get_url(), gifts=gifts, kills=kills, dice=random.Random(seed)
        )
        # The last blow takes all at once. What they held in their hands is free when the leases have run out.
        for name in EVERYBODY:
            household.kill(name)
        leases_run_out()
        household.start()
        household.wait()
        until(lambda: Donation.objects.paid().count() == gifts and nothing_waits(), seconds=900)
    except AssertionError as problem:
        states = Counter(Donation.objects.values_list("state", flat=True))
        raise AssertionError(f"{problem}: {states}\n{household.last_words()}") from problem
    by_themselves = time.monotonic() - began
    household.stop(*[name for name in EVERYBODY if name != STRIPE])

    household.sandbox.advance(hours=2)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        reconcile.reconcile(deep=True)
        receipt_delivery.deliver_waiting()
        send_waiting()
    copies = nothing_is_lost_doubled_or_stuck(household, post_office, gifts)
    assert copies <= household.deaths[WORKER] + household.deaths[CLOCK]
    with capsys.disabled():
        print(
            f"\n{gifts} gifts in {by_themselves:.0f} s, killed: {household.deaths}; lost, doubled, stuck: 0; "
            f"mails sent twice (same Message-ID): {copies}"
        )


def nothing_is_lost_doubled_or_stuck(home: Household, post_office, gifts: int) -> int:
    """Compare Stripe, donations, ledger, receipts and mails; how many mails went out a second time."""
    client = stripe.StripeClient(KEY, base_addresses={"api": home.stripe})
    paid = {
        intent.id: intent.amount
        for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        if intent.status == "succeeded"
    }
    wished = sorted(cents_of(number) for number in range(gifts))
    assert sorted(paid.values()) == wished

    donations = Donation.objects.paid()
    assert dict(donations.values_list("payment_intent_id", "amount_cents")) == paid
    assert not Donation.objects.filter(state__in=[State.DRAFT, State.PENDING, State.PROCESSING]).exists()
    assert LedgerTransaction.objects.filter(kind="charge").count() == gifts
    assert LedgerEntry.objects.balances()["gifts"] == -sum(wished)
    assert not Payment.objects.filter(fee_cents=None).exists()
    assert audit.problems() == []
    assert nothing_waits()
    assert not StripeEvent.objects.filter(state=EventState.FAILED).exists()

    receipts = Receipt.objects.order_by("number")
    assert list(receipts.values_list("number", flat=True)) == list(range(1, gifts + 1))
    assert receipts.values("donation").distinct().count() == gifts
    told = OutboxMessage.objects.filter(template="donations/emails/receipt", state="sent")
    assert told.count() == gifts
    accepted = Counter(mail["Message-ID"] for mail in post_office.accepted)
    assert set(accepted) == set(OutboxMessage.objects.values_list("message_id", flat=True))
    return sum(accepted.values()) - len(accepted)
