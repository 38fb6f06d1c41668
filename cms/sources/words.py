"""Rows that hold typed words, whatever their accents and capitals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from cms.models import RecordWords
from cms.sources.hidden import any_hidden
from cms.sources.letters import plain_letters

WORDS_AT_MOST = 8


def rows_with_words(rows: QuerySet, paths: Sequence[str], typed: str, user: Any) -> QuerySet:
    """Rows in which each typed word stands in one of the searched texts.

    paths: fields of the row, or of a record it points at ("organisation__name"): such a record is then found
    by all the words it is found by itself. What is in no index of words is compared as it is written.
    """
    words = [plain_letters(word) for word in typed.split()[:WORDS_AT_MOST]]
    if not paths:
        return rows
    for word in words:
        rows = rows.filter(reduce(or_, _matches(rows.model, paths, word, user)))
    return rows


def _matches(model: type[Model], paths: Sequence[str], word: str, user: Any) -> list[Q]:
    found: dict[str, Q] = {}
    for path in paths:
        relation, _under, name = path.rpartition("__")
        owner = _owner(model, relation)
        if owner is not None and _is_kept(owner, name, user):
            kept = RecordWords.objects.filter(kind=owner._meta.label_lower, text__contains=word)
            found[relation or "pk"] = Q(**{f"{relation or 'pk'}__in": kept.values("row_id")})
        elif "__" in path:
            # By way of keys, so that a relation to many does not show a row twice.
            holding = model._base_manager.filter(**{f"{path}__icontains": word})
            found[path] = Q(pk__in=holding.values("pk"))
        else:
            found[path] = Q(**{f"{path}__icontains": word})
    return list(found.values())


def _owner(model: type[Model], relation: str) -> type[Model] | None:
    """The model at the end of a path of foreign keys; None where the path leads to many."""
    owner: Any = model
    for step in relation.split("__") if relation else []:
        field = owner._meta.get_field(step)
        if not (field.many_to_one or field.one_to_one) or not field.concrete:
            return None
        owner = field.related_model
    return owner


def _is_kept(model: type[Model], name: str, user: Any) -> bool:
    """Whether the index keeps a field's words, with none beside them that the person may not see."""
    from cms.sources import source_of
    from cms.sources.word_index import is_indexed, own_columns

    source = source_of(model)
    return (
        source is not None
        and is_indexed(source)
        and name in own_columns(source)
        and not any_hidden(user, model, own_columns(source))
    )
