"""What a list says about its views: which one is open, whether it was changed, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cms.models import SavedView, ViewPin
from cms.saved_views.mending import mended
from cms.saved_views.opening import FROM, address_of, question_of
from cms.saved_views.pinning import places_of
from cms.sources import Answer, Question, RecordSource


@dataclass(frozen=True)
class Pin:
    """A place where a person may want a view."""

    place: str
    label: Any
    is_set: bool


@dataclass(frozen=True)
class ViewBar:
    """What the bar above a list's rows is drawn from.

    views: (view, address) of all that a person may open of this list. current: the one that the address began
    as. question: what the list shows now, as a query string. mend: the address without what is gone.
    """

    key: str
    views: list[tuple[SavedView, str]]
    current: SavedView | None
    is_changed: bool
    may_change: bool
    question: str
    mend: str
    pins: list[Pin]


def bar_of(request: HttpRequest, source: RecordSource, asked: Question, answer: Answer) -> ViewBar:
    """The bar of a list that has just been asked. Three queries at most.

    asked: what the address says; the answer may show the columns that a person chose for every day.
    """
    user = request.user
    views = list(SavedView.objects.open_to(user).filter(source_key=source.key))
    current = _current(request, views)
    pinned = places_of(current, user) if current else set()
    return ViewBar(
        key=source.key,
        views=[(view, address_of(view)) for view in views],
        current=current,
        is_changed=current is not None and question_of(current) != asked,
        may_change=current is not None and current.may_be_changed_by(user),
        question=answer.question.to_query().urlencode(),
        mend=_mend_address(source, user, asked, current) if answer.problems else "",
        pins=[Pin(place, label, place in pinned) for place, label in ViewPin.Place.choices],
    )


def _current(request: HttpRequest, views: list[SavedView]) -> SavedView | None:
    asked = request.GET.get(FROM, "")
    return next((view for view in views if str(view.pk) == asked), None) if asked else None


def _mend_address(source: RecordSource, user: Any, asked: Question, view: SavedView | None) -> str:
    left = mended(source, user, asked)
    return address_of(view, left) if view else source.list_url(left)
