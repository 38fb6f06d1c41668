"""Who asks gets an answer in their language, without their own words; staff get the words, in Italian."""

import pytest
from django.contrib.auth.models import Group
from django.utils import translation

from cms.models import OutboxMessage
from members.services import leads
from tests.factories import members as make
from tests.members.test_leads import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def commercial():
    Group.objects.get_or_create(name="commercial")
    return make.UserFactory(email="marta@rete.example", role="commercial")


def mail(template: str) -> OutboxMessage:
    return OutboxMessage.objects.get(template=f"members/emails/{template}")


def test_the_sender_is_answered_in_italian_with_lei():
    lead = ask(service_format=make.ServiceFormatFactory(name_it="Racconti di lago"))
    sent = mail("request_received")
    assert (sent.to, sent.language, sent.stream, sent.about) == (
        "giulia@comune.example",
        "it",
        "service",
        lead,
    )
    assert sent.subject == "Abbiamo ricevuto la Sua richiesta"
    assert "Racconti di lago" in sent.text


def test_the_sender_is_answered_in_english_whatever_the_language_of_the_process():
    service_format = make.ServiceFormatFactory(name_it="Racconti di lago", name_en="Lake stories")
    with translation.override("it"):
        ask(language="en", service_format=service_format)
    sent = mail("request_received")
    assert sent.subject == "We have received your request"
    assert "Lake stories" in sent.text


def test_the_answer_repeats_nothing_that_was_typed():
    ask(name="Comprate qui http://spam.example", message="http://spam.example")
    sent = mail("request_received")
    assert "spam" not in sent.subject + sent.text + sent.html


def test_the_commercial_people_hear_of_a_new_request_in_italian(commercial):
    make.UserFactory()
    with translation.override("en"):
        lead = ask(language="en", message="Due classi & <b>altro</b>")
    sent = mail("request_new")
    assert (sent.to, sent.language) == ("marta@rete.example", "it")
    assert sent.subject == f"Nuova richiesta: {lead.title}"
    assert "Due classi & <b>altro</b>" in sent.text
    assert "<b>altro</b>" not in sent.html
    assert f"http://testserver/admin/members/lead/inspect/{lead.pk}/" in sent.text


def test_without_commercial_people_whoever_runs_the_place_hears_of_it():
    make.UserFactory(email="capo@rete.example", admin=True)
    ask()
    assert mail("request_new").to == "capo@rete.example"


def test_somebody_who_left_hears_of_nothing(commercial):
    commercial.is_active = False
    commercial.save()
    ask()
    assert not OutboxMessage.objects.filter(template="members/emails/request_new").exists()


def test_a_new_owner_is_told_and_who_takes_a_request_is_not(commercial):
    lead = ask()
    OutboxMessage.objects.all().delete()
    leads.assign_lead(lead=lead, to=commercial, by=commercial)
    assert not OutboxMessage.objects.exists()
    other = make.UserFactory(email="luca@rete.example")
    leads.assign_lead(lead=lead, to=other, by=commercial)
    sent = mail("request_assigned")
    assert (sent.to, sent.subject) == ("luca@rete.example", f"Questa richiesta è tua: {lead.title}")
    leads.assign_lead(lead=lead, to=other, by=commercial)
    assert OutboxMessage.objects.count() == 1
