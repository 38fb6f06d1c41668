"""Courses as the public pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from cms.dates import long_date
from members.models import Course, CourseEdition
from pages.cards import Card, foreign
from pages.pictures import CARD, shown, with_renditions


def courses_with_editions(today: date) -> QuerySet[Course]:
    """Published courses with their editions to come (`upcoming_editions`), the nearest first."""
    courses = Course.objects.live().with_next_edition(today).with_upcoming_editions(today)
    pictures = Prefetch("image", with_renditions(CARD))
    return courses.prefetch_related(pictures, "competences").order_by("next_starts_on", "title_it")


def open_courses(today: date) -> QuerySet[Course]:
    """Of those, the ones on which somebody may enrol today (full or not)."""
    return courses_with_editions(today).filter(editions__in=CourseEdition.objects.open(today)).distinct()


def course_cards(courses: Iterable[Course], index_url: str) -> list[Card]:
    return [course_card(course, index_url) for course in courses]


def course_card(course: Course, index_url: str) -> Card:
    """The card of a course. index_url: the address of the course index, below which each course stands."""
    return Card(
        url=f"{index_url}{course.slug}/" if index_url else "",
        title=course.title,
        text=course.summary,
        kicker=_next_start(course),
        picture=shown(course.image, CARD),
        seed=course.slug,
        threads=list(course.competences.all()) or [course.slug],
        tags=[competence.name for competence in course.competences.all()][:3],
        hue="hue-reed",
        lang=foreign(course.title_lang),
    )


def _next_start(course: Course) -> str:
    begins = course.next_starts_on
    if begins is None:
        return _("No dates yet")
    return _("From %(date)s") % {"date": long_date(begins)}
