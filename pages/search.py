"""Search: pages and courses, by kind, in the reader's language first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelsearch.query import PlainText
from wagtail.models import Page

from cms import folding
from members.models import Course
from pages.cards import Card
from pages.courses import course_card, courses_with_editions
from pages.languages import current_language
from pages.models import (
    CampaignPage,
    CooperativePage,
    CourseIndexPage,
    EventPage,
    ServiceFormatPage,
)
from pages.visibility import public_pages

# Nobody reads further; it keeps a search of everything cheap however large the site grows.
MOST_RESULTS = 300
COURSE = "course"
PAGE = "page"
# What may be found, in the order of the tabs: the name in the address, the tab, the line above a result.
KINDS = {
    "cooperative": (_("Cooperatives"), _("Cooperative")),
    "format": (_("Formats"), _("Format")),
    "event": (_("Events"), _("Event")),
    COURSE: (_("Courses"), _("Course")),
    "campaign": (_("Campaigns"), _("Campaign")),
    PAGE: (_("Pages"), pgettext_lazy("kind of result", "Page")),
}
_MODELS = {
    CooperativePage: "cooperative",
    ServiceFormatPage: "format",
    EventPage: "event",
    CampaignPage: "campaign",
}


@dataclass(frozen=True)
class Found:
    """A result before it is shown: its kind and the id of its row."""

    kind: str
    pk: int


def find(typed: str) -> list[Found]:
    """What answers to some typed words, best first within pages, then courses; MOST_RESULTS at most.

    All the words must be there. Any text is a fair question: one without words finds nothing.
    """
    words = folding.query_words(typed)
    if not words:
        return []
    return [*_find_pages(words), *_find_courses(words)]


def shown(found: Sequence[Found], request: HttpRequest | None) -> list[Card]:
    """The results of one sheet as cards, in their order; the queries do not grow with it."""
    courses = courses_with_editions(timezone.localdate()).in_bulk(
        [one.pk for one in found if one.kind == COURSE]
    )
    pages = _pages_by_id([one for one in found if one.kind != COURSE])
    index_url = CourseIndexPage.url_for(request) if courses else ""
    cards = []
    for one in found:
        if one.kind == COURSE and one.pk in courses:
            cards.append((one.kind, course_card(courses[one.pk], index_url)))
        elif one.pk in pages:
            cards.append((one.kind, pages[one.pk].card(request)))
    return cards


def _find_pages(words: list[str]) -> list[Found]:
    language = current_language()
    pages = public_pages().select_related("locale")
    hits = list(pages.search(PlainText(" ".join(words), operator="and"))[:MOST_RESULTS])
    hidden = _translated(hits, language)
    kinds = {ContentType.objects.get_for_model(model).pk: kind for model, kind in _MODELS.items()}
    return [Found(kinds.get(hit.content_type_id, PAGE), hit.pk) for hit in hits if hit.pk not in hidden]


def _translated(hits: list[Page], language: str) -> set[int]:
    """Of the pages found, those that the reader has in their own language."""
    foreign = {hit.translation_key: hit.pk for hit in hits if hit.locale.language_code != language}
    twins = Page.objects.live().filter(translation_key__in=foreign, locale__language_code=language)
    return {foreign[key] for key in twins.values_list("translation_key", flat=True)}


def _find_courses(words: list[str]) -> list[Found]:
    """Courses are few: their words are compared here, with the same folding on every database."""
    found = []
    names = ("pk", "title_it", "title_en", "summary_it", "summary_en", "body_it", "body_en")
    for pk, *texts in Course.objects.live().values_list(*names):
        has = set(folding.indexed(*texts).split())
        if has.issuperset(words):
            found.append(Found(COURSE, pk))
    return found


def _pages_by_id(found: list[Found]) -> dict[int, Page]:
    """The pages of a sheet as their own types, with what cards show; a query or few for each type."""
    ids: dict[type, list[int]] = {}
    types = ContentType.objects
    models = dict(Page.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", "content_type_id"))
    for pk, type_id in models.items():
        ids.setdefault(types.get_for_id(type_id).model_class() or Page, []).append(pk)
    pages: dict[int, Page] = {}
    for model, wanted in ids.items():
        if model is Page:
            continue
        rows = model.objects.filter(pk__in=wanted).with_cards()
        if model is EventPage:
            rows = rows.with_rows()
        pages |= {page.pk: page for page in rows}
    return pages


def counts(found: Sequence[Found]) -> dict[str, int]:
    """How many results there are of each kind, in the order of the tabs; kinds without any are left out."""
    number = Counter(one.kind for one in found)
    return {kind: number[kind] for kind in KINDS if number[kind]}
