"""Calendar files: what a calendar program reads, keeps and updates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.utils import timezone

from tests.factories.members import CooperativeFactory
from tests.factories.pages import EventPageFactory, translate

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ROME)

pytestmark = pytest.mark.django_db


def read(client, path: str = "/calendario.ics", **headers) -> list[icalendar.Event]:
    response = client.get(path, **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(response.content).events


def event_file(page) -> str:
    return f"/calendario/{page.translation_key}.ics"


def test_event_file_says_when_and_where_with_the_clock_of_italy(client):
    page = EventPageFactory(
        title="Concerto; sul lago, di notte",
        starts_at=datetime(2027, 7, 1, 21, 30, tzinfo=ROME),
        ends_at=datetime(2027, 7, 1, 23, 0, tzinfo=ROME),
    )
    (event,) = read(client, event_file(page))
    assert event["summary"] == "Concerto; sul lago, di notte"
    assert event["location"] == "Teatro Bibiena, Via Accademia 47, Mantova"
    assert event.start.astimezone(UTC) == datetime(2027, 7, 1, 19, 30, tzinfo=UTC)
    assert event["dtstart"].params["TZID"] == "Europe/Rome"
    assert event["status"] == "CONFIRMED"
    assert event["url"].endswith(page.url)
    assert b"BEGIN:VTIMEZONE" in client.get(event_file(page)).content


def test_uid_stays_and_sequence_grows_with_each_publication(client):
    with time_machine.travel(NOW, tick=False) as clock:
        page = EventPageFactory()
        (first,) = read(client, event_file(page))
        clock.shift(timedelta(minutes=5))
        page.starts_at += timedelta(days=1)
        page.ends_at += timedelta(days=1)
        page.save_revision().publish()
        (second,) = read(client, event_file(page))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 300)


def test_both_languages_are_the_same_event(client):
    italian = EventPageFactory(title="Concerto")
    translate(italian, title="Concert")
    (here,) = read(client)
    (there,) = read(client, "/en/calendario.ics")
    assert here["uid"] == there["uid"]
    assert (here["summary"], there["summary"]) == ("Concerto", "Concert")


def test_reverting_to_an_older_revision_still_lets_the_sequence_grow(client):
    with time_machine.travel(NOW, tick=False) as clock:
        page = EventPageFactory(title="Prima")
        old = page.latest_revision
        clock.shift(60)
        page.title = "Poi"
        page.save_revision().publish()
        clock.shift(60)
        old.publish()
        (event,) = read(client, event_file(page))
    assert (event["summary"], event["sequence"]) == ("Prima", 120)


def test_feed_reflects_a_cancellation(client):
    page = EventPageFactory(title="Notte bianca")
    page.is_cancelled, page.cancellation_note = True, "Piove."
    page.save_revision().publish()
    (event,) = read(client, "/en/calendario.ics")
    assert event["status"] == "CANCELLED"
    assert event["summary"] == "CANCELLED: Notte bianca"
    assert event["description"].startswith("Piove.")


def test_feed_of_a_cooperative_has_its_events_only(client):
    teatro = CooperativeFactory(slug="teatro-acque")
    EventPageFactory(title="A teatro", organisers=[teatro])
    EventPageFactory(title="Altrove")
    assert [event["summary"] for event in read(client, "/cooperative/teatro-acque/calendario.ics")] == [
        "A teatro"
    ]


def test_feed_leaves_out_drafts_and_what_is_long_over(client):
    EventPageFactory(title="Bozza", draft=True)
    EventPageFactory(title="Lontano", starts_at=timezone.now() - timedelta(days=60))
    EventPageFactory(title="Ieri", starts_at=timezone.now() - timedelta(days=1))
    assert [event["summary"] for event in read(client)] == ["Ieri"]


@pytest.mark.parametrize(
    "path",
    [
        "/cooperative/nessuna/calendario.ics",
        "/calendario/00000000-0000-0000-0000-000000000000.ics",
    ],
)
def test_unknown_calendar_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_calendar_of_a_hidden_cooperative_is_not_found(client):
    CooperativeFactory(slug="nascosta", unlisted=True)
    assert client.get("/cooperative/nascosta/calendario.ics").status_code == 404


def test_draft_event_has_no_calendar_file(client):
    assert client.get(event_file(EventPageFactory(draft=True))).status_code == 404


def test_feed_is_sent_again_only_when_something_changed(client):
    page = EventPageFactory()
    first = client.get("/calendario.ics")
    assert first["Last-Modified"]
    again = client.get("/calendario.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    page.is_cancelled = True
    page.save_revision().publish()
    assert client.get("/calendario.ics", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_withdrawn_event_changes_the_feed(client):
    page, _other = EventPageFactory(), EventPageFactory()
    first = client.get("/calendario.ics")
    page.unpublish()
    assert client.get("/calendario.ics", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_empty_feed_is_still_a_calendar(client):
    assert read(client) == []
