"""Many rows at once: fetched again among the person's own, shown before they change, all or none."""

import re

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.listing import paging
from cms.models import ListColumns
from cms.registries import hidden_fields, row_scopes
from cms.roles import Role
from members.models import Lead, LeadStage, Organisation
from tests.factories.members import CompetenceFactory, LeadFactory, LeadStageFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

BULK = "/admin/lists/members.lead/bulk/"
LIST = "members_lead_modeladmin_index"


def titles(response):
    return [lead.title for lead in response.context["object_list"]]


def shown(response):
    found = re.search(r'name="shown" value="(\w+)"', response.content.decode())
    return found.group(1) if found else ""


def test_many_requests_move_after_a_preview_that_tells_each(login):
    client = login(Role.COMMERCIAL)
    contacted = LeadStageFactory(qualified=True)
    moving, there, closed = LeadFactory(title="A"), LeadFactory(stage=contacted), LeadFactory(lost=True)
    won = LeadStageFactory(won=True)
    data = {"action": "move", "id": [moving.pk, there.pk, closed.pk], "to": contacted.pk}
    asked = client.post(BULK, data)
    assert asked.status_code == 200 and not shown(asked)
    page = client.post(BULK, data | {"step": "preview"})
    outcome = page.context["outcome"]
    assert [row for row, _words in outcome.changes] == [moving, closed]
    assert outcome.same == [there]
    refused = client.post(BULK, data | {"to": won.pk, "step": "preview"}).context["outcome"].refused
    assert [row for row, _why in refused] == [closed]
    assert Lead.objects.get(pk=moving.pk).stage_id == moving.stage_id, "the preview writes nothing"
    done = client.post(BULK, data | {"step": "do", "shown": shown(page), "next": "/admin/x?p=2"})
    assert (done.status_code, done.url) == (302, "/admin/x?p=2")
    assert set(Lead.objects.filter(stage=contacted)) == {moving, there, closed}
    assert moving.moves.get().by == client.user


def test_what_changed_since_the_preview_is_told_and_nothing_is_done(login):
    client = login()
    stage, lead = LeadStageFactory(won=True), LeadFactory()
    data = {"action": "move", "id": [lead.pk], "to": stage.pk}
    page = client.post(BULK, data | {"step": "preview"})
    Lead.objects.filter(pk=lead.pk).update(title="Renamed", stage=stage)
    late = client.post(BULK, data | {"step": "do", "shown": shown(page)})
    assert late.status_code == 409
    assert not lead.moves.exists()


def test_posted_keys_reach_only_the_persons_rows(login):
    row_scopes.replace(Lead, _own)
    try:
        client = login(Role.COMMERCIAL)
        own, foreign = LeadFactory(owner=client.user, title="Mine"), LeadFactory(title="Not mine")
        data = {"action": "assign", "id": [own.pk, foreign.pk, "x", "9" * 30], "step": "preview", "to": ""}
        page = client.post(BULK, data)
        assert [row for row, _w in page.context["outcome"].changes] == [own]
        assert "Not mine" not in page.content.decode()
        every = client.post(BULK, {"action": "assign", "scope": "all", "step": "preview", "to": ""})
        assert [row for row, _w in every.context["outcome"].changes] == [own]
    finally:
        row_scopes.restore(Lead)


def _own(user, rows):
    return rows if user.is_superuser else rows.filter(owner=user)


def test_all_rows_of_the_list_are_those_of_its_filters(login):
    client = login()
    first = LeadFactory(title="Reading A")
    LeadFactory(title="Concert")
    second = LeadFactory(title="Reading B")
    data = {"action": "delete", "scope": "all", "query": "q=reading", "step": "preview"}
    page = client.post(BULK, data)
    assert [row for row, _w in page.context["outcome"].changes] == [first, second]
    client.post(BULK, data | {"step": "do", "shown": shown(page)})
    assert [lead.title for lead in Lead.objects.all()] == ["Concert"]
    assert ModelLogEntry.objects.filter(action="wagtail.delete").count() == 2
    nothing = client.post(
        BULK, {"action": "delete", "scope": "all", "query": "colour=red", "step": "preview"}
    )
    assert nothing.status_code == 302, "a list that names what is gone has no rows"


