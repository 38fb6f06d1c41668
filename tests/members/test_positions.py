"""A person belongs to one client first, and may have a role in others."""

from datetime import date

import pytest
from django.urls import reverse

from cms.roles import Role
from members.models import Contact, Exchange, Position
from members.services.exchanges import write_down
from tests.cms.test_audit_verbs import hidden
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def rows(*positions: dict, existing: int = 0) -> dict[str, str]:
    """Rows of the panel as a browser posts them."""
    typed = {"positions-TOTAL_FORMS": len(positions), "positions-INITIAL_FORMS": existing}
    for place, position in enumerate(positions):
        typed |= {f"positions-{place}-{name}": value for name, value in position.items()}
    return {name: str(value) for name, value in typed.items()}


def test_staff_write_a_persons_roles_in_the_form_and_read_them_on_both_pages(login):
    school, town = make.OrganisationFactory(name="Liceo"), make.OrganisationFactory(name="Comune")
    client = login(Role.COMMERCIAL)
    typed = {"last_name": "Negri", "email": "ada@liceo.example", "organisation": school.pk}
    role = {"organisation": town.pk, "role": "Assessora", "ended_on": "31/12/2025"}
    answer = client.post(reverse("members_contact_modeladmin_create"), typed | rows(role))
    assert answer.status_code == 302
    ada = Contact.objects.get()
    assert list(ada.positions.values_list("organisation", "role", "ended_on")) == [
        (town.pk, "Assessora", date(2025, 12, 31))
    ]
    assert "Assessora" in client.get(answer.url).content.decode()
    page = client.get(reverse("members_organisation_modeladmin_inspect", args=[town.pk])).content.decode()
    assert "Negri" in page and "fino al 31/12/2025" in page


def test_a_role_is_taken_away_in_the_form(login):
    ada = make.ContactFactory()
    position = Position.objects.create(contact=ada, organisation=make.OrganisationFactory(), role="Preside")
    client = login(Role.COMMERCIAL)
    edit = reverse("members_contact_modeladmin_edit", args=[ada.pk])
    typed = hidden(client.get(edit)) | {"last_name": "Negri", "email": ada.email}
    gone = {"id": position.pk, "organisation": position.organisation_id, "role": "Preside", "DELETE": "on"}
    assert client.post(edit, typed | rows(gone, existing=1)).status_code == 302
    assert not ada.positions.exists()


def test_what_is_said_with_a_person_stands_on_the_timeline_of_each_of_their_clients(login, user_as):
    ada, town = make.ContactFactory(), make.OrganisationFactory()
    Position.objects.create(contact=ada, organisation=town, role="Assessora")
    write_down(kind=Exchange.Kind.CALL, text="Parla per la giunta", by=user_as(Role.COMMERCIAL), contact=ada)
    page = login(Role.COMMERCIAL).get(reverse("members_organisation_modeladmin_inspect", args=[town.pk]))
    assert "Parla per la giunta" in page.content.decode()
