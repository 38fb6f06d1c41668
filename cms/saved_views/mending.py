"""What is left of a question when the parts that are gone are taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cms.sources import Question, RecordSource


def mended(source: RecordSource, user: Any, question: Question) -> Question:
    """The question without the filters, choices, columns and order that the list no longer has.

    It may find more rows than the old one would have: a person looks at it before it is kept.
    """
    columns = source.columns(user)
    names = {column.name for column in columns}
    sort_keys = {column.sort_key for column in columns if column.sort_key}
    return replace(
        question,
        filters=_answerable(source, user, question),
        columns=tuple(name for name in question.columns if name in names),
        order=question.order if question.order.removeprefix("-") in sort_keys else "",
    )


def _answerable(source: RecordSource, user: Any, question: Question) -> dict[str, tuple[str, ...]]:
    filterset = source.filterset(user, question.filters, source.rows(user))
    field_of = filterset.parameters()
    wrong = set() if filterset.form.is_valid() else set(filterset.form.errors)
    return {
        name: values
        for name, values in question.filters.items()
        if name in field_of and field_of[name] not in wrong
    }
