"""A donor's own area: in by mail, once, for an hour; nothing of anybody else's."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms import consent
from cms.models import OutboxMessage
from cms.public_forms import guard_values
from donations.models import DonorLink, DonorVisit, Receipt, State
from donations.personal_data import DONORS
from donations.services import donor_access
from tests.factories.donations import DonationFactory, DonorFactory

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}
ASK = "/le-mie-donazioni/"


@pytest.fixture
def donor():
    return DonorFactory(name="Ada Gonzaga", email="ada@persone.example")


def ask(client, email, **how):
    return client.post(ASK, guard_values() | {"email": email}, headers=OURS, **how)


def link_in_the_mail() -> str:
    donor_access.send_links()
    mail = OutboxMessage.objects.get(template="donations/emails/donor_link")
    return re.search(r"https?://[^/]+(/le-mie-donazioni/entra/\S+)", mail.text)[1]


def come_in(client, donor):
    """A visit, by way of the mail."""
    ask(client, donor.email)
    assert client.post(link_in_the_mail(), headers=OURS).status_code == 303
    return client


def test_known_and_unknown_get_the_same_answer_at_the_same_cost(client, donor, monkeypatch):
    monkeypatch.setattr("donations.tasks.hint", lambda *work: None)  # the worker works after the answer
    ask(client, "prima@persone.example")  # the first counts the source, the others count on
    answers = []
    for email in (donor.email, "nessuno@persone.example"):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(client, email)
        answers.append((answer.status_code, answer["Location"], answer.content, len(asked)))
    assert answers[0] == answers[1]
    donor_access.send_links()
    assert [mail.to for mail in OutboxMessage.objects.all()] == [donor.email]
    assert DonorLink.objects.filter(sent_at__isnull=True).count() == 0


def test_asking_sets_no_cookie_and_is_never_kept(client):
    for answer in (
        client.get(ASK),
        ask(client, "chi@persone.example"),
        client.get(reverse("my_donations_sent")),
    ):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]


def test_looking_at_the_link_uses_nothing_and_pressing_uses_it_up(client, donor):
    ask(client, donor.email)
    link = link_in_the_mail()
    for _ in range(3):
        assert Client().get(link).status_code == 200
    assert not client.get(link).cookies
    came = client.post(link, headers=OURS)
    cookie = came.cookies["donor_visit"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "Ada Gonzaga" in client.get(ASK).content.decode()
    assert Client().post(link, headers=OURS).status_code == 410
    assert "sessionid" not in client.cookies
    assert cookie.value not in str(list(DonorVisit.objects.values()))
    assert link.rstrip("/").rpartition("/")[2] not in str(list(DonorLink.objects.values()))


def test_a_link_pressed_on_another_site_opens_nothing(client, donor):
    ask(client, donor.email)
    answer = client.post(link_in_the_mail(), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and not answer.cookies


def test_a_link_lives_half_an_hour_and_a_visit_an_hour(client, donor):
    now = timezone.now()
    ask(client, donor.email)
    link = link_in_the_mail()
    with time_machine.travel(now + timedelta(minutes=31)):
        assert client.get(link).status_code == 410
        assert client.post(link, headers=OURS).status_code == 410
    client.post(link, headers=OURS)
    with time_machine.travel(now + timedelta(minutes=62)):
        page = client.get(ASK)
        assert "La tua visita è finita" in page.content.decode()
        assert "Ada Gonzaga" not in page.content.decode()


def test_one_address_gets_four_mails_an_hour_and_one_source_is_stopped(client, donor, settings):
    for _ in range(6):
        assert ask(client, donor.email)["Location"] == reverse("my_donations_sent")
    donor_access.send_links()
    assert OutboxMessage.objects.count() == 4
    for number in range(20):
        last = ask(client, f"{number}@persone.example")
    assert last.status_code == 429
    assert "19@persone.example" in last.content.decode()


def test_a_donor_sees_the_own_donations_and_receipts_and_nobody_elses(client, donor):
    mine = DonationFactory(donor=donor, paid=True, delivered=True)
    DonationFactory(donor=donor, state=State.EXPIRED, amount_cents=9999)
    other = DonationFactory(paid=True, delivered=True, amount_cents=7777)
    come_in(client, donor)
    page = client.get(ASK).content.decode()
    assert "25,50" in page and "77,77" not in page and "99,99" not in page
    receipt = reverse("my_donations_receipt", args=[mine.receipts.get().pk])
    assert receipt in page
    paper = client.get(receipt)
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert "no-store" in paper["Cache-Control"] and "private" in paper["Cache-Control"]
    foreign = reverse("my_donations_receipt", args=[Receipt.objects.get(donation=other).pk])
    assert client.get(foreign).status_code == 404
    assert Client().get(receipt)["Location"] == ASK


def test_years_are_told_without_what_went_back(client, donor):
    DonationFactory(donor=donor, paid=True, amount_cents=5000, refunded=1000)
    come_in(client, donor)
    assert "40,00" in client.get(ASK).content.decode()


def test_leaving_needs_the_token_of_the_form_and_ends_the_visit(donor):
    client = come_in(Client(enforce_csrf_checks=True), donor)
    assert client.post(reverse("my_donations_leave"), headers=OURS).status_code == 403
    page = client.get(ASK).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
    out = client.post(reverse("my_donations_leave"), {"csrfmiddlewaretoken": token}, headers=OURS)
    assert out["Location"] == ASK
    assert DonorVisit.objects.count() == 0


def test_a_consent_is_taken_back_at_once(client, donor):
    consent.record_consent(
        purpose="promotional", email=donor.email, text="Sì alle novità", language="it", source="modulo"
    )
    come_in(client, donor)
    address = reverse("my_donations_privacy")
    assert "Sì alle novità" in client.get(address).content.decode()
    client.post(address, {"purpose": "promotional"})
    assert consent.has_withdrawn(donor.email, "promotional")
    client.post(address, {"purpose": "nothing"})


def test_who_is_forgotten_is_shut_out(client, donor):
    come_in(client, donor)
    DONORS.pseudonymise(donor)
    assert "Gonzaga" not in client.get(ASK).content.decode()
    assert (DonorLink.objects.count(), DonorVisit.objects.count()) == (0, 0)


def test_links_and_visits_are_forgotten(client, donor):
    come_in(client, donor)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        donor_access.forget()
    assert (DonorLink.objects.count(), DonorVisit.objects.count()) == (0, 0)


@pytest.mark.parametrize("many", [1, 30])
def test_my_donations_query_count_does_not_grow(client, donor, many, django_assert_max_num_queries):
    DonationFactory.create_batch(many, donor=donor, paid=True, delivered=True)
    come_in(client, donor)
    client.get(ASK)
    with django_assert_max_num_queries(OVERVIEW_QUERIES):
        client.get(ASK)


OVERVIEW_QUERIES = 8  # one of them is the cache's, where it is a table
