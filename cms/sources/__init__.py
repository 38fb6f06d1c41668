"""What lists, saved views, sheets, figures and the API share: one source for each kind of record.

    answer = source_of(Lead).ask(user, Question(filters={"stage": ("3",)}, order="-created_at"))
    if answer.problems: ...            # sentences; then there are no rows
    for row in answer.rows:
        values = [column.raw(row) for column in answer.columns]

It works wherever there is a person: in a request, in a task, in the API.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail import hooks

from cms.registry import Registry
from cms.sources.columns import Column
from cms.sources.extensions import Extension, extensions
from cms.sources.filters import Only, RecordFilterSet
from cms.sources.question import Question
from cms.sources.source import Answer, RecordSource

# Label in lower case ("members.lead") -> source. Model admins and snippets register theirs from the apps'
# wagtail_hooks, which a task may be the first to need.
sources: Registry[str, RecordSource] = Registry("sources of records", fill=hooks.search_for_hooks)


def source_of(model: type[Model] | Model) -> RecordSource | None:
    """The source of a kind of record; None for what is not listed."""
    return sources.get(model._meta.label_lower)


def open_sources(user: Any) -> list[RecordSource]:
    """The sources of which a person may see something."""
    return [source for _key, source in sources.items() if source.is_open_to(user)]


__all__ = [
    "Answer",
    "Column",
    "Extension",
    "Only",
    "Question",
    "RecordFilterSet",
    "RecordSource",
    "extensions",
    "open_sources",
    "source_of",
    "sources",
]
