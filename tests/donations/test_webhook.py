"""The webhook: what is kept, what is refused, and what each delivery leaves in the books."""

import json
import time

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from donations import webhooks
from donations.models import EventState, StripeEvent
from donations.models.stripe_event import StripeEventQuerySet
from donations.services import stripe_events
from tests.donations.stripe_voice import ADDRESS, StripeVoice, an_event, signed
from tests.factories.donations import DonationFactory

pytestmark = pytest.mark.django_db


def body_of(**about) -> bytes:
    return json.dumps(an_event(**about)).encode()


def test_it_stands_at_its_address_in_no_language():
    assert reverse("stripe_webhook") == ADDRESS


def test_a_signed_event_is_kept_as_it_came(stripe_says):
    body = body_of(event_id="evt_kept")
    assert stripe_says.send(body).status_code == 200
    event = StripeEvent.objects.get()
    assert (event.event_id, event.raw) == ("evt_kept", body.decode())


def test_the_same_event_again_is_welcome_and_kept_once(stripe_says):
    body = body_of()
    assert [stripe_says.send(body).status_code for _time in range(3)] == [200, 200, 200]
    assert StripeEvent.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=00",
        "nonsense",
        "v1=00",
        "t=,v1=",
        "t=99999999999999999999,v1=00",
        "t=١٢٣,v1=00",
        "t=1,v1=è",
        "x" * 5000,
        ",,,=,=,",
    ],
)
def test_what_stripe_did_not_sign_leaves_nothing(stripe_says, header):
    assert stripe_says.send(body_of(), header).status_code == 400
    assert StripeEvent.objects.count() == 0


def test_a_signature_with_another_secret_leaves_nothing(stripe_says):
    body = body_of()
    assert stripe_says.send(body, signed(body, secret="whsec_other")).status_code == 400
    assert StripeEvent.objects.count() == 0


def test_one_changed_byte_leaves_nothing(stripe_says):
    body = body_of()
    header = signed(body)
    assert stripe_says.send(body.replace(b"nowhere", b"n0where"), header).status_code == 400
    assert StripeEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 400), (-290, 200), (290, 200), (310, 400), (86_400, 400)]
)
def test_a_signature_counts_for_five_minutes_in_both_directions(stripe_says, seconds, status):
    body = body_of()
    assert stripe_says.send(body, signed(body, at=time.time() + seconds)).status_code == status
    assert StripeEvent.objects.count() == (status == 200)


