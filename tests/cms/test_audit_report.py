"""The report of who did what: for whom, about what, and what it keeps to itself."""

import csv

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission, ModelLogEntry, Page

from cms import audit
from tests.factories.members import CooperativeFactory, LeadFactory

pytestmark = pytest.mark.django_db
REPORT = "/admin/reports/site-history/"


def test_only_those_allowed_to_read_it(login):
    for role, status in {"consortium_admin": 200, "auditor": 200, "editor": 302, "fundraiser": 302}.items():
        client = login(role)
        assert client.get(REPORT).status_code == status, role
        assert client.get(f"{REPORT}results/").status_code == status, role
        assert client.get(f"{REPORT}?export=csv").status_code == status, role
        assert (REPORT in client.get("/admin/").content.decode()) is (status == 200), role


def test_one_record_can_be_followed_and_odd_numbers_find_nothing(login):
    client = login("auditor")
    one, other = LeadFactory(title="Teatro a scuola"), LeadFactory(title="Museo aperto")
    for lead in (one, other):
        audit.record("wagtail.edit", lead, user=client.user)
    page = client.get(REPORT, {"record": one.pk}).content.decode()
    assert ("Teatro a scuola" in page, "Museo aperto" in page) == (True, False)
    for odd in ("x", "'", "9" * 30, "²", "-1"):
        assert client.get(REPORT, {"record": odd}).status_code == 200


def test_it_is_silent_on_rows_that_the_reader_may_not_see(login, user_as):
    mine, theirs = CooperativeFactory(name="La mia"), CooperativeFactory(name="La loro")
    for cooperative in (mine, theirs):
        audit.record("wagtail.edit", cooperative, data={"fields": ["name"]})
    reader = user_as("cooperative_editor", cooperative=mine)
    reader.user_permissions.add(Permission.objects.get(codename="view_modellogentry"))
    client = login(reader)
    for page in (
        client.get(REPORT).content.decode(),
        b"".join(client.get(f"{REPORT}?export=csv").streaming_content).decode(),
    ):
        assert ("La mia" in page, "La loro" in page) == (True, False)


def test_a_csv_is_no_formula_and_its_making_is_noted(login):
    client = login("auditor")
    lead = LeadFactory(title="=cmd|' /C calc'!A0")
    audit.record("wagtail.edit", lead, user=client.user)
    answer = client.get(f"{REPORT}?export=csv")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
    assert any(row[1] == "'=cmd|' /C calc'!A0" for row in rows)
    assert client.get(f"{REPORT}?export=xlsx").status_code == 200
    assert ModelLogEntry.objects.filter(action="cms.audit.export", user=client.user).count() == 2


def test_query_count_does_not_grow(login):
    client = login("auditor")

    def queries() -> int:
        with CaptureQueriesContext(connection) as spent:
            assert client.get(REPORT).status_code == 200
        return len(spent)

    def entries(count: int) -> None:
        page = Page.objects.latest("pk")
        for lead in LeadFactory.create_batch(count):
            audit.record("wagtail.edit", lead, user=client.user)
            log(page, "wagtail.edit", user=client.user)

    entries(1)
    client.get(REPORT)
    few = queries()
    entries(20)
    assert queries() <= few


def test_a_long_log_is_counted_to_a_bound(login, monkeypatch):
    monkeypatch.setattr("cms.listing.paging.MOST_COUNTED", 3)
    client = login("auditor")
    for lead in LeadFactory.create_batch(5):
        audit.record("wagtail.edit", lead, user=client.user)
    answer = client.get(REPORT)
    assert (answer.context["paginator"].count, answer.status_code) == (3, 200)


def test_the_filters_offer_who_acted_and_what_was_told_of(login, user_as):
    idle = user_as("editor")
    client = login("auditor")
    audit.record("wagtail.edit", LeadFactory(), user=client.user)
    filters = client.get(REPORT).context["filters"].form.fields
    people = list(filters["user"].queryset)
    kinds = [kind.model for kind in filters["object_type"].queryset]
    assert (client.user in people, idle in people, "lead" in kinds, "donor" in kinds) == (
        True,
        False,
        True,
        False,
    )


def test_people_let_in_and_shut_out_and_places_given_are_noted(login, user_as):
    person = user_as("editor")
    boss = login("consortium_admin")
    ModelLogEntry.objects.all().delete()
    person.is_active = False
    person.save()
    person.first_name = "Ada"
    person.save()
    boss.post(f"/admin/bulk/members/user/set_active_state/?id={person.pk}", {"mark_as_active": "True"})
    group = Group.objects.create(name="volunteers")
    right = Permission.objects.get(codename="publish_page")
    given = GroupPagePermission.objects.create(group=group, page=Page.objects.first(), permission=right)
    given.delete()
    noted = [entry.data for entry in ModelLogEntry.objects.filter(action="cms.rights").order_by("pk")]
    assert noted == [
        {"is_active": False},
        {"is_active": True},
        {"what": "GroupPagePermission", "added": [right.pk]},
        {"what": "GroupPagePermission", "removed": [right.pk]},
    ]
