"""Whatever arrives at the network API: a sentence in JSON, in the language asked for, and never a 500."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from donations.models import Donation
from members.models import Lead
from tests.factories.cms import CROSS_SITE
from tests.factories.donations import CampaignFactory
from tests.public.test_odd_addresses import ODD, name_of

pytestmark = pytest.mark.django_db

BASE = "/api/network/v1"
ASKED = {
    "name": "Giulia Rossi",
    "email": "giulia@comune.example",
    "message": "Vorremmo un laboratorio.",
    "consent": True,
    "language": "it",
}
GIFT = {
    "amount_cents": 2550,
    "campaign": "palco",
    "name": "Ada Gonzaga",
    "email": "ada@persone.example",
    "language": "it",
}
POSTS = {"/leads/": (ASKED, Lead), "/checkouts/": (GIFT, Donation)}
LISTS = ["cooperatives", "formats", "events", "courses", "campaigns"]


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    """How often one may ask is tried elsewhere."""
    monkeypatch.setattr("cms.api.Throttle.allow_request", lambda self, request: True)


@pytest.fixture
def send(client):
    CampaignFactory(slug="palco")

    def post(path: str, body, *, content_type: str = "application/json", **headers) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.generic("POST", BASE + path, raw, content_type, headers=headers)

    return post


def assert_told(answer: HttpResponse, *statuses: int) -> dict:
    """A Problem with a sentence, of a readable length whatever was sent."""
    assert answer.status_code in statuses
    assert answer["Content-Type"].startswith("application/json")
    problem = answer.json()
    assert len(problem["detail"]) > 10
    assert len(answer.content) < 5_000
    return problem


def both():
    return pytest.mark.parametrize("path", POSTS)


BODIES = {
    "nothing": b"",
    "broken": b'{"name": "Ada"',
    "two": b"{}{}",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"Ada"',
    "a number": b"1e999",
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 100_000,
    "not a number": b'{"amount_cents": NaN, "name": Infinity}',
    "four thousand digits": b'{"amount_cents": ' + b"9" * 4000 + b"}",
    "ten thousand digits": b'{"amount_cents": ' + b"9" * 10_000 + b"}",
    "xml": b"<?xml version='1.0'?><name>Ada</name>",
}


@both()
@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_says_nothing_is_told(send, path, body):
    assert_told(send(path, BODIES[body]), 400, 415, 422)
    assert not POSTS[path][1].objects.exists()


@both()
def test_six_megabytes_are_too_much(send, path):
    good, rows = POSTS[path]
    assert_told(send(path, {**good, "message": "x" * 6 * 1024 * 1024}), 413)
    assert not rows.objects.exists()


@both()
def test_a_megabyte_in_any_field_is_told_and_not_sent_back(send, path):
    good, rows = POSTS[path]
    for name in ("name", "email", "message"):
        problem = assert_told(send(path, {**good, name: "x" * 1024 * 1024}), 422)
        assert set(problem["fields"]) == {name}
    assert not rows.objects.exists()


@both()
def test_any_sign_is_only_text(send, path):
    good, rows = POSTS[path]
    for text in ("Ciao 👩🏽‍🎨 🇮🇹", "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7 }}"):
        assert send(path, {**good, "name": text, "message": text}).status_code in (201, 503)
        assert rows.objects.latest("pk").message == text


@both()
@pytest.mark.parametrize("text", ["a\x00b", "\x00", "\ud800", "a\udfffb", "\u202e", "\x1b[31m"], ids=name_of)
def test_signs_that_no_database_keeps_are_dropped_or_told(send, path, text):
    good, _rows = POSTS[path]
    for name in good.keys() - {"language", "consent", "amount_cents"}:
        answer = send(path, {**good, name: text})
        assert answer.status_code in (201, 503, 404, 422), name


@both()
@pytest.mark.parametrize("wrong", [None, 1, -1.5, True, [], {}, ["a"], {"a": 1}, "", "  "], ids=repr)
def test_a_wrong_type_is_told_at_its_field(send, path, wrong):
    good, rows = POSTS[path]
    for name in ("name", "email"):
        problem = assert_told(send(path, {**good, name: wrong}), 422)
        assert any(field.startswith(name) for field in problem["fields"]), problem
    assert not rows.objects.exists()


@pytest.mark.parametrize("cents", [0, -1, -2550, 1, 5_000_001, 10**12, 10**30, 25.5, "25,50", True, None, []])
def test_an_amount_that_cannot_be_given_is_told(send, cents):
    problem = assert_told(send("/checkouts/", {**GIFT, "amount_cents": cents}), 422)
    assert problem["fields"].keys() & {"amount_cents", "amount"}, problem
    assert not Donation.objects.exists()


@pytest.mark.parametrize("consent", [False, None, "no", 0, {}])
def test_no_consent_no_request(send, consent):
    assert_told(send("/leads/", {**ASKED, "consent": consent}), 422)
    assert not Lead.objects.exists()


@both()
@pytest.mark.parametrize(
    ("content_type", "origin"),
    [
        ("text/plain", CROSS_SITE),
        ("application/x-www-form-urlencoded", CROSS_SITE),
        ("", CROSS_SITE),
        ("text/plain", {}),
    ],
)
def test_another_site_cannot_send_in_a_visitors_name(send, path, content_type, origin):
    """Browsers let pages of other sites post these types unasked; of JSON they ask, and are told no."""
    good, rows = POSTS[path]
    assert_told(send(path, good, content_type=content_type, **origin), 415)
    assert not rows.objects.exists()


@both()
def test_a_browser_that_asks_for_another_site_gets_no_leave(client, path):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(BASE + path, headers=asked)
    assert "Access-Control-Allow-Origin" not in answer
    assert answer.status_code in (200, 405)


@both()
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused(client, path, method):
    assert getattr(client, method)(BASE + path).status_code == 405


@both()
@pytest.mark.parametrize(
    ("language", "told", "at_field"),
    [
        ("it", "Alcuni campi vanno corretti.", "Scrivi qui un testo."),
        ("en", "Some fields need mending.", "Write a text here."),
    ],
)
def test_refusals_are_in_the_language_of_who_asks(send, path, language, told, at_field):
    """Also where nobody has looked at the body yet but the schema."""
    good, _rows = POSTS[path]
    asked = {**good, "language": language}
    assert assert_told(send(path, {**asked, "email": "no"}), 422)["detail"] == told
    assert assert_told(send(path, {**asked, "name": 1}), 422)["fields"] == {"name": [at_field]}
    by_address = send(f"{path}?language={language}", asked, content_type="text/plain")
    assert assert_told(by_address, 415)["detail"].startswith(
        {"it": "Invia JSON", "en": "Send JSON"}[language]
    )


@pytest.mark.parametrize("name", LISTS)
def test_no_query_breaks_a_list(client, name):
    described = client.get(f"{BASE}/openapi.json").json()["paths"][f"{BASE}/{name}/"]["get"]["parameters"]
    fields = [parameter["name"] for parameter in described]
    assert {"limit", "offset", "language"} < set(fields)
    for odd in ODD:
        for field in fields:
            answer = client.get(f"{BASE}/{name}/?{urlencode({field: odd})}")
            assert answer.status_code in (200, 422), (field, odd)
            if answer.status_code == 422:
                assert list(assert_told(answer, 422)["fields"]) == [field]
        every = client.get(f"{BASE}/{name}/?{urlencode(dict.fromkeys([*fields, 'unknown'], odd))}")
        assert every.status_code in (200, 422), odd


@pytest.mark.parametrize("name", [*LISTS, "consent-texts"])
def test_no_address_breaks_a_record(client, name):
    from urllib.parse import quote

    for odd in ODD:
        answer = client.get(f"{BASE}/{name}/{quote(odd, safe='')}/")
        assert answer.status_code in (404, 422), odd
