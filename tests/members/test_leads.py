"""A request is never lost, keeps its history, and moves only where it may."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from wagtail.log_actions import registry as log_registry
from wagtail.models import Page

from cms.models import OutboxMessage
from members.models import Contact, Lead, LeadStage, LeadStageMove, Organisation
from members.services import leads
from members.today import today
from tests.factories import members as make

pytestmark = pytest.mark.django_db

CONSENT = "Acconsento all’uso dei miei dati."


def ask(**changes) -> Lead:
    words = {
        "name": "Giulia Rossi",
        "email": "giulia@comune.example",
        "message": "Un laboratorio per due classi.",
        "organisation_name": "Comune di Prova",
        "organisation_kind": "public",
        "phone": "0376 123456",
        "page_url": "/format/racconti/",
        "language": "it",
        "consent_text": CONSENT,
    }
    return leads.open_lead(**{**words, **changes})


def actions_of(lead: Lead) -> list[str]:
    return [entry.action for entry in log_registry.get_logs_for_instance(lead).order_by("timestamp", "pk")]


def test_a_request_keeps_all_that_was_said_and_where():
    service_format = make.ServiceFormatFactory(name_it="Racconti di lago")
    page = Page.objects.get(depth=1).add_child(instance=Page(title="Racconti di lago", slug="racconti"))
    lead = ask(service_format=service_format, page=page)
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.title == "Racconti di lago · Comune di Prova"
    assert (lead.page, lead.page_title, lead.page_url) == (page, "Racconti di lago", "/format/racconti/")
    assert (lead.service_format, lead.format_name) == (service_format, "Racconti di lago")
    assert (lead.contact.first_name, lead.contact.last_name) == ("Giulia", "Rossi")
    assert (lead.organisation.name, lead.organisation.kind) == ("Comune di Prova", "public")
    assert (lead.stage.name_it, lead.kind, lead.source) == ("nuova", "open", "website")
    assert (lead.consent.text, lead.consent.purpose, lead.consent.email, lead.consent.source) == (
        CONSENT,
        "request",
        "giulia@comune.example",
        "/format/racconti/",
    )
    assert [(move.from_stage, move.to_stage) for move in lead.moves.all()] == [(None, lead.stage)]
    assert actions_of(lead) == ["members.lead.opened"]


def test_a_request_stays_when_its_page_and_format_are_gone():
    service_format = make.ServiceFormatFactory(name_it="Racconti di lago")
    page = Page.objects.get(depth=1).add_child(instance=Page(title="La pagina", slug="racconti"))
    lead = ask(service_format=service_format, page=page)
    page.delete()
    service_format.delete()
    lead.refresh_from_db()
    assert (lead.page, lead.service_format) == (None, None)
    assert (lead.page_title, lead.format_name) == ("La pagina", "Racconti di lago")


def test_the_same_person_writing_twice_opens_two_requests_with_one_contact_and_one_client():
    first = ask()
    second = ask(email=" GIULIA@Comune.example ", organisation_name="comune di  PROVA.")
    assert first.pk != second.pk
    assert (second.contact, second.organisation) == (first.contact, first.organisation)
    assert (Contact.objects.count(), Organisation.objects.count()) == (1, 1)


def test_another_name_with_a_known_address_is_kept_on_the_request_and_changes_no_contact():
    ask()
    second = ask(name="Paolo Bianchi", phone="333 000")
    assert second.contact.full_name == "Giulia Rossi"
    assert (second.sender_name, second.sender_phone) == ("Paolo Bianchi", "333 000")
    assert second.contact.phone == "0376 123456"


def test_a_known_contact_gets_what_was_missing():
    contact = make.ContactFactory(email="giulia@comune.example", phone="", organisation=None)
    lead = ask()
    contact.refresh_from_db()
    assert (contact.phone, contact.organisation) == ("0376 123456", lead.organisation)


def test_a_request_comes_in_when_staff_have_deleted_every_stage():
    LeadStage.objects.all().delete()
    assert ask().stage.kind == "open"


def test_somebody_alone_needs_no_organisation():
    lead = ask(organisation_name="", organisation_kind="")
    assert (lead.organisation, lead.contact.organisation, lead.title) == (None, None, "Giulia Rossi")


@pytest.mark.parametrize(
    "changes",
    [
        {
            "name": "N" * 10_000,
            "phone": "1" * 500,
            "organisation_name": "O" * 10_000,
            "page_url": "/" * 9_000,
        },
        {"name": "🎭" * 200, "message": "🎶" * 50_000, "organisation_name": "🏛️" * 300},
        {"name": "<script>alert(1)</script>", "message": "<b>ciao</b>", "organisation_name": "<i>"},
        {
            "name": "Giu\x00lia\x00",
            "message": "uno\x00due\r\ntre",
            "organisation_name": "\x00",
            "phone": "\x00",
        },
        {"name": "A\nB\r\nBcc: tutti@example.org", "organisation_name": "…!?"},
        {"name": "ﷺ" * 160, "organisation_name": "ﷺ" * 160, "organisation_kind": ""},
    ],
)
def test_odd_words_are_kept_and_break_nothing(changes):
    lead = Lead.objects.get(pk=ask(**changes).pk)
    kept = lead.sender_name + lead.message + lead.title + lead.page_url
    assert "\x00" not in kept
    assert "\n" not in lead.title


def test_an_impossible_address_is_refused_and_leaves_nothing_behind():
    with pytest.raises(ValidationError):
        ask(email="nobody")
    assert (Lead.objects.count(), Contact.objects.count(), OutboxMessage.objects.count()) == (0, 0, 0)


def test_a_request_that_fails_half_way_leaves_nothing_behind(monkeypatch):
    def fail(lead):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("members.emails.notify_new_request", fail)
    with pytest.raises(RuntimeError):
        ask()
    assert (Lead.objects.count(), Contact.objects.count(), OutboxMessage.objects.count()) == (0, 0, 0)


def test_a_move_is_written_in_the_history_with_who_and_when():
    lead, ada = make.LeadFactory(), make.UserFactory()
    leads.move_lead(lead=lead, to=make.LeadStageFactory(qualified=True), by=ada, note="Hanno i fondi.")
    move = lead.moves.get()
    assert (move.from_stage.name_it, move.to_stage.name_it, move.by, move.note) == (
        "nuova",
        "qualificata",
        ada,
        "Hanno i fondi.",
    )
    assert actions_of(lead) == ["members.lead.moved"]


def test_the_same_stage_again_is_no_move():
    lead = make.LeadFactory()
    assert leads.move_lead(lead=lead, to=lead.stage, by=None) is None
    assert LeadStageMove.objects.count() == 0


def test_losing_a_request_needs_a_reason():
    lead, lost = make.LeadFactory(), make.LeadStageFactory(lost=True)
    with pytest.raises(leads.LostNeedsReason):
        leads.move_lead(lead=lead, to=lost, by=None)
    lead.refresh_from_db()
    assert lead.kind == "open"
    leads.move_lead(lead=lead, to=lost, by=None, lost_reason=make.LostReasonFactory(), note="Troppo caro.")
    lead.refresh_from_db()
    assert (lead.kind, lead.lost_reason.name_it, lead.lost_note) == ("lost", "prezzo", "Troppo caro.")


def test_the_database_too_wants_a_reason_for_a_lost_request():
    lead = make.LeadFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(kind="lost")


def test_a_won_request_is_reopened_before_it_is_lost():
    lead, lost = make.LeadFactory(won=True), make.LeadStageFactory(lost=True)
    reason = make.LostReasonFactory()
    with pytest.raises(leads.ForbiddenMove) as refusal:
        leads.move_lead(lead=lead, to=lost, by=None, lost_reason=reason)
    assert "riaperta" in str(refusal.value) or "open stage" in str(refusal.value)
    leads.move_lead(lead=lead, to=make.LeadStageFactory(), by=None)
    leads.move_lead(lead=lead, to=lost, by=None, lost_reason=reason)
    assert lead.kind == "lost"


def test_reopening_a_lost_request_forgets_the_reason_but_not_the_history():
    lead = make.LeadFactory()
    leads.move_lead(
        lead=lead, to=make.LeadStageFactory(lost=True), by=None, lost_reason=make.LostReasonFactory()
    )
    leads.move_lead(lead=lead, to=make.LeadStageFactory(), by=None)
    assert (lead.lost_reason, lead.lost_note, lead.kind) == (None, "", "open")
    assert [move.lost_reason is not None for move in lead.moves.all()] == [True, False]


def test_a_move_reads_what_a_colleague_changed_meanwhile():
    lead = make.LeadFactory()
    stale = Lead.objects.get(pk=lead.pk)
    leads.assign_lead(lead=lead, to=(ada := make.UserFactory()), by=None)
    leads.move_lead(lead=stale, to=make.LeadStageFactory(qualified=True), by=None)
    lead.refresh_from_db()
    assert (lead.owner, lead.stage.name_it) == (ada, "qualificata")


def test_a_used_stage_keeps_its_kind():
    stage = make.LeadFactory().stage
    stage.kind = "won"
    with pytest.raises(ValidationError):
        stage.full_clean()


def test_next_action_and_notes():
    lead, ada = make.LeadFactory(), make.UserFactory()
    leads.set_next_action(lead=lead, action="telefonare", on=today() - timedelta(days=1), by=ada)
    assert list(Lead.objects.overdue(today())) == [lead]
    assert lead.is_overdue(today())
    leads.set_next_action(lead=lead, action="", on=today(), by=ada)
    assert (lead.next_action, lead.next_action_on) == ("", None)
    note = leads.add_note(lead=lead, text=" Richiamare\x00 lunedì ", by=ada)
    assert (note.text, note.author) == ("Richiamare lunedì", ada)
    with pytest.raises(ValidationError):
        leads.add_note(lead=lead, text="  \x00 ", by=ada)
    assert actions_of(lead) == ["members.lead.planned", "members.lead.planned", "members.lead.noted"]


def test_a_won_request_is_never_late():
    make.LeadFactory(overdue=True, won=True)
    assert not Lead.objects.overdue(today()).exists()


@pytest.mark.django_db(transaction=True)
def test_one_person_sending_at_once_loses_no_request_and_is_one_contact():
    start = threading.Barrier(8)
    troubles: list[str] = []

    def send() -> None:
        try:
            start.wait(timeout=20)
            ask()
        except Exception as trouble:
            troubles.append(repr(trouble))
        finally:
            connection.close()

    sending = [threading.Thread(target=send) for _ in range(8)]
    for one in sending:
        one.start()
    for one in sending:
        one.join(timeout=60)
    assert troubles == []
    assert (Lead.objects.count(), Contact.objects.count()) == (8, 1)
