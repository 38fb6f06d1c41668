"""The first page of the back office: what waits for a person, where to begin, and numbers that open lists."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.dashboard import DashboardTask, dashboard_tasks, greeting, tasks_for
from cms.models import ClockRun, OutboxMessage
from cms.registries import Figure, dashboard_figures
from cms.roles import Role
from donations.models import Receipt
from members.models import FormatPart
from pages.models import EventIndexPage, HomePage
from tests.factories.donations import DonationFactory, StripeEventFactory
from tests.factories.members import (
    CooperativeFactory,
    CourseEditionFactory,
    EnrolmentFactory,
    LeadFactory,
    ServiceFormatFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOME = reverse("wagtailadmin_home")


@pytest.fixture
def events_page():
    home = HomePage.objects.get(locale__language_code="it")
    return home.add_child(instance=EventIndexPage(title="Eventi", slug="eventi", locale=home.locale))


def labels(response, name):
    return [str(entry.label) for entry in _paper(response)[name]]


def _paper(response):
    """The context of the paper itself, which is drawn as a part of Wagtail's home."""
    return next(context for context in response.context if "figures" in context and "doors" in context)


def test_a_person_is_greeted_by_the_first_name(login):
    client = login(UserFactory(admin=True, first_name="Ada"))
    assert ", Ada" in client.get(HOME).content.decode()
    assert "," not in greeting(UserFactory(first_name=""))


def test_requests_without_an_owner_wait_for_who_works_on_requests(login):
    LeadFactory(owner=None)
    LeadFactory(owner=None)
    client = login(Role.COMMERCIAL)
    [task] = tasks_for(client.user)
    assert task.count == 2
    listed = client.get(task.url)
    assert listed.status_code == 200
    assert len(listed.context["object_list"]) == 2
    assert tasks_for(login(Role.FUNDRAISER).user) == []


def test_what_is_late_stands_first(login):
    client = login(Role.COMMERCIAL)
    LeadFactory(owner=None)
    LeadFactory(
        owner=client.user, next_action="Call", next_action_on=timezone.localdate() - timedelta(days=2)
    )
    assert [task.is_late for task in tasks_for(client.user)] == [True, False]
    assert labels(client.get(HOME), "tasks")[0] == str(tasks_for(client.user)[0].label)


def test_a_calm_day_says_so(login):
    page = login(Role.COMMERCIAL).get(HOME).content.decode()
    assert 'class="paper__calm"' in page


@pytest.mark.parametrize("role", Role.values)
def test_every_task_figure_and_door_of_a_role_opens(login, role, events_page):
    LeadFactory(owner=None)
    client = login(role)
    response = client.get(HOME)
    assert response.status_code == 200
    paper = _paper(response)
    for entry in [*paper["tasks"], *paper["figures"], *paper["doors"]]:
        assert client.get(entry.url).status_code == 200, entry


def test_an_editor_begins_an_event_in_plain_words(login, events_page):
    paper = _paper(login(Role.EDITOR).get(HOME))
    assert reverse("wagtailadmin_pages:add", args=("pages", "eventpage", events_page.pk)) in [
        door.url for door in paper["doors"]
    ]


def test_a_cooperatives_editor_may_begin_an_event_too(login, events_page):
    paper = _paper(login(Role.COOPERATIVE_EDITOR).get(HOME))
    assert [door.url for door in paper["doors"]] == [
        reverse("wagtailadmin_pages:add", args=("pages", "eventpage", events_page.pk))
    ]


@pytest.mark.parametrize("role", Role.values)
def test_the_list_of_each_number_shows_just_so_many_rows(login, role, busy_house):
    client = login(role, cooperative=busy_house)
    if role in (Role.COMMERCIAL, Role.CONSORTIUM_ADMIN):
        overdue_lead(client.user)
    paper = _paper(client.get(HOME))
    assert [task.label for task in paper["tasks"] if not task.count] == []
    counted = [(entry.url, entry.count) for entry in paper["tasks"] if "#" not in entry.url]
    counted += [(entry.url, number_in(entry)) for entry in paper["figures"]]
    for url, count in counted:
        listed = client.get(url)
        assert listed.context["page_obj"].paginator.count == count, url
    assert {name for url, _count in counted for name in TASKS if name in url} >= set(EXPECTED[role].split())


