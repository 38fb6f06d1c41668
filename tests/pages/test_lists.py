"""The directories and what they cost: cooperatives, competences, formats, courses, campaigns."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from pages.models import CourseIndexPage, HomePage
from tests.factories.members import (
    AudienceFactory,
    CompetenceFactory,
    CooperativeFactory,
    CourseEditionFactory,
    CourseFactory,
    ServiceFormatFactory,
    SessionFactory,
)
from tests.factories.pages import (
    CampaignPageFactory,
    ContactPageFactory,
    CooperativeIndexPageFactory,
    CooperativePageFactory,
    CourseIndexPageFactory,
    DonatePageFactory,
    EventPageFactory,
    ServiceFormatIndexPageFactory,
    ServiceFormatPageFactory,
    home,
)

pytestmark = pytest.mark.django_db


def titles(client, path: str, **query) -> list[str]:
    response = client.get(path, query)
    assert response.status_code == 200
    return [card.title for card in response.context["cards"]]


def test_directory_is_filtered_by_competence_and_place(client):
    teatro = CompetenceFactory(slug="teatro", name_it="Teatro")
    for name, town, skills in [("A", "Mantova", [teatro]), ("B", "Suzzara", [teatro]), ("C", "Mantova", [])]:
        cooperative = CooperativeFactory(name=name, town=town)
        cooperative.competences.add(*skills)
        CooperativePageFactory(cooperative=cooperative)
    assert titles(client, "/cooperative/") == ["A", "B", "C"]
    assert titles(client, "/cooperative/", competence="teatro") == ["A", "B"]
    assert titles(client, "/cooperative/", competence="teatro", place="Mantova") == ["A"]
    assert titles(client, "/cooperative/", competence="inventata") == ["A", "B", "C"]
    text = client.get("/cooperative/?competence=teatro&place=Mantova").text
    assert '<option value="teatro" selected>Teatro</option>' in text


def test_formats_are_filtered_by_competence_and_audience(client):
    teatro, scuole = CompetenceFactory(slug="teatro"), AudienceFactory(slug="scuole")
    for name, skills, whom in [("A", [teatro], [scuole]), ("B", [teatro], []), ("C", [], [scuole])]:
        record = ServiceFormatFactory(name_it=name)
        record.competences.set(skills)
        record.audiences.set(whom)
        ServiceFormatPageFactory(service_format=record)
    assert titles(client, "/format/") == ["A", "B", "C"]
    assert titles(client, "/format/", competence="teatro") == ["A", "B"]
    assert titles(client, "/format/", competence="teatro", audience="scuole") == ["A"]


def test_filters_stay_while_paging(client):
    CooperativeIndexPageFactory()
    for _number in range(30):
        CooperativePageFactory(cooperative__town="Mantova")
    text = client.get("/cooperative/?place=Mantova").text
    assert "?place=Mantova&amp;page=2" in text
    assert len(client.get("/cooperative/?place=Mantova&page=2").context["cards"]) == 6


def test_empty_lists_say_what_to_do(client):
    CooperativeIndexPageFactory(), ServiceFormatIndexPageFactory(), CourseIndexPageFactory()
    assert "The directory is being written" in client.get("/en/cooperative/").text
    assert "The formats are being written" in client.get("/en/format/").text
    assert "No course for now" in client.get("/en/corsi/").text


def test_competence_has_a_page_with_who_has_it_in_both_languages(client):
    skill = CompetenceFactory(slug="archivi", name_it="Archivi e memoria", name_en="Archives and memory")
    cooperative = CooperativeFactory(name="Archivio Vivo")
    cooperative.competences.add(skill)
    CooperativePageFactory(cooperative=cooperative)
    record = ServiceFormatFactory(name_it="Notte in archivio")
    record.competences.add(skill)
    ServiceFormatPageFactory(service_format=record)
    CourseIndexPageFactory()
    CourseFactory(title_it="Ordinare un archivio").competences.add(skill)
    italian = client.get("/cooperative/competenze/archivi/")
    assert "<h1>Archivi e memoria</h1>" in italian.text
    for name in ["Archivio Vivo", "Notte in archivio"]:
        assert name in italian.text
    english = client.get("/en/cooperative/competences/archivi/")
    assert "<h1>Archives and memory</h1>" in english.text
    links = {language.code: language.url for language in italian.context["chrome"].languages}
    assert links == {"it": "/cooperative/competenze/archivi/", "en": "/en/cooperative/competences/archivi/"}
    assert client.get("/cooperative/competenze/inventata/").status_code == 404


def test_format_page_names_each_cooperative_with_its_role_and_page(client):
    one = CooperativeFactory(name="Teatro delle Acque")
    page = ServiceFormatPageFactory(
        service_format__woven_by=[one],
        service_format__price_from_cents=60_000,
        service_format__price_to_cents=None,
    )
    profile = CooperativePageFactory(cooperative=one)
    text = client.get(f"/en{page.url}").text
    assert f'<a href="/en{profile.url}">Teatro delle Acque</a>' in text
    assert "conduce i laboratori" in text
    assert "from €600" in text
    assert "mezza giornata" in text


def test_part_that_is_only_proposed_is_not_told(client):
    proposed = CooperativeFactory(name="Non ha ancora detto sì")
    page = ServiceFormatPageFactory(service_format__woven_by=[proposed])
    page.service_format.parts.update(state="proposed")
    assert "Non ha ancora detto" not in client.get(page.url).text


def test_campaign_page_shows_what_has_arrived(client):
    page = CampaignPageFactory(campaign__goal_cents=1_200_000)
    page.campaign.total.raised_cents = 820_000
    page.campaign.total.donors = 143
    page.campaign.total.save()
    text = client.get(page.url).text
    assert "8.200" in text
    assert "12.000" in text
    assert "143" in text


def test_donate_page_leads_to_the_campaigns_open_first(client):
    ended = CampaignPageFactory(title="Finita", campaign__ended=True)
    open_now = CampaignPageFactory(title="In corso")
    CampaignPageFactory(title="Bozza", campaign__draft=True)
    response = client.get("/sostieni/")
    assert [card.title for card in response.context["open_campaigns"]] == [open_now.title]
    assert [card.title for card in response.context["ended_campaigns"]] == [ended.title]


def _body() -> list:
    return [
        ("next_events", {"heading": "Prossimi", "number": 12, "cooperative": None}),
        ("formats", {"heading": "Format", "formats": [], "number": 9}),
        ("cooperatives", {"heading": "Chi siamo", "cooperatives": []}),
        ("open_courses", {"heading": "Corsi", "number": 9}),
    ]


def _make_everything() -> None:
    skill, whom = CompetenceFactory(), AudienceFactory()
    cooperative = CooperativeFactory()
    cooperative.competences.add(skill)
    CooperativePageFactory(cooperative=cooperative)
    record = ServiceFormatFactory(woven_by=[cooperative])
    record.competences.add(skill)
    record.audiences.add(whom)
    ServiceFormatPageFactory(service_format=record)
    EventPageFactory(organisers=[cooperative])
    CampaignPageFactory()
    course = CourseFactory()
    course.competences.add(skill)
    edition = CourseEditionFactory(course=course)
    SessionFactory(edition=edition)


@pytest.fixture
def front(client) -> Callable:
    """The whole site with some of everything, and a home page that shows it."""
    ContactPageFactory(), DonatePageFactory(), CourseIndexPageFactory()
    page = home()
    page.body = _body()
    page.save_revision().publish()
    return page


PATHS = ["/", "/en/", "/cooperative/", "/format/", "/corsi/", "/sostieni/", "/contatti/", "/sitemap.xml"]


@pytest.mark.sqlite  # what a page asks is decided before a database answers
def test_every_list_query_count_does_not_grow(client, front):
    def queries() -> dict[str, int]:
        counted = {}
        for path in PATHS:
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counted[path] = len(seen)
        return counted

    _make_everything()
    few = queries()
    for _number in range(29):
        _make_everything()
    many = queries()
    assert {path: many[path] for path in PATHS if many[path] > few[path]} == {}
    assert {path: few[path] for path in PATHS if few[path] > 25} == {}


def test_page_about_one_record_needs_few_queries(client, front):
    for _number in range(5):
        _make_everything()
    record = ServiceFormatFactory(woven_by=[CooperativePageFactory().cooperative for _number in range(6)])
    format_page = ServiceFormatPageFactory(service_format=record)
    paths = [
        format_page.url,
        CooperativePageFactory().url,
        CampaignPageFactory().url,
        f"/corsi/{CourseEditionFactory().course.slug}/",
        "/cerca/?q=format",
    ]
    counted = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counted[path] = len(seen)
    assert {path: number for path, number in counted.items() if number > 25} == {}, counted


def test_types_used_by_other_pages_have_an_address_only_when_published(rf):
    assert CourseIndexPage.url_for(rf.get("/")) == ""
    CourseIndexPageFactory()
    assert CourseIndexPage.url_for(rf.get("/")) == "/corsi/"
    assert HomePage.objects.published().count() == 2


def test_what_stands_behind_a_login_is_in_no_list_or_feed(client):
    event = EventPageFactory(title="Solo per le socie")
    PageViewRestriction.objects.create(page=event.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    cooperative = CooperativePageFactory(title="Pubblica")
    hidden = CooperativePageFactory(title="Riservata")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    assert titles(client, "/cooperative/") == [cooperative.title]
    for path in ["/calendario.ics", "/sitemap.xml", f"/calendario/{event.translation_key}.ics"]:
        assert "Solo per le socie" not in client.get(path).text
    assert event.url not in client.get("/sitemap.xml").text
