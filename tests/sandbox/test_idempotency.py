"""The same request sent twice is done once."""

import threading
import time

import pytest
import requests
import stripe

from tests.sandbox.conftest import client_of, session_params
from tests.sandbox_process import KEY


def test_the_same_key_gives_the_same_session(stripe_client):
    first = stripe_client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "gift-1"})
    again = stripe_client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "gift-1"})
    assert again.id == first.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert again.last_response.body == first.last_response.body
    assert len(stripe_client.v1.checkout.sessions.list().data) == 1


def test_the_answer_is_replayed_even_when_the_session_has_changed_since(stripe_client, sandbox):
    options = {"idempotency_key": "gift-1"}
    session = stripe_client.v1.checkout.sessions.create(session_params(), options)
    sandbox.pay(session.id)
    assert stripe_client.v1.checkout.sessions.create(session_params(), options).status == "open"


def test_the_same_key_with_other_parameters_is_an_error(stripe_client):
    stripe_client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "gift-1"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        stripe_client.v1.checkout.sessions.create(session_params(999), {"idempotency_key": "gift-1"})
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        stripe_client.v1.customers.create({}, {"idempotency_key": "gift-1"})


def test_a_refused_request_does_not_use_up_its_key(stripe_client):
    options = {"idempotency_key": "gift-1"}
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.checkout.sessions.create(session_params(1), options)
    assert stripe_client.v1.checkout.sessions.create(session_params(), options).status == "open"


def test_two_requests_at_once_make_one_session(sandbox, stripe_client):
    results: list[str] = []

    def send() -> None:
        created = client_of(sandbox).v1.checkout.sessions.create(
            session_params(), {"idempotency_key": "double-click"}
        )
        results.append(created.id)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == 1
    assert len(stripe_client.v1.checkout.sessions.list().data) == 1


def test_a_key_in_use_is_a_conflict(sandbox, tmp_path):
    """A request under way holds its key; made visible by a row that no request has finished."""
    import sqlite3

    with sqlite3.connect(sandbox.database, timeout=10) as database:
        database.execute(
            "INSERT INTO sandbox_idempotencykey (key, fingerprint, request_id, started_at, body) "
            "SELECT 'busy', ?, 'req_other', ?, ''",
            (_fingerprint(), time.time()),
        )
    answer = requests.post(
        f"{sandbox.base}/v1/customers",
        headers={"Authorization": f"Bearer {KEY}", "Idempotency-Key": "busy"},
        timeout=10,
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "idempotency_key_in_use"
    with sqlite3.connect(sandbox.database, timeout=10) as database:
        database.execute("UPDATE sandbox_idempotencykey SET started_at = started_at - 61 WHERE key = 'busy'")
    assert client_of(sandbox).v1.customers.create({}, {"idempotency_key": "busy"}).id.startswith("cus_")


def _fingerprint() -> str:
    import hashlib
    import json

    return hashlib.sha256(json.dumps(["POST", "/v1/customers", {}]).encode()).hexdigest()


def test_stripes_library_heals_an_error_after_the_work(sandbox, stripe_client):
    sandbox.chaos(fail=[{"kind": "500_after_commit", "method": "POST"}])
    session = stripe_client.v1.checkout.sessions.create(session_params())
    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert [s.id for s in stripe_client.v1.checkout.sessions.list().data] == [session.id]


def test_a_timeout_after_the_work_leaves_one_session_for_the_same_key(sandbox, stripe_client):
    sandbox.chaos(fail=[{"kind": "timeout_after_commit", "seconds": 1}])
    hasty = client_of(sandbox, http_client=stripe.RequestsClient(timeout=(3, 0.3)), max_network_retries=0)
    options = {"idempotency_key": "gift-1"}
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.checkout.sessions.create(session_params(), options)
    kept = stripe_client.v1.checkout.sessions.create(session_params(), options)
    assert [s.id for s in stripe_client.v1.checkout.sessions.list().data] == [kept.id]