TASKS = ("unassigned=", "overdue=", "state=proposed", "short=", "meets=", "full=", "stuck=", "unsent=")
TASKS += ("state=failed", "state=processing", "outcome=failed", "kind=open", "listed=", "paid_after=")
EXPECTED = {
    Role.CONSORTIUM_ADMIN: " ".join(TASKS),
    Role.EDITOR: "listed=",
    Role.FUNDRAISER: "stuck= unsent= state=failed state=processing listed= paid_after=",
    Role.COMMERCIAL: "unassigned= overdue= kind=open listed=",
    Role.TRAINER: "short= meets= full= listed=",
    Role.COOPERATIVE_EDITOR: "state=proposed listed=",
    Role.AUDITOR: "kind=open listed= paid_after=",
}


def number_in(figure):
    """What a figure counts: its value, or where that is money the number in its note."""
    said = figure.value if figure.value.isdecimal() else figure.note
    return int(said.split()[0])


def overdue_lead(owner):
    yesterday = timezone.localdate() - timedelta(days=1)
    return LeadFactory(owner=owner, next_action="Call", next_action_on=yesterday)


@pytest.fixture
def busy_house(events_page):
    """Something of everything that waits for somebody; the cooperative whose part is to be approved."""
    soon = timezone.localdate() + timedelta(days=3)
    LeadFactory(owner=None)
    SessionFactory(edition=CourseEditionFactory(starts_on=soon, ends_on=soon + timedelta(days=9), capacity=9))
    full = CourseEditionFactory(starts_on=soon, ends_on=soon, capacity=1)
    EnrolmentFactory(edition=full)
    cooperative = CooperativeFactory()
    FormatPart.objects.create(
        service_format=ServiceFormatFactory(woven_by=[CooperativeFactory()]), cooperative=cooperative
    )
    CooperativeFactory(unlisted=True)
    DonationFactory(paid=True)
    for state in ("failed", "processing"):
        DonationFactory(state=state)
    Receipt.objects.update(issued_at=timezone.now() - timedelta(hours=2), mailed_at=None)
    StripeEventFactory(state="unmatched")
    ClockRun.objects.create(name="sweep", next_run_at=timezone.now(), outcome="failed")
    OutboxMessage.objects.create(stream="service", to="a@b.example", language="it", state="failed")
    return cooperative


def test_whoever_only_looks_has_figures_and_no_tasks(login, busy_house):
    paper = _paper(login(Role.AUDITOR).get(HOME))
    assert paper["tasks"] == []
    assert paper["figures"]


def test_one_broken_figure_locks_nobody_out(login):
    def broken(user):
        raise RuntimeError("a figure that fails")

    dashboard_figures.register("tests.broken", broken)
    dashboard_figures.register("tests.sound", lambda user: Figure("Sound", "7", "/admin/"))
    try:
        response = login().get(HOME)
    finally:
        dashboard_figures.unregister("tests.broken")
        dashboard_figures.unregister("tests.sound")
    assert response.status_code == 200
    assert "Sound" in labels(response, "figures")


def test_a_task_that_counts_nothing_is_not_shown(login):
    dashboard_tasks.register("tests.none", lambda user: DashboardTask("Nothing of this", 0, "/admin/"))
    try:
        page = login().get(HOME).content.decode()
    finally:
        dashboard_tasks.unregister("tests.none")
    assert "Nothing of this" not in page


def test_dashboard_query_count_does_not_grow(login, events_page):
    client = login()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(HOME).status_code == 200
        return len(caught)

    LeadFactory(owner=None)
    client.get(HOME)
    one = queries()
    for _ in range(29):
        LeadFactory(owner=None)
    assert queries() == one
