"""Staff at work: lists, records and actions, within each role's rights."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import (
    ConsentText,
    Contact,
    Cooperative,
    CourseEdition,
    Enrolment,
    FormatPart,
    Lead,
    LeadOrigin,
    LeadStage,
    LostReason,
    Organisation,
    ServiceFormat,
    Territory,
)
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def url(model, action: str, *args) -> str:
    return reverse(f"members_{model._meta.model_name}_modeladmin_{action}", args=args)


def filled() -> dict:
    """One of each, tied together."""
    cooperative = make.CooperativeFactory()
    service_format = make.ServiceFormatFactory(woven_by=[cooperative])
    lead = make.LeadFactory(service_format=service_format, overdue=True)
    enrolment = make.EnrolmentFactory(edition=make.SessionFactory().edition)
    return {
        Lead: lead,
        Organisation: lead.organisation,
        Contact: lead.contact,
        Cooperative: cooperative,
        ServiceFormat: service_format,
        FormatPart: service_format.parts.first(),
        CourseEdition: enrolment.edition,
        Enrolment: enrolment,
        LeadStage: lead.stage,
        LostReason: make.LostReasonFactory(),
        LeadOrigin: LeadOrigin.objects.first(),
        Territory: Territory.objects.first(),
        ConsentText: ConsentText.objects.first(),
    }


def test_every_list_record_form_and_history_opens(login):
    client = login()
    for model, record in filled().items():
        for path in (
            url(model, "index"),
            url(model, "index") + "?q=a%27%22%00&p=1",
            url(model, "inspect", record.pk),
            url(model, "edit", record.pk),
            url(model, "history", record.pk),
            url(model, "delete", record.pk),
        ):
            assert client.get(path).status_code == 200, path
        if model not in (Enrolment, FormatPart):
            assert client.get(url(model, "create")).status_code == 200, model


@pytest.mark.parametrize(
    "page", [Lead, Organisation, Contact, Cooperative, ServiceFormat, CourseEdition, Enrolment]
)
def test_list_query_count_does_not_grow(login, page):
    client = login()
    factory = getattr(make, f"{page.__name__}Factory")
    factory()
    client.get(url(page, "index"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page, "index")).status_code == 200
        return len(queries)

    one = cost()
    factory.create_batch(29)
    assert cost() == one


@pytest.mark.parametrize("page", [Lead, CourseEdition, ServiceFormat, Cooperative])
def test_record_query_count_does_not_grow(login, page):
    client = login()

    def grow(record, number: int) -> None:
        for _ in range(number):
            if page is Lead:
                ada = make.UserFactory()
                record.notes.create(text="nota", author=ada)
                record.moves.create(from_stage=record.stage, to_stage=record.stage, by=ada)
            elif page is CourseEdition:
                make.EnrolmentFactory(edition=record)
            elif page is ServiceFormat:
                make.FormatPart.objects.create(service_format=record, cooperative=make.CooperativeFactory())
            else:
                make.FormatPart.objects.create(service_format=make.ServiceFormatFactory(), cooperative=record)

    record = getattr(make, f"{page.__name__}Factory")()
    grow(record, 1)
    client.get(url(page, "inspect", record.pk))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page, "inspect", record.pk)).status_code == 200
        return len(queries)

    one = cost()
    grow(record, 29)
    assert cost() == one


def test_the_list_answers_the_questions_of_the_day(login, user_as):
    ada = user_as("commercial")
    mine = make.LeadFactory(title="Mia in ritardo", overdue=True, owner=ada)
    free = make.LeadFactory(title="Di nessuno", organisation=None, contact=None)
    won = make.LeadFactory(title="Acquisita", won=True, owner=ada)
    private = make.LeadFactory(
        title="Privata", organisation=make.OrganisationFactory(kind="private"), owner=ada
    )
    client = login()
    for question, answer in {
        "overdue=yes": {mine},
        "unassigned=yes": {free},
        "kind=won": {won},
        f"owner={ada.pk}": {mine, won, private},
        "organisation_kind=private": {private},
        f"stage={won.stage.pk}": {won},
        "q=ritardo": {mine},
        "kind=nonsense": set(),
    }.items():
        html = client.get(f"{url(Lead, 'index')}?{question}").content.decode()
        shown = {lead for lead in (mine, free, won, private) if lead.title in html}
        assert shown == answer, question


def act(client, record, done: str, **words):
    data = {f"{done}-{name}": value for name, value in words.items()}
    return client.post(url(type(record), "action", record.pk, done), data)


def test_staff_find_assign_move_plan_and_note_a_request(login, user_as):
    client, ada = login(), user_as("commercial")
    lead = make.LeadFactory()
    qualified = make.LeadStageFactory(qualified=True)
    assert act(client, lead, "assign", to=ada.pk).status_code == 302
    assert act(client, lead, "move", to=qualified.pk, note="Si può fare").status_code == 302
    assert act(client, lead, "plan", action="telefonare", on="01/12/2030").status_code == 302
    assert act(client, lead, "note", text="Chiedere di Anna").status_code == 302
    lead.refresh_from_db()
    assert (lead.owner, lead.stage, lead.next_action, str(lead.next_action_on)) == (
        ada,
        qualified,
        "telefonare",
        "2030-12-01",
    )
    html = client.get(url(Lead, "inspect", lead.pk)).content.decode()
    for words in ("Si può fare", "Chiedere di Anna", "qualificata", "telefonare"):
        assert words in html


def test_a_loss_without_a_reason_is_told_and_keeps_the_note(login):
    client, lead = login(), make.LeadFactory()
    response = act(client, lead, "move", to=make.LeadStageFactory(lost=True).pk, note="Troppo caro per loro")
    assert response.status_code == 422
    html = response.content.decode()
    assert "Di’ perché la richiesta è andata persa." in html
    assert "Troppo caro per loro" in html
    lead.refresh_from_db()
    assert lead.kind == "open"


@pytest.mark.parametrize(
    "words", [{"to": ""}, {"to": "x"}, {"to": "99999999999999999999"}, {"to": "\x00"}, {}]
)
def test_an_impossible_move_is_told(login, words):
    assert act(login(), make.LeadFactory(), "move", **words).status_code == 422


def test_a_request_written_by_staff_begins_in_the_first_stage(login):
    client = login()
    contact = make.ContactFactory()
    response = client.post(
        url(Lead, "create"),
        {
            "title": "Telefonata del sindaco",
            "message": "",
            "organisation": contact.organisation.pk,
            "contact": contact.pk,
            "service_format": "",
            "expected_value_cents": "1.500,50",
            "language": "it",
        },
    )
    assert response.status_code == 302, response.context["form"].errors
    lead = Lead.objects.get()
    assert (lead.stage.name_it, lead.source, lead.expected_value_cents) == ("nuova", "staff", 150_050)
    assert lead.moves.get().by == client.user


def test_amounts_are_typed_as_amounts(login):
    client, service_format = login(), make.ServiceFormatFactory(price_from_cents=50_000)
    html = client.get(url(ServiceFormat, "edit", service_format.pk)).content.decode()
    assert 'value="500,00"' in html
    lead = make.LeadFactory()
    response = client.post(url(Lead, "edit", lead.pk), {"title": "X", "expected_value_cents": "tanto"})
    assert "25,50" in response.content.decode()


def test_a_format_is_woven_of_parts_in_one_form(login):
    client, competence = login(), make.CompetenceFactory()
    one, two = make.CooperativeFactory.create_batch(2)
    words = {
        "name_it": "Racconti di lago",
        "slug": "racconti-di-lago",
        "price_from_cents": "500",
        "price_to_cents": "1.200,00",
        "is_offered": "on",
        "competences": [competence.pk],
        "parts-TOTAL_FORMS": "2",
        "parts-INITIAL_FORMS": "0",
        "parts-MIN_NUM_FORMS": "0",
        "parts-MAX_NUM_FORMS": "1000",
    }
    for row, (cooperative, order) in enumerate([(one, "2"), (two, "1")]):
        words |= {
            f"parts-{row}-id": "",
            f"parts-{row}-ORDER": order,
            f"parts-{row}-DELETE": "",
            f"parts-{row}-cooperative": cooperative.pk,
            f"parts-{row}-role_it": "conduce",
            f"parts-{row}-competences": [competence.pk],
        }
    response = client.post(url(ServiceFormat, "create"), words)
    assert response.status_code == 302, response.context["form"].errors
    woven = ServiceFormat.objects.get()
    assert [part.cooperative for part in woven.parts.all()] == [two, one]
    assert [list(part.competences.all()) for part in woven.parts.all()] == [[competence], [competence]]
    assert {part.state for part in woven.parts.all()} == {"proposed"}
    words["slug"] = "altro"
    words["parts-1-cooperative"] = one.pk
    twice = client.post(url(ServiceFormat, "create"), words)
    assert twice.status_code == 200
    assert ServiceFormat.objects.count() == 1


def edition_form(edition, **changes) -> dict:
    return {
        "course": edition.course.pk,
        "name_it": edition.name_it,
        "name_en": edition.name_en,
        "starts_on": "01/03/2030",
        "ends_on": "08/03/2030",
        "teacher": "",
        "place": "",
        "capacity": "10",
        "price_cents": "120,00",
        "enrolment_opens_on": "",
        "enrolment_closes_on": "20/02/2030",
        "sessions-TOTAL_FORMS": "1",
        "sessions-INITIAL_FORMS": "0",
        "sessions-MIN_NUM_FORMS": "0",
        "sessions-MAX_NUM_FORMS": "1000",
        "sessions-0-id": "",
        "sessions-0-ORDER": "1",
        "sessions-0-DELETE": "",
        "sessions-0-starts_at": "2030-03-01 14:30",
        "sessions-0-ends_at": "2030-03-01 17:30",
        "sessions-0-place": "",
        **changes,
    }


def test_an_edition_is_planned_with_its_sessions(login):
    client, edition = login(), make.CourseEditionFactory()
    response = client.post(url(CourseEdition, "create"), edition_form(edition))
    assert response.status_code == 302, (response.context["form"].errors, response.context["form"].formsets)
    planned = CourseEdition.objects.exclude(pk=edition.pk).get()
    assert (planned.price_cents, planned.sessions.count()) == (12_000, 1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends_on": "01/02/2030"}, "L’ultimo giorno non può venire prima del primo."),
        ({"enrolment_opens_on": "01/03/2030"}, "Le iscrizioni non possono chiudere prima di aprire."),
        ({"sessions-0-ends_at": "2030-03-01 14:00"}, "Un incontro deve finire dopo l’inizio."),
        ({"price_cents": "-5"}, "L’importo non può essere negativo."),
        ({"capacity": "-1"}, "0"),
    ],
)
def test_impossible_editions_are_told(login, changes, told):
    client, edition = login(), make.CourseEditionFactory()
    response = client.post(url(CourseEdition, "create"), edition_form(edition, **changes))
    assert response.status_code == 200
    assert told in response.content.decode()
    assert CourseEdition.objects.count() == 1


def test_staff_enrol_somebody_until_the_edition_is_full(login):
    client, edition = login(), make.CourseEditionFactory(capacity=1)
    words = {"first_name": "Luca", "last_name": "Neri", "language": "it"}
    assert act(client, edition, "enrol", **words, email="luca@persone.example").status_code == 302
    response = act(client, edition, "enrol", **words, email="anna@persone.example")
    assert response.status_code == 422
    assert "I posti di questa edizione sono tutti presi." in response.content.decode()
    assert edition.enrolments.get().consent is None


def test_staff_cancel_an_enrolment_once(login):
    client, enrolment = login(), make.EnrolmentFactory()
    assert act(client, enrolment, "cancel").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == "cancelled"
    assert act(client, enrolment, "cancel").status_code == 409  # it is told how it stands now


def test_nobody_adds_an_enrolment_past_the_places(login):
    client = login()
    assert client.get(url(Enrolment, "create")).status_code in (302, 403)
    assert url(Enrolment, "create") not in client.get(url(Enrolment, "index")).content.decode()


def test_an_edition_with_people_is_not_deleted_and_says_why(login):
    client, enrolment = login(), make.EnrolmentFactory()
    response = client.post(url(CourseEdition, "delete", enrolment.edition_id))
    assert response.status_code == 409
    assert enrolment.full_name in response.content.decode()


def grant(user, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=[*codenames, "access_admin"]))


def test_a_cooperatives_editor_sees_only_their_own_cooperative_and_parts(login, user_as):
    own, other = make.CooperativeFactory.create_batch(2)
    woven = make.ServiceFormatFactory(woven_by=[own, other])
    user = user_as("cooperative_editor", cooperative=own)
    grant(user, "view_cooperative", "change_cooperative", "view_formatpart", "change_formatpart")
    client = login(user)
    html = client.get(url(Cooperative, "index")).content.decode()
    assert own.name in html
    assert other.name not in html
    for action in ("inspect", "edit", "history"):
        assert client.get(url(Cooperative, action, own.pk)).status_code == 200
        assert client.get(url(Cooperative, action, other.pk)).status_code == 404
    mine, theirs = woven.parts.get(cooperative=own), woven.parts.get(cooperative=other)
    assert client.get(url(FormatPart, "inspect", mine.pk)).status_code == 200
    assert client.get(url(FormatPart, "inspect", theirs.pk)).status_code == 404
    assert act(client, theirs, "approve").status_code == 404


def test_a_cooperatives_editor_cannot_decide_its_membership(login, user_as):
    own = make.CooperativeFactory(is_listed=False)
    user = user_as("cooperative_editor", cooperative=own)
    user.user_permissions.remove(*Permission.objects.filter(codename="keep_membership"))
    grant(user, "view_cooperative", "change_cooperative")
    client = login(user)
    html = client.get(url(Cooperative, "edit", own.pk)).content.decode()
    assert 'name="town"' in html
    assert 'name="is_listed"' not in html
    assert 'name="slug"' not in html
    client.post(
        url(Cooperative, "edit", own.pk),
        {"name": "Nuovo nome", "legal_form": "workers", "is_listed": "on", "slug": "altro"},
    )
    own.refresh_from_db()
    assert (own.name, own.is_listed, own.slug) != ("Nuovo nome", True, "altro")
    assert (own.is_listed, own.slug != "altro") == (False, True)


def test_a_proposed_part_is_approved_by_its_cooperative_once(login, user_as):
    own = make.CooperativeFactory()
    woven = make.ServiceFormatFactory()
    part = FormatPart.objects.create(service_format=woven, cooperative=own)
    user = user_as("cooperative_editor", cooperative=own)
    grant(user, "view_formatpart", "change_formatpart")
    client = login(user)
    assert act(client, part, "approve").status_code == 302
    part.refresh_from_db()
    assert part.state == "approved"


def test_dashboard_tells_a_commercial_what_waits(user_as):
    from members import dashboard

    user = user_as("commercial")
    grant(user, "view_lead", "change_lead")
    assert dashboard.unassigned_requests(user) is None
    make.LeadFactory.create_batch(2)
    make.LeadFactory(overdue=True, owner=user)
    assert (dashboard.unassigned_requests(user).count, dashboard.late_actions(user).count) == (2, 1)
    assert dashboard.late_actions(user).is_late
    assert dashboard.open_requests(user).value == "3"
    assert dashboard.people_on_courses(make.UserFactory()) is None
