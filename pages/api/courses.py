"""What the network teaches, with the editions to come."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from cms.api import Listing, MoneyOut, Paged, Problem, Reading, listing
from members.models import Course, CourseEdition
from pages.api.shared import Named, Slug
from pages.courses import courses_with_editions
from pages.models import CourseIndexPage

router = Router(tags=["Courses"])


class SessionOut(Schema):
    """One meeting of an edition."""

    starts_at: datetime
    ends_at: datetime
    place: str


class EditionOut(Schema):
    """One run of a course."""

    name: str
    starts_on: date
    ends_on: date
    place: str
    teacher: str
    price: MoneyOut
    capacity: int
    places_left: int
    is_open: bool = Field(description="Takes enrolments today; it may be full.")
    sessions: list[SessionOut]

    @staticmethod
    def of(edition: CourseEdition, today: date) -> EditionOut:
        return EditionOut(
            name=edition.name,
            starts_on=edition.starts_on,
            ends_on=edition.ends_on,
            place=edition.place,
            teacher=edition.teacher,
            price=MoneyOut(cents=edition.price.cents, currency=edition.currency, text=edition.price.format()),
            capacity=edition.capacity,
            places_left=edition.places_left,
            is_open=edition.is_open(today),
            sessions=[
                SessionOut(
                    starts_at=timezone.localtime(session.starts_at),
                    ends_at=timezone.localtime(session.ends_at),
                    place=session.place or edition.place,
                )
                for session in edition.sessions.all()
            ],
        )


class CourseOut(Schema):
    """A course and its editions to come, the nearest first."""

    slug: str
    title: str
    summary: str
    url: str
    competences: list[Named]
    editions: list[EditionOut]

    @staticmethod
    def of(course: Course, index_url: str, today: date) -> CourseOut:
        for edition in course.upcoming_editions:
            edition.course = course
        return CourseOut(
            slug=course.slug,
            title=course.title,
            summary=course.summary,
            url=f"{index_url}{course.slug}/" if index_url else "",
            competences=[Named.of(competence) for competence in course.competences.all()],
            editions=[EditionOut.of(edition, today) for edition in course.upcoming_editions],
        )


class CourseFilters(Paged):
    competence: Slug | None = Field(None, description="Short name of a competence it teaches.")


def _index_url(request: HttpRequest) -> str:
    url = CourseIndexPage.url_for(request)
    return request.build_absolute_uri(url) if url else ""


@router.get("/courses/", response={200: Listing[CourseOut], 422: Problem, 429: Problem})
def courses(request: HttpRequest, filters: Query[CourseFilters]) -> dict:
    """Published courses, by the date of their next edition."""
    today = timezone.localdate()
    rows = courses_with_editions(today)
    if filters.competence:
        rows = rows.filter(competences__slug=filters.competence)
    index_url = _index_url(request)
    return listing(rows, filters, lambda course: CourseOut.of(course, index_url, today))


@router.get("/courses/{slug}/", response={200: CourseOut, 404: Problem, 422: Problem, 429: Problem})
def course(request: HttpRequest, slug: Slug, reading: Query[Reading]) -> CourseOut:
    """One course, by its short name."""
    today = timezone.localdate()
    found = courses_with_editions(today).filter(slug=slug).first()
    if found is None:
        raise Http404
    return CourseOut.of(found, _index_url(request), today)
