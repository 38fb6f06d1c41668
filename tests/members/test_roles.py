"""Who works on what: requests are commercial's, courses the trainer's, a cooperative its own editor's."""

import pytest
from django.urls import reverse

from cms.roles import Role
from members.models import (
    Contact,
    Cooperative,
    CourseEdition,
    Enrolment,
    FormatPart,
    Lead,
    LeadStage,
    Organisation,
    ServiceFormat,
)
from tests.factories import members as make

pytestmark = pytest.mark.django_db

REQUESTS = {Lead, Organisation, Contact}
COURSES = {CourseEdition, Enrolment}
NETWORK = {Cooperative, ServiceFormat, FormatPart}
EVERYTHING = REQUESTS | COURSES | NETWORK | {LeadStage}

READS = {
    Role.CONSORTIUM_ADMIN: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
    Role.COMMERCIAL: REQUESTS | NETWORK | {LeadStage},
    Role.TRAINER: COURSES | {Cooperative, Organisation, Contact},
    Role.EDITOR: NETWORK | {CourseEdition},
    Role.FUNDRAISER: {Cooperative},
    Role.COOPERATIVE_EDITOR: NETWORK,
}
# Requests and enrolments hold people's words and addresses.
WRITES = {
    Lead: {Role.CONSORTIUM_ADMIN, Role.COMMERCIAL},
    Contact: {Role.CONSORTIUM_ADMIN, Role.COMMERCIAL},
    Enrolment: {Role.CONSORTIUM_ADMIN, Role.TRAINER},
    CourseEdition: {Role.CONSORTIUM_ADMIN, Role.TRAINER},
}


def url(model, action: str, *args) -> str:
    return reverse(f"members_{model._meta.model_name}_modeladmin_{action}", args=args)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_lists_and_no_others(login, role):
    client = login(role, cooperative=make.CooperativeFactory())
    opened = {model for model in EVERYTHING if client.get(url(model, "index")).status_code == 200}
    assert opened == READS[role]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", list(WRITES))
def test_only_who_works_on_it_may_change_a_record(login, role, model):
    record = getattr(make, f"{model.__name__}Factory")()
    client = login(role)
    opened = client.get(url(model, "edit", record.pk)).status_code == 200
    assert opened == (role in WRITES[model])


@pytest.mark.parametrize("role", list(Role))
def test_only_commercial_people_move_a_request(login, role):
    lead, qualified = make.LeadFactory(), make.LeadStageFactory(qualified=True)
    login(role).post(url(Lead, "action", lead.pk, "move"), {"move-to": qualified.pk})
    lead.refresh_from_db()
    assert (lead.stage == qualified) == (role in WRITES[Lead])


@pytest.mark.parametrize("role", list(Role))
def test_only_trainers_enrol_and_cancel(login, role):
    edition, enrolment = make.CourseEditionFactory(), make.EnrolmentFactory()
    client = login(role)
    words = {
        "enrol-first_name": "A",
        "enrol-last_name": "B",
        "enrol-email": "a@p.example",
        "enrol-language": "it",
    }
    client.post(url(CourseEdition, "action", edition.pk, "enrol"), words)
    client.post(url(Enrolment, "action", enrolment.pk, "cancel"))
    enrolment.refresh_from_db()
    done = (edition.enrolments.count(), enrolment.state)
    assert done == ((1, "cancelled") if role in WRITES[Enrolment] else (0, "confirmed"))


def test_the_auditor_reads_and_is_offered_nothing_to_do(login):
    lead = make.LeadFactory()
    html = login("auditor").get(url(Lead, "inspect", lead.pk)).content.decode()
    assert lead.title in html
    assert "/action/" not in html
    assert url(Lead, "edit", lead.pk) not in html


def test_nobody_is_let_in_without_logging_in(client):
    for model in EVERYTHING:
        assert client.get(url(model, "index")).status_code == 302


def test_a_cooperatives_editor_of_two_roles_sees_as_much_as_the_wider_one(login, user_as):
    other = make.CooperativeFactory()
    user = user_as("cooperative_editor", cooperative=make.CooperativeFactory())
    assert login(user).get(url(Cooperative, "inspect", other.pk)).status_code == 404
    user = user_as("editor", email=user.email)
    user = type(user).objects.get(pk=user.pk)
    assert login(user).get(url(Cooperative, "inspect", other.pk)).status_code == 200