def test_who_may_not_change_gets_no_actions_and_no_page(login):
    lead = LeadFactory()
    client = login(Role.AUDITOR)
    page = client.get(reverse(LIST)).content.decode()
    assert "bulk-action" not in page and 'formaction="/admin/lists/members.lead/export/"' in page
    for action in ("move", "delete"):
        response = client.post(BULK, {"action": action, "id": [lead.pk]})
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert client.post(BULK, {"action": "nonsense"}).status_code == 404
    assert client.post("/admin/lists/members.nothing/bulk/", {}).status_code == 404


def test_a_field_is_set_for_many_and_the_history_says_so(login):
    client = login()
    here, gone = OrganisationFactory(town="Mantova"), OrganisationFactory(town="Ostiglia")
    address = "/admin/lists/members.organisation/bulk/"
    data = {"action": "set-town", "id": [here.pk, gone.pk], "town": "Mantova"}
    page = client.post(address, data | {"step": "preview"})
    assert [row for row, _w in page.context["outcome"].changes] == [gone]
    client.post(address, data | {"step": "do", "shown": shown(page)})
    assert set(Organisation.objects.values_list("town", flat=True)) == {"Mantova"}
    assert ModelLogEntry.objects.get(action="wagtail.edit").data == {"fields": ["town"]}


def test_a_field_that_a_person_may_not_see_is_not_set_for_many(login, monkeypatch):
    monkeypatch.setitem(hidden_fields._things, Organisation, lambda user: {"kind"})
    client, client_of_ours = login(Role.COMMERCIAL), OrganisationFactory(kind="public")
    listed = client.get(reverse("members_organisation_modeladmin_index")).content.decode()
    assert 'value="set-town"' in listed and 'value="set-kind"' not in listed
    data = {"action": "set-kind", "id": [client_of_ours.pk], "kind": "private", "step": "preview"}
    refused = client.post("/admin/lists/members.organisation/bulk/", data)
    assert (refused.status_code, refused.url) == (302, reverse("wagtailadmin_home"))


def test_a_snippet_that_records_lean_on_is_left_and_told(login):
    free, held = CompetenceFactory(name_it="Libera"), LeadStage.objects.first()
    LeadFactory(stage=held)
    client = login()
    page = client.post("/admin/lists/members.leadstage/bulk/", {"action": "delete", "id": [held.pk]})
    assert [row for row, _why in page.context["outcome"].refused] == [held]
    page = client.post("/admin/lists/members.competence/bulk/", {"action": "delete", "id": [free.pk]})
    assert [row for row, _w in page.context["outcome"].changes] == [free]


def test_each_person_keeps_their_own_columns_and_order(login):
    LeadFactory(title="Reading", message="Long words")
    client = login(Role.COMMERCIAL)
    address = "/admin/lists/members.lead/columns/"
    assert client.get(address).status_code == 200
    places = {"place-message": "1", "place-owner": "2", "place-stage": "x", "next": reverse(LIST)}
    assert client.post(address, places | {"shown": ["owner", "message", "password"]}).url == reverse(LIST)
    columns = [column.name for column in client.get(reverse(LIST)).context["table"].columns.values()]
    assert columns == ["select", "title", "message", "owner"]
    ListColumns.objects.update(names=["title", "gone", "owner"])
    response = client.get(reverse(LIST))
    assert titles(response) == ["Reading"], "a choice that names what is gone is no question"
    client.post(address, {"reset": "1"})
    assert not ListColumns.objects.exists()
    assert login(Role.FUNDRAISER).get(address).status_code == 302


def test_counting_and_leafing_stop_at_a_bound_and_say_so(login, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 35)
    LeadFactory.create_batch(40)
    client = login()
    first = client.get(reverse(LIST), {"q": ""})
    assert first.context["paginator"].items_count_label.startswith("più di 35")
    assert first.context["paginator"].num_pages == 2
    assert len(titles(client.get(reverse(LIST), {"p": "99"}))) == 5
    assert client.get(reverse(LIST), {"_count": 1}).context["paginator"].items_count_label.startswith("40")


def test_a_step_from_the_row_opens_its_form_and_leads_back(login):
    lead = LeadFactory()
    client = login(Role.COMMERCIAL)
    place = f"{reverse(LIST)}?q=&p=1"
    inspect = reverse("members_lead_modeladmin_inspect", args=[lead.pk])
    assert f"{inspect}?open=assign" in client.get(place).content.decode()
    page = client.get(inspect, {"open": "assign", "next": place})
    offer = next(o for o in page.context["actions"] if o.action.name == "assign")
    assert offer.is_open
    done = client.post(offer.url, {"assign-to": client.user.pk})
    assert (done.status_code, done.url) == (302, place)
