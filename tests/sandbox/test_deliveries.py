"""Events reach the site: signed, repeated until taken, and as badly as tests ask for."""

import json
import time
from collections import Counter

import pytest
import requests
import stripe

from tests.sandbox.conftest import client_of, session_params
from tests.sandbox_process import start_sandbox

PAID = 5  # events that one paid session causes


def test_an_event_is_sent_again_until_the_site_takes_it(open_session, sandbox, receiver, stripe_client):
    receiver.answers = [500]
    session = open_session()
    sandbox.control(f"sessions/{session.id}/expire")
    first = receiver.wait_for(1)[0]
    assert stripe_client.v1.events.retrieve(first["id"]).pending_webhooks == 1
    receiver.wait_for(2)
    assert [event["id"] for event in receiver.events] == [first["id"]] * 2
    assert receiver.bodies[0] == receiver.bodies[1]
    deadline = time.time() + 2
    while sandbox.state()["deliveries"] != {"delivered": 1} and time.time() < deadline:
        time.sleep(0.02)
    assert stripe_client.v1.events.retrieve(first["id"]).pending_webhooks == 0


def test_flush_sends_at_once_what_waits_for_its_turn(open_session, sandbox, receiver):
    sandbox.chaos(hold=True)
    sandbox.pay(open_session().id)
    assert receiver.wait_for(1, seconds=0.7) == []
    assert sandbox.flush() == {"delivered": PAID, "failed": 0}
    assert len(receiver.bodies) == PAID
    assert sandbox.flush() == {"delivered": 0, "failed": 0}


def test_flush_tells_what_the_site_did_not_take(open_session, sandbox, receiver):
    sandbox.chaos(hold=True)
    receiver.answers = [500, 302]
    sandbox.pay(open_session().id)
    assert sandbox.flush() == {"delivered": PAID - 2, "failed": 2}
    assert sandbox.flush() == {"delivered": 2, "failed": 0}


def test_events_can_be_duplicated_reordered_dropped_and_late(open_session, sandbox, receiver):
    sandbox.chaos(hold=True, duplicate=2, reorder=True, drop=["payment_intent.*"])
    sandbox.pay(open_session().id)
    sandbox.flush()
    assert Counter(receiver.types) == {
        "charge.updated": 3,
        "checkout.session.completed": 3,
        "charge.succeeded": 3,
    }
    assert receiver.types[0] == "charge.updated"
    assert receiver.types[-1] == "charge.succeeded"
    assert sandbox.state()["deliveries"] == {"delivered": 3, "dropped": 2}


def test_a_delay_holds_the_first_sending_back(open_session, sandbox, receiver):
    sandbox.chaos(delay=0.6)
    session = open_session()
    start = time.time()
    sandbox.control(f"sessions/{session.id}/expire")
    receiver.wait_for(1)
    assert time.time() - start >= 0.6


def test_one_event_can_be_sent_again(open_session, sandbox, receiver):
    session = open_session()
    sandbox.control(f"sessions/{session.id}/expire")
    event = receiver.wait_for(1)[0]
    assert sandbox.control("deliver", event=event["id"], times=2) == {"delivered": 2, "failed": 0}
    assert [found["id"] for found in receiver.events] == [event["id"]] * 3


def test_a_wrong_wish_is_refused_with_a_sentence(sandbox):
    for path, wishes in [
        ("chaos", {"noise": 1}),
        ("chaos", {"duplicate": -1}),
        ("chaos", {"fail": [{"kind": "flood"}]}),
        ("chaos", {"fail": [{"kind": "500", "times": 0}]}),
        ("deliver", {"event": "evt_none"}),
        ("sessions/cs_test_x/pay", {}),
        ("sessions/cs_test_x/pay", {"at": "yesterday"}),
        ("sessions/cs_test_x/pay", {"card": 4242}),
        ("sessions/cs_test_x/pay", {"colour": "red"}),
    ]:
        answer = requests.post(f"{sandbox.base}/_sandbox/{path}", json=wishes, timeout=10)
        assert answer.status_code in (400, 404)
        assert answer.json()["problem"]
    form = requests.post(f"{sandbox.base}/_sandbox/reset", data={"a": "b"}, timeout=10)
    assert form.status_code == 405


