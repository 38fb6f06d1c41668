"""Leaving the promotional mails: one button for people, one POST for their mail programs."""

import pytest
from django.test import Client

from cms import consent
from cms.models import ConsentRecord, UnsubscribeLink
from cms.outbox.unsubscribing import unsubscribe_url

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address() -> str:
    """The path of Anna's link, in Italian."""
    return unsubscribe_url("Anna@example.org", "it").removeprefix("http://testserver")


def test_looking_at_the_link_changes_nothing_and_shows_a_button(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert b'<form class="form" method="post">' in response.content
    assert ConsentRecord.objects.count() == 0


def test_one_click_of_a_mail_program_works_without_cookie_login_or_origin(address):
    response = Client(enforce_csrf_checks=True).post(address, ONE_CLICK)
    assert response.status_code == 200
    assert response.cookies == {}
    word = ConsentRecord.objects.get()
    assert (word.email, word.purpose, word.given) == ("anna@example.org", consent.PROMOTIONAL, False)
    assert word.source == "unsubscribe: mail program"


def test_button_unsubscribes_and_twice_is_once(address):
    client = Client(enforce_csrf_checks=True)
    client.post(address)
    response = client.post(address)
    assert response.status_code == 200
    assert b"<form" not in response.content.split(b"<main")[1].split(b"</main>")[0]
    assert ConsentRecord.objects.get().source == "unsubscribe: page"


def test_unknown_token_is_not_found(client):
    assert client.get("/en/unsubscribe/guess/").status_code == 404
    assert client.post("/en/unsubscribe/guess/", ONE_CLICK).status_code == 404


def test_answers_stay_out_of_caches_and_tell_no_other_site_the_address(client, address):
    for response in (client.get(address), client.post(address, ONE_CLICK)):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"


def test_other_methods_are_refused(client, address):
    assert client.put(address).status_code == 405


def test_link_is_the_same_in_every_mail_and_has_a_name_in_each_language(address):
    assert unsubscribe_url("anna@EXAMPLE.org", "it").endswith(address)
    token = UnsubscribeLink.objects.get().token
    assert address == f"/disiscrizione/{token}/"
    assert unsubscribe_url("anna@example.org", "en") == f"http://testserver/en/unsubscribe/{token}/"
