"""The one list of all records: search, filters and order in the address, a constant number of queries."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.registries import row_scopes
from members.models import Lead, Organisation
from tests.factories.members import LeadFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.probe")]

LIST = "probe_lead_modeladmin_index"


def titles(response):
    return [lead.title for lead in response.context["object_list"]]


def test_a_list_shows_each_kind_of_value_as_people_read_it(login):
    LeadFactory(
        title="A season",
        expected_value_cents=123450,
        owner=None,
        organisation=OrganisationFactory(name="Comune"),
    )
    page = login().get(reverse(LIST)).content.decode()
    assert "1.234,50\xa0€" in page
    assert "Comune" in page
    assert 'class="state-tag state-tag--good"' in page
    assert "data-label=" in page


def test_each_searched_word_must_stand_in_some_column(login):
    town, school = OrganisationFactory(name="Borgo Nuovo"), OrganisationFactory(name="Scuola Nuova")
    LeadFactory(title="Readings", organisation=town)
    LeadFactory(title="Readings again", organisation=school)
    LeadFactory(title="Concert", organisation=town)
    client = login()
    assert titles(client.get(reverse(LIST), {"q": "NUOV read", "ordering": "title"})) == [
        "Readings",
        "Readings again",
    ]
    assert titles(client.get(reverse(LIST), {"q": "borgo readings"})) == ["Readings"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "' OR 1=1 --"},
        {"q": '"*(^%_\\'},
        {"q": "à" * 5000},
        {"ordering": "password"},
        {"ordering": "-owner__password"},
        {"p": "abc"},
        {"p": "99999"},
        {"source": "nowhere"},
        {"organisation": "x"},
        {"organisation": "9" * 40},
        {"export": "csv"},
    ],
)
def test_odd_addresses_show_a_list_and_never_fail(login, query):
    LeadFactory()
    response = login().get(reverse(LIST), query)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", ["utm_source", "fbclid", "mc_eid", "gclid"])
def test_what_a_mail_hangs_on_an_address_asks_nothing(login, name):
    LeadFactory(title="Hers")
    response = login().get(reverse(LIST), {name: "newsletter"})
    assert titles(response) == ["Hers"]
    assert name not in response.context["list_url"]


def test_a_filter_that_is_unknown_is_told_and_shows_no_row(login):
    LeadFactory(title="Hers")
    response = login().get(reverse(LIST), {"source_of_all": "newsletter"})
    assert titles(response) == []
    assert "source_of_all" in response.content.decode()


def test_a_filter_stays_in_the_address_and_shows_as_a_pill(login):
    comune = OrganisationFactory(name="Comune")
    LeadFactory(title="Hers", organisation=comune)
    LeadFactory(title="Other")
    response = login().get(reverse(LIST), {"organisation": comune.pk, "_w_filter_fragment": ""})
    assert titles(response) == ["Hers"]
    assert "w-active-filters" in response.content.decode()


def test_choices_of_a_filter_are_rows_that_the_person_may_see(login):
    OrganisationFactory(name="Shown")
    OrganisationFactory(name="Hidden")
    user = UserFactory()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "view_lead"]))
    row_scopes.replace(Organisation, _shown)
    try:
        choices = login(user).get(reverse(LIST)).context["filters"].form.fields["organisation"].queryset
    finally:
        row_scopes.restore(Organisation)
    assert [row.name for row in choices] == ["Shown"]


def _shown(user, rows):
    return rows.filter(name="Shown")


def test_an_empty_list_says_whence_its_rows_come(login):
    page = login().get(reverse(LIST)).content.decode()
    assert "No requests yet. They arrive from the pages of the formats." in page


def test_a_search_without_a_find_offers_the_whole_list(login):
    LeadFactory()
    page = login().get(reverse(LIST), {"q": "zzz"}).content.decode()
    assert "No requests yet" not in page
    assert f'href="{reverse(LIST)}"' in page


def test_sorting_by_a_column_is_kept_in_its_header(login):
    LeadFactory(title="B")
    LeadFactory(title="A")
    client = login()
    assert titles(client.get(reverse(LIST), {"ordering": "title"})) == ["A", "B"]
    assert titles(client.get(reverse(LIST), {"ordering": "-title"})) == ["B", "A"]


def test_list_query_count_does_not_grow(login):
    client = login()

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(LIST)).status_code == 200
        return len(caught)

    LeadFactory(owner=UserFactory())
    client.get(reverse(LIST))
    one = queries()
    for _ in range(29):
        LeadFactory(owner=UserFactory())
    assert Lead.objects.count() == 30
    assert queries() == one
