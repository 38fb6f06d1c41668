"""What every model admin does: rights by row on every screen, guarded forms, actions, a readable history."""

import html
import re
import threading

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry

from cms.registries import row_scopes
from members.models import Lead, LeadStage, Organisation
from tests.factories.members import LeadFactory, LeadStageFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.probe")]

SCREENS = ("inspect", "edit", "delete", "history")


def url(action, *args, probe="lead"):
    return reverse(f"probe_{probe}_modeladmin_{action}", args=args)


@pytest.fixture
def may(client):
    """may("view_lead", ...): the client, logged in as somebody with exactly these permissions."""

    def log_in(*codenames):
        user = UserFactory()
        user.user_permissions.add(
            Permission.objects.get(codename="access_admin"),
            *Permission.objects.filter(codename__in=codenames, content_type__app_label="members"),
        )
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.user = user
        return client

    return log_in


@pytest.fixture
def own_leads_only():
    row_scopes.replace(Lead, _own)
    yield
    row_scopes.restore(Lead)


def _own(user, queryset):
    return queryset if user.is_superuser else queryset.filter(owner=user)


def opened(response):
    """The hidden values with which a form was opened, as its browser would post them."""
    text = response.content.decode()
    return {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))
        for name in ("opened_version", "opened_values")
    }


def typed(lead, **changes):
    values = {"title": lead.title, "message": lead.message, "organisation": lead.organisation_id or ""}
    return {**values, "next_action": lead.next_action, "next_action_on": "", **changes}


def test_who_has_no_permission_is_turned_away_from_every_screen(may):
    lead = LeadFactory()
    client = may("view_course")
    addresses = [url("index"), url("results"), url("create"), *(url(name, lead.pk) for name in SCREENS)]
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home")), address


def test_who_may_only_look_cannot_change_anything(may):
    lead = LeadFactory(title="As it was")
    client = may("view_lead")
    assert client.get(url("index")).status_code == 200
    assert client.get(url("inspect", lead.pk)).status_code == 200
    assert client.get(url("history", lead.pk)).status_code == 200
    for response in (
        client.get(url("create")),
        client.get(url("edit", lead.pk)),
        client.get(url("delete", lead.pk)),
        client.post(url("edit", lead.pk), typed(lead, title="Changed")),
        client.post(url("delete", lead.pk)),
        client.post(url("action", lead.pk, "close")),
    ):
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert list(Lead.objects.values_list("title", "next_action")) == [("As it was", lead.next_action)]


