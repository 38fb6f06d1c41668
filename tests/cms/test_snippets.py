"""Snippets are listed as records are, and keep to the rows of a person on every one of their views."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.registries import row_scopes
from cms.roles import Role
from members.models import Competence, Course
from tests.factories.members import CompetenceFactory, CourseEditionFactory, CourseFactory, UserFactory

pytestmark = pytest.mark.django_db


def url(action, *args, model="competence"):
    return reverse(f"wagtailsnippets_members_{model}:{action}", args=args)


@pytest.fixture
def theatre_only():
    row_scopes.replace(Competence, _theatre)
    yield
    row_scopes.restore(Competence)


def _theatre(user, rows):
    return rows if user.is_superuser else rows.filter(slug="teatro")


@pytest.fixture
def keeper(login):
    user = UserFactory()
    codenames = [
        "access_admin",
        "view_competence",
        "change_competence",
        "delete_competence",
        "add_competence",
    ]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return login(user)


def test_somebody_elses_snippet_is_not_found_on_any_view(keeper, theatre_only):
    own, foreign = CompetenceFactory(slug="teatro", name_it="Teatro"), CompetenceFactory(name_it="Archivi")
    for action in ("edit", "delete", "history", "usage", "inspect", "history_results"):
        assert keeper.get(url(action, own.pk)).status_code == 200, action
        assert keeper.get(url(action, foreign.pk)).status_code == 404, action
    assert keeper.post(url("delete", foreign.pk)).status_code == 404
    assert Competence.objects.filter(pk=foreign.pk).exists()
    page = keeper.get(url("list")).content.decode()
    assert "Teatro" in page and "Archivi" not in page


def test_a_chooser_offers_the_persons_rows_only(keeper, theatre_only):
    own, foreign = CompetenceFactory(slug="teatro", name_it="Teatro"), CompetenceFactory(name_it="Archivi")
    chooser = "wagtailsnippetchoosers_members_competence"
    for name in ("choose", "choose_results"):
        page = keeper.get(reverse(f"{chooser}:{name}")).content.decode()
        assert "Teatro" in page and "Archivi" not in page
    assert keeper.get(reverse(f"{chooser}:chosen", args=[own.pk])).status_code == 200
    assert keeper.get(reverse(f"{chooser}:chosen", args=[foreign.pk])).status_code == 404


def test_many_at_once_are_the_persons_rows_only(keeper, theatre_only):
    own, foreign = CompetenceFactory(slug="teatro"), CompetenceFactory()
    bulk = reverse("wagtail_bulk_action", args=["members", "competence", "delete"])
    keeper.post(f"{bulk}?id={own.pk}&id={foreign.pk}&next=/admin/")
    assert list(Competence.objects.filter(pk__in=[own.pk, foreign.pk])) == [foreign]


def test_a_snippet_that_records_lean_on_stays_and_says_so(login):
    client = login()
    course = CourseFactory(title_it="Guide")
    edition = CourseEditionFactory(course=course)
    response = client.post(url("delete", course.pk, model="course"))
    assert response.status_code == 409
    assert str(edition) in response.content.decode()
    bulk = reverse("wagtail_bulk_action", args=["members", "course", "delete"])
    told = client.post(f"{bulk}?id={course.pk}&next={url('list', model='course')}", follow=True)
    assert told.redirect_chain == [(url("list", model="course"), 302)]
    assert str(edition) in told.content.decode()
    assert Course.objects.filter(pk=course.pk).exists()


def test_the_auditor_opens_a_snippet_without_its_form(login):
    course = CourseFactory()
    client = login(Role.AUDITOR)
    page = client.get(url("list", model="course")).content.decode()
    assert url("inspect", course.pk, model="course") in page
    assert url("edit", course.pk, model="course") not in page
    assert client.get(url("inspect", course.pk, model="course")).status_code == 200
    assert client.get(url("edit", course.pk, model="course")).url == reverse("wagtailadmin_home")


@pytest.mark.parametrize(
    "query", [{"q": "\x00"}, {"q": "'*(\""}, {"ordering": "x"}, {"p": "zz"}, {"export": "xlsx"}]
)
def test_odd_addresses_show_a_list_and_never_fail(login, query):
    CompetenceFactory()
    assert login().get(url("list"), query).status_code == 200


def test_snippet_list_query_count_does_not_grow(login):
    client = login()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url("list", model="course")).status_code == 200
        return len(caught)

    CourseFactory()
    client.get(url("list", model="course"))
    one = queries()
    for _ in range(29):
        CourseFactory()
    assert queries() == one
