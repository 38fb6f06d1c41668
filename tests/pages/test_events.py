"""The calendar of events: by date, with filters in the address, and the archive."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.members import CooperativeFactory
from tests.factories.pages import (
    CooperativePageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    translate,
)

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ROME)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def at(day: int, hour: int = 21, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ROME)


def rows(client, path: str = "/eventi/", **query) -> list[str]:
    response = client.get(path, query)
    assert response.status_code == 200
    return [row["title"] for _month, listed in response.context["months"] for row in listed]


def test_events_to_come_are_listed_by_date_and_month(client):
    EventPageFactory(title="Terzo", starts_at=at(5, month=12))
    EventPageFactory(title="Primo", starts_at=at(24))
    EventPageFactory(title="Secondo", starts_at=at(30))
    EventPageFactory(title="Passato", starts_at=at(1))
    response = client.get("/eventi/")
    assert [(month, [row["title"] for row in listed]) for month, listed in response.context["months"]] == [
        ("Novembre 2026", ["Primo", "Secondo"]),
        ("Dicembre 2026", ["Terzo"]),
    ]


def test_event_is_to_come_until_it_ends(client):
    EventPageFactory(title="In corso", starts_at=at(23, 10), ends_at=at(23, 13))
    EventPageFactory(title="Finito", starts_at=at(23, 9), ends_at=at(23, 11))
    EventPageFactory(title="Oggi senza fine", starts_at=at(23, 8), ends_at=None)
    assert rows(client) == ["Oggi senza fine", "In corso"]
    assert rows(client, when="past") == ["Finito"]


def test_filters_by_month_and_cooperative_stay_in_the_address(client):
    teatro = CooperativeFactory(name="Teatro delle Acque", slug="teatro-acque")
    EventPageFactory(title="A teatro", starts_at=at(5, month=12), organisers=[teatro])
    EventPageFactory(title="Altrove", starts_at=at(6, month=12), organisers=[CooperativeFactory()])
    EventPageFactory(title="Prima", starts_at=at(30), organisers=[teatro])
    assert rows(client, month="2026-12") == ["A teatro", "Altrove"]
    assert rows(client, month="2026-12", cooperative="teatro-acque") == ["A teatro"]
    page = client.get("/eventi/?month=2026-12&cooperative=teatro-acque")
    assert '<option value="2026-12" selected>' in page.text
    assert '<option value="teatro-acque" selected>Teatro delle Acque' in page.text


def test_event_across_two_months_is_in_both(client):
    EventPageFactory(title="Mostra", starts_at=at(28), ends_at=at(9, month=12))
    EventPageFactory(title="Altro", starts_at=at(5, month=12))
    assert rows(client, month="2026-11") == ["Mostra"]
    assert rows(client, month="2026-12") == ["Mostra", "Altro"]


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-99"},
        {"month": "x"},
        {"cooperative": "nessuna"},
        {"when": "future"},
        {"page": "999"},
        {"page": "-1"},
        {"page": "'"},
        {"month": "\x00"},
        {"sconosciuto": "1"},
    ],
)
def test_strange_filters_are_ignored(client, query):
    EventPageFactory(title="Uno", starts_at=at(30))
    assert rows(client, **query) == ["Uno"]


def test_empty_calendar_says_what_to_do(client):
    EventIndexPageFactory()
    assert "Nothing on the calendar for now" in client.get("/en/eventi/").text


def test_cancelled_event_stays_and_says_it(client):
    page = EventPageFactory(
        cancelled=True, title="Notte bianca", starts_at=at(30), booking_url="https://b.example"
    )
    assert "Cancelled" in client.get("/en/eventi/").text
    answer = client.get(f"/en{page.url}").text
    assert "This event is cancelled" in answer
    assert "Il teatro è chiuso per lavori." in answer
    assert "Book a place" not in answer


def test_event_cannot_end_before_it_begins():
    with pytest.raises(ValidationError, match="ends_at"):
        EventPageFactory(starts_at=at(30), ends_at=at(29))


def test_unlisted_cooperative_is_not_named(client):
    shown = CooperativeFactory(name="Teatro delle Acque")
    hidden = CooperativeFactory(name="Cooperativa Nascosta", unlisted=True)
    page = EventPageFactory(starts_at=at(30), organisers=[shown, hidden])
    for path in [page.url, "/eventi/", "/calendario.ics"]:
        answer = client.get(path).text
        assert "Teatro delle Acque" in answer
        assert "Nascosta" not in answer


def test_date_of_an_event_is_the_one_of_every_language(client):
    teatro = CooperativeFactory()
    italian = EventPageFactory(title="Concerto", starts_at=at(30))
    english = translate(italian, title="Concert")
    italian.starts_at, italian.ends_at, italian.is_cancelled = at(1, month=12), None, True
    italian.organisers = [teatro]
    italian.save_revision().publish()
    english.refresh_from_db()
    assert (english.title, english.starts_at, english.ends_at) == ("Concert", at(1, month=12), None)
    assert english.is_cancelled
    assert list(english.organisers.all()) == [teatro]
    assert english.get_latest_revision_as_object().starts_at == at(1, month=12)
    assert not english.has_unpublished_changes


def test_words_in_draft_stay_in_draft_when_the_date_changes():
    italian = EventPageFactory(title="Concerto", starts_at=at(30))
    english = translate(italian, title="Concert")
    english.title = "Concert, new words"
    english.save_revision()
    italian.starts_at, italian.ends_at = at(1, month=12), None
    italian.save_revision().publish()
    english = type(english).objects.get(pk=english.pk)
    assert (english.title, english.starts_at) == ("Concert", at(1, month=12))
    assert english.has_unpublished_changes
    draft = english.get_latest_revision_as_object()
    assert (draft.title, draft.starts_at) == ("Concert, new words", at(1, month=12))


def test_draft_translation_stays_a_draft_when_the_date_changes():
    italian = EventPageFactory(title="Concerto", starts_at=at(30))
    english = translate(italian, title="Concert", draft=True)
    italian.starts_at, italian.ends_at = at(1, month=12), None
    italian.save_revision().publish()
    english.refresh_from_db()
    assert not english.live
    assert english.get_latest_revision_as_object().starts_at == at(1, month=12)


@pytest.mark.sqlite  # what a page asks is decided before a database answers
def test_event_list_query_count_does_not_grow(client):
    organisers = [CooperativePageFactory().cooperative for _number in range(2)]

    def make(number):
        for day in range(number):
            EventPageFactory(starts_at=NOW + timedelta(days=1 + day), organisers=organisers)
            EventPageFactory(past=True, organisers=organisers)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    make(1)
    few = {path: queries(path) for path in ("/eventi/", "/eventi/?when=past", "/calendario.ics", "/")}
    make(29)
    for path, count in few.items():
        assert queries(path) <= count <= 25, path


def test_event_page_needs_few_queries(client):
    page = EventPageFactory(organisers=[CooperativePageFactory().cooperative for _number in range(5)])
    client.get(page.url)
    with CaptureQueriesContext(connection) as seen:
        client.get(page.url)
    assert len(seen) <= 25, [query["sql"][:100] for query in seen]
