"""Six courses with their editions, sessions, and people enrolled through the real service."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from members.models import Competence, Course, CourseEdition, Enrolment, Session
from members.services import enrolments
from pages.demo.people import Person, people
from pages.demo.reading import pair, read

ROME = ZoneInfo("Europe/Rome")
CONSENT = "Ho letto come vengono usati i miei dati e chiedo di partecipare a questo corso."


def make_courses(today: date, random: Random) -> None:
    """Write the courses around today. Every enrolment asks the service, as a visitor does."""
    competences = {competence.slug: competence for competence in Competence.objects.all()}
    for row in read("courses")["course"]:
        course = Course(slug=row["slug"], **pair(row, "title", "summary", "body"))
        course.competences.set([competences[slug] for slug in row["competences"]])
        course.save()
        course.save_revision().publish()
        for told in row["edition"]:
            _make_edition(course, told, today, random)


def _make_edition(course: Course, told: dict, today: date, random: Random) -> None:
    first = today + timedelta(days=told["starts"])
    last = first + timedelta(days=7 * (told["sessions"] - 1))
    edition = CourseEdition.objects.create(
        course=course,
        starts_on=first,
        ends_on=last,
        capacity=told["capacity"],
        price_cents=told["price"],
        teacher=told["teacher"],
        place=told["place"],
        enrolment_closes_on=max(today, first - timedelta(days=1)),
        **pair(told, "name"),
    )
    for week in range(told["sessions"]):
        day = first + timedelta(days=7 * week)
        Session.objects.create(
            edition=edition,
            starts_at=datetime.combine(day, time(17, 30), ROME),
            ends_at=datetime.combine(day, time(20, 0), ROME),
        )
    for person in people(random, told["enrolled"]):
        _enrol(edition, person)
    if first < today:
        CourseEdition.objects.filter(pk=edition.pk).update(enrolment_closes_on=first - timedelta(days=1))


def _enrol(edition: CourseEdition, person: Person) -> Enrolment:
    return enrolments.enrol(
        edition=edition,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        consent_text=CONSENT,
    )