def test_asked_faults_meet_the_calls_they_name(sandbox, stripe_client):
    patient = client_of(sandbox, max_network_retries=0)
    sandbox.chaos(fail=[{"kind": "500", "path": "/v1/checkout/*", "times": 2}, {"kind": "429"}])
    for expected in (stripe.RateLimitError, None):
        try:
            patient.v1.customers.list()
            assert expected is None
        except stripe.StripeError as problem:
            assert isinstance(problem, expected)
    session = stripe_client.v1.checkout.sessions.create(session_params())
    assert [s.id for s in stripe_client.v1.checkout.sessions.list().data] == [session.id]


@pytest.mark.parametrize(
    ("kind", "fault"), [("500", stripe.APIError), ("409", stripe.APIError), ("429", stripe.RateLimitError)]
)
def test_a_fault_lasts_as_long_as_its_block(sandbox, kind, fault):
    patient = client_of(sandbox, max_network_retries=0)
    with sandbox.failing(kind, "/v1/customers", times=5):
        for _time in range(2):
            with pytest.raises(fault):
                patient.v1.customers.create({"email": "ada@example.org"})
        assert patient.v1.refunds.list().data == []
    assert patient.v1.customers.list().data == []
    assert sandbox.state()["knobs"]["fail"] == []


@pytest.mark.parametrize("kind", ["500_after_commit", "timeout_after_commit"])
def test_what_was_done_before_the_answer_was_lost_is_done_once(sandbox, kind):
    patient = client_of(sandbox, max_network_retries=0)
    wish, key = {"email": "ada@example.org"}, {"idempotency_key": "donor-1"}
    with sandbox.failing(kind, seconds=0.2), pytest.raises(stripe.APIError):
        patient.v1.customers.create(wish, key)
    again = patient.v1.customers.create(wish, key)
    assert [customer.id for customer in patient.v1.customers.list().data] == [again.id]


def assert_silent(base: str) -> None:
    """Nothing of a killed server stays behind to hold its port and to go on sending."""
    deadline = time.time() + 10
    while time.time() < deadline:
        try:
            requests.get(f"{base}/_sandbox/health", timeout=2)
        except requests.ConnectionError:
            return
        time.sleep(0.05)
    raise AssertionError("it still answers")


def test_undelivered_events_survive_a_kill(receiver, tmp_path):
    database = tmp_path / "kept.sqlite3"
    with start_sandbox("http://127.0.0.1:9/webhooks/stripe/", database=database) as first:
        session = client_of(first).v1.checkout.sessions.create(session_params())
        first.pay(session.id)
        first.process.kill()
        first.process.wait()
        assert_silent(first.base)
    with start_sandbox(receiver.url, database=database) as second:  # the site listens elsewhere by now
        second.flush()
        assert client_of(second).v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert Counter(receiver.types)["checkout.session.completed"] == 1
    assert all(json.loads(body)["livemode"] is False for body in receiver.bodies)


def test_the_dashboard_shows_deliveries_and_sends_again(open_session, sandbox, receiver):
    receiver.answers = [500]
    sandbox.chaos(hold=True)
    session = open_session()
    sandbox.control(f"sessions/{session.id}/expire")
    sandbox.flush()
    page = requests.get(sandbox.base, headers={"Accept-Language": "it"}, timeout=10).text
    assert "checkout.session.expired" in page
    assert "gift-1" in page
    assert "SANDBOX – nessun addebito" in page
    button = page.split('action="/deliveries/')[1].split('"')[0]
    answer = requests.post(f"{sandbox.base}/deliveries/{button}", allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    assert len(receiver.bodies) == 2
    assert requests.post(f"{sandbox.base}/deliveries/999999/send", timeout=10).status_code == 404
