"""Questions to lists, kept under names."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from cms.models import SavedView, ViewPin
from cms.roles import Role
from cms.saved_views import address_of, answer_of
from cms.saved_views.pinning import PINS_AT_MOST, pinned_figures
from cms.sources import Question
from members.models import Lead
from tests.factories.members import LeadFactory, LeadStageFactory, UserFactory

pytestmark = pytest.mark.django_db
LEADS = reverse("members_lead_modeladmin_index")
KEEP = reverse("saved_view_keep", args=("members.lead",))
HOME = reverse("wagtailadmin_home")


def view_of(owner, *, roles=(), key="members.lead", name="Without an owner", **question):
    asked = Question(**(question or {"filters": {"unassigned": ("yes",)}}))
    view = SavedView.objects.create(owner=owner, source_key=key, name=name, question=asked.to_json())
    view.shared_with.set(Group.objects.filter(name__in=roles))
    return view


def of(view, action, *args):
    return reverse(f"saved_view_{action}", args=(view.pk, *args))


def rows(response):
    return list(response.context["object_list"])


def bar(response):
    return response.context["bar"]


@pytest.fixture
def leads():
    """Two requests without an owner, one with."""
    return [LeadFactory(owner=None), LeadFactory(owner=None), LeadFactory(owner=UserFactory())]


def test_a_list_is_kept_in_one_step_and_opens_as_it_was(login, leads):
    client = login(Role.COMMERCIAL)
    asked = Question(filters={"unassigned": ("yes",)}, columns=("title", "stage"), order="-created_at")
    first = client.get(LEADS, asked.to_query().dict())
    response = client.post(KEEP, {"name": " Free ones ", "question": bar(first).question}, follow=True)

    view = SavedView.objects.get()
    assert (view.name, view.owner, view.source_key) == ("Free ones", client.user, "members.lead")
    assert bar(response).current == view
    assert not bar(response).is_changed
    assert rows(response) == rows(first) == [leads[1], leads[0]]
    page = response.content.decode()
    assert "Free ones" in page
    assert "w-pill" in page  # its filter, in words
    assert client.get(LEADS, {"view": view.pk}).url == address_of(view)
    assert list(answer_of(view, client.user).rows) == rows(first)


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_that_cannot_be_is_refused_and_the_list_stays(login, name):
    client = login(Role.COMMERCIAL)
    response = client.post(KEEP, {"name": name, "question": "unassigned=yes"})

    assert response.url == f"{LEADS}?unassigned=yes"
    assert not SavedView.objects.exists()


def test_a_person_has_no_two_views_of_one_name(login):
    client = login(Role.COMMERCIAL)
    view_of(client.user)
    response = client.post(KEEP, {"name": "Without an owner", "question": "unassigned=yes"}, follow=True)

    assert SavedView.objects.count() == 1
    assert any("nome" in str(message) for message in response.context["messages"])


def test_changes_are_seen_and_saved_or_kept_as_new(login, leads):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user)
    changed = client.get(LEADS, {"_view": view.pk, "unassigned": "yes", "q": "school"})
    assert bar(changed).is_changed

    form = {"question": bar(changed).question, "opened": view.updated_at.isoformat()}
    response = client.post(of(view, "ask"), form, follow=True)
    view.refresh_from_db()
    assert Question.from_json(view.question) == Question(filters={"unassigned": ("yes",)}, words="school")
    assert not bar(response).is_changed


def test_the_later_of_two_who_change_a_view_is_told(login):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user)
    opened = view.updated_at.isoformat()
    view.question = Question(words="museum").to_json()
    view.save()
    response = client.post(of(view, "ask"), {"question": "q=school", "opened": opened})

    view.refresh_from_db()
    assert view.question["words"] == "museum"
    assert parse_qs(urlsplit(response.url).query)["q"] == ["school"]  # what was asked is not lost
    renamed = client.post(of(view, "edit"), {"name": "Mine", "opened": opened})
    assert renamed.context["form"].non_field_errors()
    assert 'value="Mine"' in renamed.content.decode()
    view.refresh_from_db()
    assert view.name == "Without an owner"


def test_a_view_is_renamed_shared_with_a_role_and_deleted(login):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user)
    role = Group.objects.get(name=Role.COMMERCIAL)
    form = {
        "name": "Ours",
        "shared_with": [role.pk],
        "is_in_menu": "on",
        "opened": view.updated_at.isoformat(),
    }
    assert client.get(of(view, "edit")).status_code == 200
    client.post(of(view, "edit"), form)
    view.refresh_from_db()
    assert (view.name, list(view.shared_with.all()), view.is_in_menu) == ("Ours", [role], True)

    assert client.get(of(view, "delete")).status_code == 200
    client.post(of(view, "delete"))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("shares", "who", "opens", "changes"),
    [
        ((), Role.COMMERCIAL, False, False),
        ((Role.COMMERCIAL,), Role.COMMERCIAL, True, False),
        ((Role.COMMERCIAL,), Role.AUDITOR, False, False),
        ((Role.FUNDRAISER,), Role.FUNDRAISER, False, False),  # who may not see requests at all
        ((), Role.CONSORTIUM_ADMIN, False, False),
        ((Role.COMMERCIAL,), Role.CONSORTIUM_ADMIN, True, True),
    ],
)
def test_who_opens_and_who_changes_a_view_of_a_colleague(login, shares, who, opens, changes):
    view = view_of(UserFactory(role=Role.COMMERCIAL), roles=shares)
    client = login(who)

    assert (client.get(LEADS, {"view": view.pk}).status_code == 302) is (opens or not _sees_leads(client))
    listed = client.get(reverse("saved_views"))
    assert ([row.pk for row in listed.context["object_list"]] == [view.pk]) is opens
    assert (client.post(of(view, "pin", "menu"), {"pinned": "yes"}).status_code == 302) is opens
    for action in ("edit", "delete"):
        response = client.get(of(view, action))
        assert (response.status_code == 200) is changes
    client.post(of(view, "delete"))
    client.post(of(view, "ask"), {"question": "", "opened": view.updated_at.isoformat()})
    assert SavedView.objects.filter(pk=view.pk).exists() is not changes
    if not changes:
        view.refresh_from_db()
        assert view.question["filters"] == {"unassigned": ["yes"]}


def _sees_leads(client):
    return client.user.has_perm("members.view_lead")


def test_a_shared_view_shows_each_colleague_their_own_rows(login):
    from tests.factories.members import CooperativeFactory

    mine, theirs = CooperativeFactory(), CooperativeFactory()
    admin = UserFactory(role=Role.CONSORTIUM_ADMIN)
    view = view_of(
        admin, roles=[Role.COOPERATIVE_EDITOR], key="members.cooperative", filters={}, words="Cooperativa"
    )
    assert list(answer_of(view, admin).rows.order_by("pk")) == [mine, theirs]

    client = login(Role.COOPERATIVE_EDITOR, cooperative=mine)
    ViewPin.objects.create(view=view, user=client.user, place=ViewPin.Place.DASHBOARD)
    assert rows(client.get(address_of(view))) == [mine]
    assert [figure.value for figure in pinned_figures(client.user)] == ["1"]


@pytest.mark.parametrize(
    "gone",
    [
        {"filters": {"flavour": ("sweet",)}},
        {"filters": {"stage": ("999999",)}},
        {"filters": {"unassigned": ("yes",)}, "columns": ("title", "flavour")},
        {"filters": {}, "order": "flavour"},
    ],
)
def test_a_view_that_names_what_is_gone_says_so_and_shows_nothing(login, leads, gone):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user, **gone)
    ViewPin.objects.create(view=view, user=client.user, place=ViewPin.Place.DASHBOARD)
    response = client.get(address_of(view))

    assert rows(response) == []
    [problem] = response.context["problems"]
    assert str(problem) in response.content.decode().replace("&#x27;", "'")
    assert [figure.value for figure in pinned_figures(client.user)] == ["–"]

    mend = client.get(bar(response).mend)
    assert not mend.context["problems"]
    assert rows(mend)
    form = {"question": bar(mend).question, "opened": view.updated_at.isoformat()}
    client.post(of(view, "ask"), form)
    assert rows(client.get(LEADS, {"view": view.pk}, follow=True)) == rows(mend)


def test_a_stage_removed_from_the_site_does_not_open_every_request(login, leads):
    client = login(Role.COMMERCIAL)
    stage = LeadStageFactory(name_it="in attesa")
    view = view_of(client.user, filters={"stage": (str(stage.pk),)})
    assert not answer_of(view, client.user).problems
    stage.delete()

    assert answer_of(view, client.user).problems
    assert not answer_of(view, client.user).rows.exists()
    assert Lead.objects.count() == 3


def menu_names(client):
    request = client.get(HOME).wsgi_request
    groups = admin_menu.menu_items_for_request(request)
    [requests] = [item for item in groups if item.name == "requests"]
    items = requests.menu.menu_items_for_request(request)
    return [str(item.label) for item in sorted(items, key=lambda item: item.order)]


def test_a_pinned_view_stands_in_the_menu_below_its_list(login):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user, name="Free ones")
    assert "Free ones" not in menu_names(client)
    client.post(of(view, "pin", "menu"), {"pinned": "yes"})
    names = menu_names(client)
    assert names.index("Free ones") == names.index("Richieste") + 1
    client.post(of(view, "pin", "menu"), {"pinned": "no"})
    assert "Free ones" not in menu_names(client)


def test_a_view_may_stand_in_the_menu_of_a_whole_role(login):
    view = view_of(UserFactory(role=Role.COMMERCIAL), roles=[Role.COMMERCIAL], name="Ours")
    client = login(Role.COMMERCIAL)
    assert "Ours" not in menu_names(client)
    SavedView.objects.filter(pk=view.pk).update(is_in_menu=True)
    assert "Ours" in menu_names(client)
    assert "Ours" not in menu_names(login(Role.AUDITOR))


def test_a_pinned_number_opens_a_list_with_that_many_rows(login, leads):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user)
    client.post(of(view, "pin", "dashboard"), {"pinned": "yes"})
    [figure] = pinned_figures(client.user)

    assert figure.value == "2"
    assert len(rows(client.get(figure.url))) == 2
    assert figure.label in client.get(HOME).content.decode()


def test_a_dashboard_holds_a_bounded_number_of_views(login):
    client = login(Role.COMMERCIAL)
    views = [view_of(client.user, name=f"View {n}") for n in range(PINS_AT_MOST + 1)]
    for view in views:
        client.post(of(view, "pin", "dashboard"), {"pinned": "yes"})

    assert ViewPin.objects.count() == PINS_AT_MOST


def test_a_view_outlives_its_owner_for_those_who_share_it(login):
    owner = UserFactory(role=Role.COMMERCIAL)
    view = view_of(owner, roles=[Role.COMMERCIAL])
    owner.delete()

    client = login(Role.COMMERCIAL)
    assert client.get(LEADS, {"view": view.pk}).status_code == 302
    assert client.get(of(view, "edit")).status_code != 200
    assert login(Role.CONSORTIUM_ADMIN).get(of(view, "edit")).status_code == 200


@pytest.mark.parametrize("odd", ["0", "-1", "x", "99999999999999999999", "1%00", "è", "1' OR '1'='1"])
def test_odd_addresses_are_no_view(login, odd):
    client = login(Role.COMMERCIAL)
    assert client.get(f"{LEADS}?view={odd}").status_code == 404
    assert client.get(f"{LEADS}?_view={odd}").status_code == 200


def test_odd_forms_are_told_in_words(login):
    client = login(Role.COMMERCIAL)
    view = view_of(client.user)
    for opened in ("", "x", "2026-13-45T00:00:00", "\x00"):
        assert client.post(of(view, "ask"), {"question": "q=a", "opened": opened}).status_code == 302
        assert client.post(of(view, "edit"), {"name": "A", "opened": opened}).status_code == 200
    client.post(of(view, "ask"), {"question": "q=" + "a" * 9000, "opened": view.updated_at.isoformat()})
    view.refresh_from_db()
    assert view.question["words"] == ""
    assert client.post(reverse("saved_view_keep", args=("members.nothing",)), {}).status_code == 404
    assert client.post(of(view, "pin", "nowhere"), {"pinned": "yes"}).status_code == 404
    assert client.get(KEEP).status_code == 405


def test_queries_do_not_grow_with_views(login, leads):
    client = login(Role.COMMERCIAL)

    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    def pinned(name):
        view = view_of(client.user, roles=[Role.COMMERCIAL], name=name)
        view.is_in_menu = True
        view.save()
        return view

    view = pinned("First")
    addresses = (address_of(view), reverse("saved_views"))
    for address in addresses:
        client.get(address)
    before = [queries(address) for address in addresses]
    for number in range(29):
        pinned(f"View {number}")
    assert [queries(address) for address in addresses] == before
