"""What each role sees and may do: menus, lists, pages. The auditor sees everything and changes nothing."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu
from wagtail.models import GroupApprovalTask, Page

from cms.menus import MenuGroup
from cms.models import OutboxMessage
from cms.roles import Role, roles_of
from members.models import Cooperative, Lead
from pages.models import CooperativeIndexPage, DonatePage, EventIndexPage, EventPage, HomePage
from tests.factories.donations import BeneficiaryFactory
from tests.factories.members import CooperativeFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db

# The first level of each role's menu, in its order.
MENUS = {
    Role.CONSORTIUM_ADMIN: "content network requests courses fundraising reports settings",
    Role.EDITOR: "content network courses fundraising reports settings",
    Role.FUNDRAISER: "content network fundraising reports",
    Role.COMMERCIAL: "network requests courses reports settings",
    Role.TRAINER: "content network requests courses reports settings",
    Role.COOPERATIVE_EDITOR: "content network",
    Role.AUDITOR: "content network requests courses fundraising reports settings",
}
LISTS = {
    "members_cooperative": "consortium_admin editor fundraiser commercial trainer cooperative_editor auditor",
    "members_lead": "consortium_admin commercial auditor",
    "members_enrolment": "consortium_admin trainer auditor",
    "members_courseedition": "consortium_admin editor trainer auditor",
    "cms_outboxmessage": "consortium_admin fundraiser commercial trainer auditor",
    "cms_clockrun": "consortium_admin auditor",
}


def menu_of(client):
    """Names of the first level, and of the items of each group, as one person sees them."""
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    items = sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order)
    return {
        item.name: [child.name for child in item.menu.menu_items_for_request(request)]
        for item in items
        if item.name != "help"
    }


def test_every_role_is_a_group_made_by_the_migrations():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_the_groups_of_the_menu_stand_in_their_order(login):
    order = [group.key for group in MenuGroup]
    shown = list(menu_of(login()))
    assert shown == [key for key in order if key in shown]
    assert {"content", "network", "requests", "courses", "reports", "settings"} <= set(shown)


@pytest.mark.parametrize("role", Role.values)
def test_a_role_sees_its_menu_and_no_empty_group(login, role):
    menu = menu_of(login(role))
    assert list(menu) == MENUS[role].split()
    assert all(menu.values()), menu


def test_wagtails_own_items_stand_under_content(login):
    menu = menu_of(login(Role.EDITOR))
    assert {"explorer", "images", "documents"} <= set(menu["content"])
    assert not {"explorer", "images", "documents", "snippets"} & set(menu)
    assert "snippets" not in menu["content"]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_opens_for_its_roles_only(login, role, name):
    response = login(role).get(reverse(f"{name}_modeladmin_index"))
    if role in LISTS[name].split():
        assert response.status_code == 200
    else:
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))


def modeladmin_addresses(action):
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    return sorted(name for name in names if name.endswith(f"_modeladmin_{action}"))


def test_the_administrator_of_the_consortium_opens_every_list(login):
    client = login(Role.CONSORTIUM_ADMIN)
    for name in modeladmin_addresses("index"):
        assert client.get(reverse(name)).status_code == 200, name


def test_the_auditor_opens_every_list_and_may_add_nothing(login):
    client = login(Role.AUDITOR)
    lists = modeladmin_addresses("index")
    assert len(lists) > 12
    for name in lists:
        assert client.get(reverse(name)).status_code == 200, name
    for name in modeladmin_addresses("create"):
        for response in (client.get(reverse(name)), client.post(reverse(name), {})):
            assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home")), name


def test_the_auditor_reads_the_log_and_the_tree_of_pages_but_changes_no_page(login):
    client = login(Role.AUDITOR)
    home = Page.objects.get(depth=2, locale__language_code="it")
    assert client.get(reverse("wagtailadmin_reports:site_history")).status_code == 200
    listing = client.get(reverse("wagtailadmin_explore", args=[home.get_parent().pk]))
    assert listing.status_code == 200
    assert home.title in listing.content.decode()
    assert client.get(reverse("wagtailadmin_pages:search"), {"q": home.title}).status_code == 200
    refused = client.get(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    assert (refused.status_code, refused.url) == (302, reverse("wagtailadmin_home"))
    permissions = home.permissions_for_user(client.user)
    assert not any(
        (
            permissions.can_edit(),
            permissions.can_delete(),
            permissions.can_publish(),
            permissions.can_add_subpage(),
        )
    )
    assert not [
        codename
        for codename in client.user.get_all_permissions()
        if not codename.split(".")[1].startswith(("view_", "export_", "access_admin"))
    ]


def test_an_editor_writes_and_publishes_in_both_languages(user_as):
    editor = user_as(Role.EDITOR)
    for home in Page.objects.filter(depth=2):
        permissions = home.permissions_for_user(editor)
        assert permissions.can_edit() and permissions.can_publish() and permissions.can_add_subpage()
    assert not Page.objects.get(depth=1).permissions_for_user(editor).can_add_subpage()


def test_reviews_are_for_editors_and_administrators():
    assert set(GroupApprovalTask.objects.get().groups.values_list("name", flat=True)) == {
        Role.EDITOR,
        Role.CONSORTIUM_ADMIN,
    }


def test_a_cooperatives_editor_finds_only_the_own_cooperative(login):
    own, other = CooperativeFactory(name="Ours"), CooperativeFactory(name="Theirs")
    client = login(Role.COOPERATIVE_EDITOR, cooperative=own)
    page = client.get(reverse("members_cooperative_modeladmin_index")).content.decode()
    assert "Ours" in page and "Theirs" not in page
    for action in ("inspect", "edit", "history"):
        address = f"members_cooperative_modeladmin_{action}"
        assert client.get(reverse(address, args=[own.pk])).status_code == 200, action
        assert client.get(reverse(address, args=[other.pk])).status_code == 404, action
    response = client.get(reverse("members_cooperative_modeladmin_delete", args=[own.pk]))
    assert response.url == reverse("wagtailadmin_home")


def test_only_who_may_read_its_subject_reads_a_mail(login):
    about = {"lead": LeadFactory(), "cooperative": CooperativeFactory()}
    for subject, record in about.items():
        OutboxMessage.objects.create(
            stream="service",
            to="a@b.example",
            language="it",
            subject=subject,
            about=record,
            message_id=subject,
        )
    OutboxMessage.objects.create(
        stream="service", to="a@b.example", language="it", subject="of nobody", message_id="nobody"
    )

    def read_by(role):
        rows = login(role).get(reverse("cms_outboxmessage_modeladmin_index")).context["object_list"]
        return {row.subject for row in rows}

    assert read_by(Role.COMMERCIAL) == {"lead", "cooperative"}
    assert read_by(Role.FUNDRAISER) == {"cooperative"}
    assert read_by(Role.AUDITOR) == {"lead", "cooperative", "of nobody"}


def test_an_administrator_of_the_consortium_cannot_make_a_superuser(login, superuser):
    client = login(Role.CONSORTIUM_ADMIN)
    add = reverse("wagtailusers_users:add")
    assert "is_superuser" not in client.get(add).context["form"].fields
    values = {"email": "new@house.example", "first_name": "Nina", "last_name": "Neri", "is_superuser": "on"}
    values |= {"password1": "rosso di sera 12", "password2": "rosso di sera 12"}
    assert client.post(add, values).status_code == 302
    assert not type(superuser).objects.get(email="new@house.example").is_superuser
    edit = reverse("wagtailusers_users:edit", args=[superuser.pk])
    assert client.get(edit).url == reverse("wagtailadmin_home")
    assert client.post(edit, {"email": "taken@house.example"}).url == reverse("wagtailadmin_home")
    superuser.refresh_from_db()
    assert superuser.email == "superuser@house.example"


def test_the_roles_of_a_person_are_read_once(django_assert_num_queries):
    user = UserFactory(role=Role.TRAINER)
    with django_assert_num_queries(1):
        assert roles_of(user) == {Role.TRAINER}
        assert roles_of(user) == {Role.TRAINER}


def test_the_migration_of_the_roles_can_run_twice():
    from importlib import import_module

    from django.apps import apps

    roles = import_module("pages.migrations.0004_roles")
    before = {group.name: group.permissions.count() for group in Group.objects.all()}
    roles.make_roles(apps, None)
    assert {group.name: group.permissions.count() for group in Group.objects.all()} == before


def test_permissions_made_before_djangos_own_have_djangos_names():
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import Permission

    assert Permission.objects.get(codename="view_lead").content_type.model_class() is Lead
    assert Permission.objects.filter(codename="view_cooperative").count() == 1
    assert str(Permission.objects.get(codename="add_cooperative").name).startswith("Can add ")
    assert Cooperative._meta.verbose_name


@pytest.fixture
def places():
    """The indexes that a site has, made as an editor makes them."""
    home = HomePage.objects.get(locale__language_code="it")
    return {
        model: home.add_child(instance=model(title=slug, slug=slug, locale=home.locale, **fields))
        for model, slug, fields in (
            (EventIndexPage, "eventi", {}),
            (CooperativeIndexPage, "cooperative", {}),
            (DonatePage, "dona", {"beneficiary": BeneficiaryFactory()}),
        )
    }


def test_a_cooperatives_editor_writes_own_events_and_publishes_none(user_as, places):
    editor = user_as(Role.COOPERATIVE_EDITOR)
    index = places[EventIndexPage]
    facts = {"locale": index.locale, "starts_at": timezone.now(), "place": "Palazzo Te"}
    own = index.add_child(instance=EventPage(title="Ours", slug="ours", owner=editor, **facts))
    foreign = index.add_child(instance=EventPage(title="Theirs", slug="theirs", **facts))
    may = own.permissions_for_user(editor)
    assert may.can_edit() and not may.can_publish()
    assert not foreign.permissions_for_user(editor).can_edit()
    assert index.permissions_for_user(editor).can_add_subpage()
    assert places[CooperativeIndexPage].permissions_for_user(editor).can_add_subpage()
    assert not places[DonatePage].permissions_for_user(editor).can_add_subpage()
    assert not index.get_parent().permissions_for_user(editor).can_add_subpage()


def test_a_fundraiser_writes_and_publishes_campaign_pages_only(user_as, places):
    fundraiser = user_as(Role.FUNDRAISER)
    may = places[DonatePage].permissions_for_user(fundraiser)
    assert may.can_add_subpage() and may.can_publish_subpage()
    assert not places[EventIndexPage].permissions_for_user(fundraiser).can_add_subpage()


def test_the_auditor_does_nothing_to_a_record(login):
    lead = LeadFactory(next_action="As it was")
    client = login(Role.AUDITOR)
    page = client.get(reverse("members_lead_modeladmin_inspect", args=[lead.pk])).content.decode()
    assert 'id="record-actions"' not in page
    for action in ("note", "assign", "move", "plan"):
        response = client.post(reverse("members_lead_modeladmin_action", args=[lead.pk, action]), {})
        assert response.status_code in (302, 404)
        assert response.headers.get("Location", "/admin/") == reverse("wagtailadmin_home")
    assert lead.notes.count() == 0
