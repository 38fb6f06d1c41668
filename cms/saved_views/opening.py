"""Finding a view and what it asks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict

from cms.models import SavedView
from cms.sources import Answer, Question, RecordSource, sources

# In an address: a view to open; and the view that the address's question began as.
OPENS, FROM = "view", "_view"


def source_of_view(view: SavedView) -> RecordSource | None:
    """The list that a view asks; None when the site has no such list any more."""
    return sources.get(view.source_key)


def open_view(user: Any, pk: Any, *, source: RecordSource | None = None) -> SavedView:
    """A view that a person may open, of a list that they may see. Raises Http404 for any other.

    source: of this list only.
    """
    number = str(pk)
    views = SavedView.objects.open_to(user)
    view = views.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    found = source_of_view(view) if view else None
    if view is None or found is None or not found.is_open_to(user) or (source and found.key != source.key):
        raise Http404
    return view


def question_of(view: SavedView) -> Question:
    return Question.from_json(view.question)


def address_of(view: SavedView, question: Question | None = None) -> str:
    """The address of the list, asking the view's question (or another that began as it) and naming the view.

    The list must be there.
    """
    query = (question or question_of(view)).to_query()
    query[FROM] = str(view.pk)
    return f"{sources[view.source_key].list_url()}?{query.urlencode()}"


def address_in(query: QueryDict, user: Any, source: RecordSource) -> str | None:
    """Where `?view=12` leads: the list at the view's own question. None when the address opens no view.

    Raises Http404 for a view that is not there for this person.
    """
    if query.get(OPENS) and Question.from_query(query) == Question():
        return address_of(open_view(user, query[OPENS], source=source))
    return None


def question_in(query: QueryDict, user: Any, source: RecordSource) -> Question:
    """What an address asks of a list: its own parameters, or a view by `?view=12` alone.

    Raises Http404 for a view that is not there for this person.
    """
    asked = Question.from_query(query)
    if query.get(OPENS) and asked == Question():
        return question_of(open_view(user, query[OPENS], source=source))
    return asked


def answer_of(view: SavedView, user: Any) -> Answer:
    """The rows of a view, for one person. The list must be there."""
    return sources[view.source_key].ask(user, question_of(view))