def test_two_secrets_count_while_they_are_rotated(stripe_says, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_tests"]
    first, second = body_of(event_id="evt_1"), body_of(event_id="evt_2")
    assert stripe_says.send(first, signed(first, secret="whsec_new")).status_code == 200
    assert stripe_says.send(second, signed(second, secret="whsec_tests")).status_code == 200
    assert StripeEvent.objects.count() == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b"\xff\xfe",
        b'{"object": "v2.core.event", "id": "evt_1"}',
        b'{"object": "event", "id": 7, "type": "x", "created": 1, "livemode": false}',
        b'{"object": "event", "id": "evt_1", "type": "x", "created": 1e400, "livemode": false}',
        b'{"object": "event", "id": "evt_1", "type": "x", "created": 99999999999999999, "livemode": false}',
        b'{"object": "event", "id": "evt\\u0000", "type": "x", "created": 1, "livemode": false}',
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_no_event_is_refused(stripe_says, body):
    try:
        header = signed(body)
    except UnicodeDecodeError:
        header = "t=1,v1=00"
    assert stripe_says.send(body, header).status_code == 400
    assert StripeEvent.objects.count() == 0


def test_a_body_too_long_for_an_event_is_refused_before_it_is_read(stripe_says):
    body = b" " * (webhooks.LONGEST_BODY + 1)
    assert stripe_says.send(body).status_code == 413
    assert StripeEvent.objects.count() == 0


def test_stripe_needs_no_cookie():
    assert StripeVoice(Client(enforce_csrf_checks=True)).send(body_of()).status_code == 200


def test_only_post_is_answered(client):
    assert client.get(ADDRESS).status_code == 405


def test_an_unknown_kind_is_kept_and_ignored(stripe_says):
    assert stripe_says.event(an_event("customer.tax_id.updated")).status_code == 200
    assert StripeEvent.objects.get().state == EventState.IGNORED


def test_an_event_from_the_other_mode_is_kept_as_refused(stripe_says, books):
    donation = DonationFactory()
    assert stripe_says.event(an_event(livemode=True, id=donation.session_id)).status_code == 200
    assert StripeEvent.objects.get().state == EventState.REFUSED
    stripe_events.process_waiting()
    assert books()["donations"] == [("pending", 2550, 0)]


def test_keeping_an_event_costs_few_queries_and_a_repetition_one(
    stripe_says, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(webhooks.tasks, "hint", lambda *_: None)
    body = body_of()
    with django_assert_num_queries(4):  # known already? then savepoint, insert, release
        stripe_says.send(body)
    with django_assert_num_queries(1):
        stripe_says.send(body)


def test_the_same_event_twice_at_once_is_kept_once(stripe_says, monkeypatch):
    body = body_of()
    stripe_says.send(body)
    # The other delivery was not committed yet when this one asked.
    monkeypatch.setattr(StripeEventQuerySet, "exists", lambda _rows: False)
    assert stripe_says.send(body).status_code == 200
    assert StripeEvent.objects.count() == 1


def test_nothing_is_asked_of_stripe_before_the_answer(stripe_says, monkeypatch):
    asked = []
    monkeypatch.setattr(webhooks.tasks, "hint", lambda *hint: None)
    monkeypatch.setattr(stripe_events.gateway, "retrieve_session", lambda *id: asked.append(id))
    stripe_says.event(an_event())
    assert asked == []


def test_an_event_while_stripe_is_away_waits_for_its_turn(stripe_says):
    stripe_says.event(an_event())
    event = StripeEvent.objects.get()
    assert (event.state, event.attempts) == (EventState.WAITING, 1)
    assert event.next_try_at > event.received_at
    assert event.claimed_until is None
    assert "PaymentServiceUnavailable" in event.last_error


@pytest.mark.django_db(transaction=True)
def test_an_event_of_no_donation_of_ours_is_tried_five_times_then_listed(sandbox, stripe_says, books):
    stripe_says.event(an_event("checkout.session.completed", id="cs_test_elsewhere"))
    for _turn in range(10):
        StripeEvent.objects.update(next_try_at=None)
        stripe_events.process_waiting()
    event = StripeEvent.objects.get()
    assert (event.state, event.attempts) == (EventState.UNMATCHED, 5)
    assert list(StripeEvent.objects.needing_a_person()) == [event]
    assert books()["entries"] == []


@pytest.mark.django_db(transaction=True)
def test_a_listed_event_can_be_worked_on_again_from_the_command_line(sandbox, stripe_says, capsys):
    stripe_says.event(an_event(event_id="evt_again", id="cs_test_elsewhere"))
    StripeEvent.objects.update(state=EventState.UNMATCHED, attempts=5)
    call_command("replay_events", "--listed")
    event = StripeEvent.objects.get()
    assert (event.state, event.attempts) == (EventState.WAITING, 1)
    assert "evt_again" in capsys.readouterr().out


def test_an_event_claimed_by_a_killed_worker_comes_back_when_its_lease_is_over(stripe_says):
    stripe_says.event(an_event())
    StripeEvent.objects.update(next_try_at=None)
    from cms import leases

    assert len(leases.claim(StripeEvent.objects.all(), seconds=0.05, limit=1)) == 1
    assert stripe_events.process_waiting() == 0
    time.sleep(0.06)
    assert stripe_events.process_waiting() == 1
