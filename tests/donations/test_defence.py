"""Testers of stolen cards are kept out by the hour; nobody beside them notices."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.public_forms import guard_values
from donations import giving
from donations.gateway.webhooks import event_facts
from donations.models import (
    Donation,
    FailedPayment,
    GivingBlock,
    OpenedPage,
    Pledge,
    RecurringDonation,
    SourceKey,
    State,
)
from donations.services import defence, stripe_events
from tests.donations.stripe_voice import an_event
from tests.factories.donations import CampaignFactory, DonationFactory

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.20"


@pytest.fixture(autouse=True)
def ended(monkeypatch) -> list[str]:
    """The pages that were ended at Stripe."""
    found: list[str] = []
    monkeypatch.setattr("donations.services.defence._end", lambda page: found.append(str(page.reference)))
    monkeypatch.setattr("donations.services.looking.target_of", lambda about: None)
    monkeypatch.setattr("donations.services.looking.Looks.apply", lambda *args, **kwargs: None)
    return found


def opened(source=HERE, email="prova@carte.example") -> Donation:
    """A payment page, opened from there."""
    gift = DonationFactory(general=True, campaign=None)
    defence.note_page(reference=gift.public_id, source=source, email=email)
    return gift


def fail(gift: Donation, times=1, *, at=None, kind="payment_intent.payment_failed", **about):
    """Stripe tells of failed payments of a gift."""
    for _ in range(times):
        number = FailedPayment.objects.count()
        event = an_event(
            kind,
            event_id=f"evt_{gift.pk}_{number}",
            object="payment_intent",
            metadata={"donation": str(gift.public_id)},
            latest_charge=f"ch_{gift.pk}_{number}",
            **about,
        )
        event["created"] = int((at or timezone.now()).timestamp())
        stripe_events.process(kept(event))


def kept(event: dict):
    return stripe_events.store(event_facts(json.dumps(event).encode()))[0]


def is_let_in(source=HERE, email="altra@persone.example") -> bool:
    try:
        defence.let_in(source=source, email=email)
    except defence.Blocked:
        return False
    return True


def test_ten_failures_in_an_hour_block_their_source_and_nobody_else():
    for _ in range(2):
        fail(opened(email=f"{_}@carte.example"), 4)
    fail(opened(email="3@carte.example"))
    assert is_let_in()
    fail(opened(email="4@carte.example"))
    assert not is_let_in()
    assert is_let_in(ELSEWHERE)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert is_let_in()


def test_ten_failures_of_an_address_block_it_from_everywhere():
    for number in range(10):
        fail(opened(f"203.0.113.{number}"))
    assert not is_let_in(ELSEWHERE, " PROVA@carte.example")
    assert is_let_in("203.0.113.1")
    assert list(GivingBlock.objects.values_list("kind", "failures")) == [("address", 10)]


def test_failures_of_more_than_an_hour_ago_do_not_count():
    fail(opened(email="1@carte.example"), 9, at=timezone.now() - timedelta(minutes=61))
    fail(opened(email="2@carte.example"), 2)
    assert is_let_in()


def test_a_failure_told_twice_counts_once():
    gift = opened()
    event = an_event(
        "payment_intent.payment_failed",
        object="payment_intent",
        metadata={"donation": str(gift.public_id)},
        latest_charge="ch_1",
    )
    stripe_events.process(row := kept(event))
    stripe_events.replay(row)
    row.refresh_from_db()
    stripe_events.process(row)
    stripe_events.process(kept({**event, "id": "evt_test_2"}))
    assert OpenedPage.objects.get().failures == 1


def test_a_page_with_five_failures_is_ended_at_once_and_alone(ended):
    tried, beside = opened(), opened()
    fail(tried, 4)
    defence.end_pages()
    assert ended == []
    fail(tried)
    defence.end_pages()
    defence.end_pages()
    assert ended == [str(tried.public_id)]
    assert is_let_in() and not OpenedPage.objects.get(reference=beside.public_id).must_end


def test_a_block_ends_all_open_pages_of_its_source(ended):
    mine = [opened(email=f"{n}@carte.example") for n in range(3)]
    honest = opened(ELSEWHERE, "ada@persone.example")
    for gift in mine[:2]:
        fail(gift, 4)
    fail(mine[2], 2)
    defence.end_pages()
    assert sorted(ended) == sorted(str(gift.public_id) for gift in mine)
    assert str(honest.public_id) not in ended


def test_midnight_forgives_nothing_and_two_days_forgive_all():
    with time_machine.travel(datetime(2026, 5, 4, 21, 55, tzinfo=UTC)):  # five to midnight in Italy
        fail(opened(email="1@carte.example"), 9)
    with time_machine.travel(datetime(2026, 5, 4, 22, 5, tzinfo=UTC)):
        fail(opened(email="2@carte.example"))
        assert not is_let_in()
        assert SourceKey.objects.count() == 2
    with time_machine.travel(datetime(2026, 5, 7, 0, 0, tzinfo=UTC)):
        defence.forget()
        left = (SourceKey, OpenedPage, FailedPayment, GivingBlock)
        assert [model.objects.count() for model in left] == [0, 0, 0, 0]


def test_a_renewal_that_fails_is_no_tester():
    gift = opened()
    details = {"subscription_details": {"metadata": {"donation": str(gift.public_id)}}}
    about = {"object": "invoice", "parent": details, "billing_reason": "subscription_cycle"}
    assert defence._reference(about) is None
    assert defence._reference({**about, "billing_reason": "subscription_create"}) == gift.public_id


@pytest.mark.parametrize(
    "how", [{}, {"interval": "month", "preset_month": "1000"}, {"way": "bank_transfer"}], ids=str
)
def test_the_form_says_why_and_keeps_what_was_typed_however_one_gives(how):
    fail(opened(), 10)
    shown = {}

    def render(form, status):
        shown["form"] = form
        return HttpResponse(render_to_string("donations/_donation_form.html", {"form": form}), status=status)

    typed = {
        "preset": "2500",
        "amount": "",
        "name": "Ada Gonzaga",
        "email": "ada@persone.example",
        "message": "",
        **how,
    }
    campaign = CampaignFactory(beneficiary__iban="IT60X0542811101000000123456")
    request = RequestFactory().post(
        "/dona/",
        guard_values() | typed,
        headers={"Sec-Fetch-Site": "same-origin"},
        REMOTE_ADDR=HERE,
    )
    answer = giving.handle_donation(request, campaign=campaign, render=render)
    assert answer.status_code == 429
    assert "Ada Gonzaga" in answer.content.decode()
    assert "Nessun addebito" in shown["form"].non_field_errors()[0]
    assert not Donation.objects.filter(state=State.DRAFT).exists()
    assert not RecurringDonation.objects.exists() and not Pledge.objects.exists()


def test_the_page_for_trying_again_is_closed_too(client):
    gift = opened()
    fail(gift, 10)
    again = reverse("donation_retry", args=[gift.return_token])
    typed = {"amount": "25"}
    asked = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    assert client.post(again, typed, REMOTE_ADDR=HERE, **asked).status_code == 429


def test_the_api_says_it_too(client):
    fail(opened(), 10)
    wanted = {
        "amount_cents": 2500,
        "campaign": CampaignFactory().slug,
        "name": "Ada",
        "email": "ada@persone.example",
    }
    address = "/api/network/v1/checkouts/"
    answer = client.post(address, wanted, content_type="application/json", REMOTE_ADDR=HERE)
    assert answer.status_code == 429
    assert not Donation.objects.filter(state=State.DRAFT).exists()


def test_who_lifts_a_block_lets_in_again_and_stands_in_the_log(login):
    fail(opened(), 10)
    client = login("fundraiser")
    block = GivingBlock.objects.get(kind="source")
    page = reverse("donations_givingblock_modeladmin_inspect", args=[block.pk])
    assert "Togli il blocco" in client.get(page).content.decode()
    client.post(reverse("donations_givingblock_modeladmin_action", args=[block.pk, "lift"]))
    block.refresh_from_db()
    assert (block.label, block.lifted_by) == ("Tolto", client.user)
    GivingBlock.objects.exclude(pk=block.pk).update(lifted_at=timezone.now())
    assert is_let_in()
    fail(opened(email="nuova@carte.example"))
    assert is_let_in()
    assert ModelLogEntry.objects.filter(action="donations.block.lifted").count() == 1


def test_letting_in_costs_the_same_however_many_have_failed(django_assert_max_num_queries):
    fail(opened(), 10)
    with django_assert_max_num_queries(4):
        is_let_in(ELSEWHERE)
