"""The sessions of an edition as a calendar file, to attach to mails."""

import hashlib
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from icalendar import Calendar, Event

from cms.outbox import FileRef
from members.models import CourseEdition, Session

MIME = "text/calendar"


def of_edition(edition: CourseEdition, sessions: Sequence[Session]) -> FileRef:
    """The calendar of an edition, kept in the private storage under a name made from its content.

    People enrolled on the same edition share one file: nothing in it is about them.
    """
    content = calendar(edition, sessions)
    name = f"calendars/edition-{edition.pk}-{hashlib.sha256(content).hexdigest()[:16]}.ics"
    private = storages["private"]
    if not private.exists(name):
        # Two enrolments at once may both get here: the storage gives the second file another name.
        name = private.save(name, ContentFile(content))
    return FileRef(storage="private", name=name, filename=f"{edition.course.slug}.ics", mime=MIME)


def calendar(edition: CourseEdition, sessions: Sequence[Session]) -> bytes:
    """An iCalendar with one event for each session; the same sessions give the same bytes."""
    whole = Calendar()
    whole.add("prodid", "-//Cultnetwork//Courses//IT")
    whole.add("version", "2.0")
    for session in sessions:
        event = Event()
        event.add("uid", f"session-{session.pk}@cultnetwork")
        event.add("dtstamp", session.updated_at)
        event.add("dtstart", timezone.localtime(session.starts_at, timezone.get_default_timezone()))
        event.add("dtend", timezone.localtime(session.ends_at, timezone.get_default_timezone()))
        event.add("summary", edition.course.title)
        if place := session.place or edition.place:
            event.add("location", place)
        whole.add_component(event)
    whole.add_missing_timezones()
    return whole.to_ical()