def test_somebody_elses_row_is_not_found_on_any_screen(may, own_leads_only):
    client = may("view_lead", "change_lead", "delete_lead")
    foreign, own = LeadFactory(title="Not mine"), LeadFactory(title="Mine", owner=client.user)
    for name in SCREENS:
        assert client.get(url(name, own.pk)).status_code == 200, name
        assert client.get(url(name, foreign.pk)).status_code == 404, name
    assert client.post(url("edit", foreign.pk), typed(foreign, title="Taken")).status_code == 404
    assert client.post(url("delete", foreign.pk)).status_code == 404
    assert client.post(url("action", foreign.pk, "note"), {"note-text": "seen"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.title == "Not mine"
    page = client.get(url("index")).content.decode()
    assert "Mine" in page and "Not mine" not in page


@pytest.mark.parametrize("key", ["abc", "99999999999999999999999999", "-1", "_0A", "0"])
def test_a_key_that_is_none_is_not_found(login, key):
    client = login()
    for name in SCREENS:
        assert client.get(f"/admin/probe/lead/{name}/{key}/").status_code == 404


def test_a_read_only_admin_refuses_even_a_superuser(login):
    client = login()
    stage = LeadStageFactory()
    page = client.get(url("index", probe="stage")).content.decode()
    assert url("create", probe="stage") not in page and url("edit", stage.pk, probe="stage") not in page
    for response in (
        client.get(url("create", probe="stage")),
        client.post(url("create", probe="stage"), {"name_it": "Nuova"}),
        client.post(url("edit", stage.pk, probe="stage"), {"name_it": "Nuova"}),
        client.post(url("delete", stage.pk, probe="stage")),
    ):
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert LeadStage.objects.filter(pk=stage.pk).exists()
    assert not LeadStage.objects.filter(name_it="Nuova").exists()


def test_saving_alone_saves_and_says_what_changed_in_the_history(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="Before")
    values = opened(client.get(url("edit", lead.pk)))
    response = client.post(url("edit", lead.pk), typed(lead, title="After") | values)
    assert (response.status_code, response.url) == (302, url("inspect", lead.pk))
    lead.refresh_from_db()
    assert lead.title == "After"
    history = client.get(url("history", lead.pk)).content.decode()
    assert str(client.user) in history
    title = capfirst(Lead._meta.get_field("title").verbose_name)
    assert gettext("Edited: %(fields)s") % {"fields": title} in history


def test_the_later_of_two_saves_is_told_and_keeps_its_text(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="Before", message="Old message", next_action="Call")
    values = opened(client.get(url("edit", lead.pk)))
    Lead.objects.get(pk=lead.pk).save()  # a new version, in which nothing of this form changed
    colleague = Lead.objects.get(pk=lead.pk)
    colleague.title, colleague.next_action = "Hers", "Write"
    colleague.save()

    response = client.post(url("edit", lead.pk), typed(lead, title="Mine") | values)
    assert response.status_code == 409
    lead.refresh_from_db()
    assert lead.title == "Hers"
    form = response.context["form"]
    assert form["title"].value() == "Mine"  # my own text stays
    assert form["next_action"].value() == "Write"  # what I had not touched is taken over
    changes = {str(change.label): change for change in response.context["meanwhile"].changes}
    assert [(change.stored, change.typed, change.is_mine) for change in changes.values()] == [
        ("Hers", "Mine", True),
        ("Write", "Call", False),
    ]

    again = typed(lead, title="Mine", next_action="Write") | opened(response)
    assert client.post(url("edit", lead.pk), again).status_code == 302
    lead.refresh_from_db()
    assert (lead.title, lead.next_action) == ("Mine", "Write")


def test_a_change_outside_the_form_does_not_get_in_the_way(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="Before")
    values = opened(client.get(url("edit", lead.pk)))
    stage = LeadStageFactory()
    moved = Lead.objects.get(pk=lead.pk)
    moved.stage = stage
    moved.save()
    assert client.post(url("edit", lead.pk), typed(lead, title="After") | values).status_code == 302
    lead.refresh_from_db()
    assert (lead.title, lead.stage) == ("After", stage)


@pytest.mark.parametrize(
    "values",
    [{}, {"opened_version": "", "opened_values": "[]"}, {"opened_version": "x", "opened_values": "{{{"}],
)
def test_a_form_that_does_not_say_what_it_was_opened_with_is_shown_again(may, values):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="Before")
    response = client.post(url("edit", lead.pk), typed(lead, title="Mine") | values)
    assert response.status_code == 409
    assert response.context["form"]["title"].value() == "Mine"
    lead.refresh_from_db()
    assert lead.title == "Before"


def test_a_mistake_in_the_form_keeps_the_text_and_the_version(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="Before", message="Old")
    values = opened(client.get(url("edit", lead.pk)))
    response = client.post(url("edit", lead.pk), typed(lead, title="", message="New words") | values)
    assert response.status_code == 200
    assert response.context["form"]["message"].value() == "New words"
    assert opened(response) == values


def test_an_action_calls_its_service_and_says_so(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory()
    response = client.post(url("action", lead.pk, "note"), {"note-text": "Ring the mayor"}, follow=True)
    assert response.redirect_chain == [(url("inspect", lead.pk), 302)]
    assert "Noted: Ring the mayor" in response.content.decode()
    lead.refresh_from_db()
    assert lead.next_action == "Ring the mayor"


@pytest.mark.parametrize(("text", "message"), [("refuse", "The service says no."), ("", "")])
def test_an_action_that_fails_keeps_what_was_typed(may, text, message):
    client = may("view_lead", "change_lead")
    lead = LeadFactory()
    response = client.post(url("action", lead.pk, "note"), {"note-text": text})
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert f'name="note-text" value="{text}"' in page if text else 'name="note-text"' in page
    assert re.search(r'<details class="record-action" open id="action-note"', page)


def test_an_action_not_offered_now_is_refused(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory(title="shut")
    assert "action-close" not in client.get(url("inspect", lead.pk)).content.decode()
    assert client.post(url("action", lead.pk, "close")).status_code == 409
    assert client.post(url("action", lead.pk, "unheard-of")).status_code == 404


def test_opening_the_address_of_an_action_shows_the_record(may):
    client = may("view_lead", "change_lead")
    lead = LeadFactory()
    assert client.get(url("action", lead.pk, "note")).url == url("inspect", lead.pk)


def test_an_action_needs_the_csrf_token(superuser):

    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser, backend="django.contrib.auth.backends.ModelBackend")
    lead = LeadFactory()
    assert client.post(url("action", lead.pk, "close")).status_code == 403
    lead.refresh_from_db()
    assert lead.next_action != "closed"


def test_a_record_that_others_lean_on_stays_and_says_by_whom(login):
    client = login()
    organisation = OrganisationFactory(name="Comune di Mantova")
    LeadFactory(title="A season of readings", organisation=organisation)
    address = reverse("probe_organisation_modeladmin_delete", args=[organisation.pk])
    assert client.get(address).status_code == 200
    response = client.post(address)
    assert response.status_code == 409
    assert "A season of readings" in response.content.decode()
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_deleting_a_record_takes_it_out_of_the_list_and_is_logged(login):
    client = login()
    lead = LeadFactory()
    assert client.post(url("delete", lead.pk)).url == url("index")
    assert not Lead.objects.exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete", object_id=lead.pk).count() == 1


def test_a_new_record_opens_its_page_and_is_logged(login):
    client = login()
    assert client.get(reverse("probe_organisation_modeladmin_create")).status_code == 200
    response = client.post(reverse("probe_organisation_modeladmin_create"), {"name": "Comune di Mantova"})
    organisation = Organisation.objects.get()
    assert response.url == reverse("probe_organisation_modeladmin_inspect", args=[organisation.pk])
    entry = ModelLogEntry.objects.get(action="wagtail.create", object_id=organisation.pk)
    assert entry.user == client.user


def test_nothing_is_saved_out_of_ones_own_reach(may):
    client = may("view_organisation", "add_organisation", "change_organisation")
    create = reverse("probe_organisation_modeladmin_create")
    own = OrganisationFactory(name="Mine")
    edit = reverse("probe_organisation_modeladmin_edit", args=[own.pk])
    row_scopes.replace(Organisation, _named_mine)
    try:
        values = opened(client.get(edit))
        answers = [
            client.post(create, {"name": "Not mine", "town": "Typed"}),
            client.post(edit, {"name": "Given away", "town": "Typed"} | values),
        ]
    finally:
        row_scopes.restore(Organisation)
    for answer in answers:
        assert answer.status_code == 422
        assert answer.context["form"]["town"].value() == "Typed"
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Mine"]


def test_a_form_offers_only_rows_that_the_person_may_see(may):
    mine, other = OrganisationFactory(name="Mine"), OrganisationFactory(name="Other")
    client = may("view_lead", "change_lead")
    lead = LeadFactory(organisation=mine)
    row_scopes.replace(Organisation, _named_mine)
    try:
        response = client.get(url("edit", lead.pk))
        refused = client.post(url("edit", lead.pk), typed(lead, organisation=other.pk) | opened(response))
    finally:
        row_scopes.restore(Organisation)
    assert list(response.context["form"].fields["organisation"].queryset) == [mine]
    assert refused.status_code == 200
    assert "organisation" in refused.context["form"].errors
    lead.refresh_from_db()
    assert lead.organisation == mine


def _named_mine(user, rows):
    return rows.filter(name="Mine")


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_told():
    lead = LeadFactory(title="Before")
    user = UserFactory(admin=True)
    clients = [Client(), Client()]
    forms = []
    for client in clients:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        forms.append(opened(client.get(url("edit", lead.pk))))
    start = threading.Barrier(2)
    codes = []

    def save(client, values, title):
        start.wait(10)
        codes.append(client.post(url("edit", lead.pk), typed(lead, title=title) | values).status_code)
        connection.close()

    threads = [
        threading.Thread(target=save, args=(client, values, title))
        for client, values, title in zip(clients, forms, ("First", "Second"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == [302, 409]
    lead.refresh_from_db()
    assert lead.title in ("First", "Second")
