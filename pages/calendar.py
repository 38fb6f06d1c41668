"""Events as calendar files and feeds that people subscribe to (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from members.models import Cooperative
from pages.languages import full_url
from pages.models import EventPage

ROME = ZoneInfo("Europe/Rome")
# A feed tells what comes and the last month, so that a late cancellation still reaches who subscribed.
DAYS_BACK = 31
MOST_EVENTS = 1000


def feed_events(now: datetime, cooperative: Cooperative | None = None) -> list[EventPage]:
    """The events of a feed in the reader's language: from DAYS_BACK ago on, nearest first."""
    events = EventPage.objects.published().for_reader().upcoming(now - timedelta(days=DAYS_BACK))
    if cooperative:
        events = events.of_cooperative(cooperative.slug)
    listed = Prefetch("organisers", Cooperative.objects.listed())
    return list(events.select_related("locale").prefetch_related(listed)[:MOST_EVENTS])


def calendar_response(
    request: HttpRequest, events: Sequence[EventPage], *, name: str, filename: str
) -> HttpResponse:
    """Events as a calendar file named to readers by `name`; 304 when the reader has it already."""
    content = as_calendar(events, name=name, request=request).to_ical()
    changed = max((_changed_at(event) for event in events), default=None)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    last_modified = int(changed.timestamp()) if changed else None
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = "public, max-age=900"
    response["ETag"] = etag
    if last_modified:
        response["Last-Modified"] = http_date(last_modified)
    # The tag alone decides: an event that is withdrawn changes the file, and no date of those that stay.
    return get_conditional_response(request, etag=etag, response=response)


def as_calendar(
    events: Iterable[EventPage], *, name: str, request: HttpRequest | None = None
) -> icalendar.Calendar:
    """The events as one calendar, with the clock changes of Italy for programs that do not know them."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Cultnetwork//Events//IT")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/Rome")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    listed = list(events)
    for event in listed:
        calendar.add_component(_entry(event, request))
    if listed:
        calendar.add_missing_timezones()
    return calendar


def _entry(event: EventPage, request: HttpRequest | None) -> icalendar.Event:
    changed = _changed_at(event)
    first = event.first_published_at or changed
    entry = icalendar.Event()
    # Both languages and every change are the same event to a calendar.
    entry.add("uid", f"{event.translation_key}@{urlsplit(settings.BASE_URL).hostname or 'cultnetwork'}")
    # Grows with each publication, as RFC 5545 asks, and needs no counter that an old revision could put back.
    entry.add("sequence", max(int((changed - first).total_seconds()), 0))
    entry.add("dtstamp", changed.astimezone(UTC))
    entry.add("last-modified", changed.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(ROME))
    if event.ends_at:
        entry.add("dtend", event.ends_at.astimezone(ROME))
    title = _("CANCELLED: %(title)s") % {"title": event.title} if event.is_cancelled else event.title
    entry.add("summary", title)
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("location", ", ".join(filter(None, [event.place, event.place_address])))
    url = full_url(event, request)
    words = [event.cancellation_note if event.is_cancelled else "", event.summary, event.organised_by(), url]
    entry.add("description", "\n\n".join(filter(None, words)))
    if url:
        entry.add("url", url)
    return entry


def _changed_at(event: EventPage) -> datetime:
    return event.last_published_at or event.latest_revision_created_at or timezone.now()
