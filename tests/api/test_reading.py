"""The network API shows what is published, filtered and in the language asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.models import CampaignState
from members.models import FormatPart
from tests.factories.members import (
    AudienceFactory,
    CompetenceFactory,
    CooperativeFactory,
    CourseEditionFactory,
    CourseFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.pages import (
    CampaignPageFactory,
    CooperativePageFactory,
    EventPageFactory,
    ServiceFormatPageFactory,
    translate,
)

pytestmark = pytest.mark.django_db

LISTS = ["cooperatives", "formats", "events", "courses", "campaigns"]


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_network_gives_empty_lists(api, name):
    assert api(f"/{name}/") == {"count": 0, "items": []}


def test_a_cooperative_comes_with_its_facts_and_page(api):
    skill = CompetenceFactory(slug="archivi", name_it="Archivi", name_en="Archives")
    record = CooperativeFactory(slug="filo", name="Filo Rosso", town="Suzzara")
    record.competences.add(skill)
    page = CooperativePageFactory(cooperative=record, title="Filo Rosso", summary="Carte e storie")

    (row,) = api("/cooperatives/")["items"]

    assert row["slug"] == "filo"
    assert row["town"] == "Suzzara"
    assert row["summary"] == "Carte e storie"
    assert row["competences"] == [{"slug": "archivi", "name": "Archivi"}]
    assert row["url"].endswith(page.get_url())
    assert api("/cooperatives/filo/?language=en")["competences"] == [{"slug": "archivi", "name": "Archives"}]


def test_cooperatives_are_found_by_competence_and_town(api):
    skill = CompetenceFactory(slug="musica")
    musical = CooperativeFactory(slug="coro", town="Ostiglia")
    musical.competences.add(skill)
    CooperativePageFactory(cooperative=musical)
    CooperativePageFactory(cooperative=CooperativeFactory(slug="altra", town="Mantova"))

    def slugs(query):
        return [row["slug"] for row in api(f"/cooperatives/?{query}")["items"]]

    assert slugs("competence=musica") == ["coro"]
    assert slugs("town=mantova") == ["altra"]
    assert slugs("competence=musica&town=mantova") == []


def test_drafts_and_unlisted_records_are_not_there(api):
    CooperativePageFactory(cooperative=CooperativeFactory(slug="nascosta", is_listed=False))
    CooperativePageFactory(cooperative=CooperativeFactory(slug="bozza"), draft=True)
    CampaignPageFactory(campaign__slug="bozza", campaign__state=CampaignState.DRAFT)
    EventPageFactory(draft=True)

    assert [api(f"/{name}/")["count"] for name in ("cooperatives", "campaigns", "events")] == [0, 0, 0]
    assert api("/cooperatives/nascosta/", status=404)["detail"]
    assert api("/campaigns/bozza/", status=404)["detail"]


def test_a_private_page_is_not_there(api):
    from wagtail.models import PageViewRestriction

    page = EventPageFactory()
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert api("/events/")["count"] == 0


def test_a_format_names_only_the_parts_that_were_approved(api):
    audience = AudienceFactory(slug="scuole")
    page = ServiceFormatPageFactory()
    record = page.service_format
    record.parts.all().delete()
    record.audiences.set([audience])
    inside, proposed = CooperativeFactory(slug="dentro"), CooperativeFactory(slug="proposta")
    FormatPart.objects.create(
        service_format=record, cooperative=inside, role_it="Regia", state=FormatPart.State.APPROVED
    )
    FormatPart.objects.create(service_format=record, cooperative=proposed, role_it="Luci")

    (row,) = api("/formats/?audience=scuole")["items"]

    assert [part["cooperative"] for part in row["parts"]] == ["dentro"]
    assert api("/formats/?cooperative=dentro")["count"] == 1
    assert api("/formats/?cooperative=proposta")["count"] == 0


def test_events_begin_today_unless_asked_otherwise(api):
    now = timezone.now()
    EventPageFactory(title="Passato", starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=9))
    EventPageFactory(title="Domani", starts_at=now + timedelta(days=1), ends_at=None)
    EventPageFactory(title="Poi", starts_at=now + timedelta(days=40), ends_at=None)
    soon = timezone.localdate() + timedelta(days=2)

    def titles(query=""):
        return [row["title"] for row in api(f"/events/{query}")["items"]]

    assert titles() == ["Domani", "Poi"]
    assert titles(f"?until={soon}") == ["Domani"]
    assert titles("?since=2020-01-01") == ["Passato", "Domani", "Poi"]


def test_english_falls_back_to_italian_and_says_so(api):
    translate(
        EventPageFactory(title="Concerto", starts_at=timezone.now() + timedelta(days=1)), title="Concert"
    )
    EventPageFactory(title="Lettura", starts_at=timezone.now() + timedelta(days=2))

    rows = api("/events/?language=en")["items"]

    assert [(row["title"], row["language"]) for row in rows] == [("Concert", "en"), ("Lettura", "it")]


def test_a_course_tells_the_places_that_are_left(api):
    course = CourseFactory(slug="corso")
    edition = CourseEditionFactory(course=course, capacity=3, price_cents=12000)
    SessionFactory(edition=edition)
    EnrolmentFactory(edition=edition)

    (row,) = api("/courses/")["items"]

    assert row["editions"][0]["places_left"] == 2
    assert row["editions"][0]["price"] == {"cents": 12000, "currency": "EUR", "text": "120,00\u00a0€"}
    assert len(row["editions"][0]["sessions"]) == 1
    assert api("/courses/corso/")["slug"] == "corso"


def test_a_campaign_tells_what_the_ledger_says(api):
    page = CampaignPageFactory()
    total = page.campaign.total
    total.raised_cents, total.donations, total.donors = 2550, 2, 1
    total.save()

    (row,) = api("/campaigns/?state=live")["items"]

    assert (row["raised"]["cents"], row["donations"], row["donors"]) == (2550, 2, 1)
    assert row["raised"]["text"] == "25,50\u00a0€"


def test_lists_come_in_pages(api):
    for number in range(5):
        CooperativePageFactory(title=f"Coop {number}")

    answer = api("/cooperatives/?limit=2&offset=2")

    assert answer["count"] == 5
    assert [row["title"] for row in answer["items"]] == ["Coop 2", "Coop 3"]


@pytest.mark.parametrize(
    "path",
    [
        "/cooperatives/?limit=0",
        "/cooperatives/?limit=101",
        "/cooperatives/?offset=-1",
        "/cooperatives/?competence=%00",
        "/cooperatives/?town=%00",
        "/cooperatives/?competence='; drop table",
        "/events/?since=ieri",
        "/events/?since=0001-01-01",
        "/events/?until=9999-12-31",
        "/events/999999999999999999999999/",
        "/campaigns/?state=draft",
        "/formats/?language=fr",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(api, path):
    answer = api(path, status=422)

    assert answer["detail"] == "Alcuni campi vanno corretti."
    assert answer["fields"]


@pytest.mark.parametrize("path", ["/events/2147483647/", "/courses/niente/", "/nothing/"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get("/api/network/v1" + path).status_code == 404


ROWS = {
    "cooperatives": CooperativePageFactory,
    "formats": ServiceFormatPageFactory,
    "events": EventPageFactory,
    "courses": lambda: SessionFactory(edition__course=CourseFactory()),
    "campaigns": CampaignPageFactory,
}


@pytest.mark.sqlite  # what a page asks is decided before a database answers
@pytest.mark.parametrize("name", LISTS)
def test_listing_query_count_does_not_grow(api, django_assert_num_queries, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rows = api(f"/{name}/?limit=100&since=2020-01-01" if name == "events" else f"/{name}/?limit=100")
        return rows["count"], len(seen)

    ROWS[name]()
    queries()  # fills Wagtail's caches of sites and content types
    one = queries()
    for _number in range(29):
        ROWS[name]()
    thirty = queries()

    assert (one[0], thirty[0]) == (1, 30)
    assert thirty[1] == one[1]
    assert thirty[1] <= 10


def test_reading_takes_and_gives_no_cookie(client, db):
    answer = client.get("/api/network/v1/events/")

    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
