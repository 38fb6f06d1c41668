"""Rows that hold typed words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.contrib.admin.utils import lookup_spawns_duplicates
from django.db.models import Q, QuerySet

WORDS_AT_MOST = 8


def rows_with_words(rows: QuerySet, columns: Sequence[str], typed: str) -> QuerySet:
    """Rows in which each typed word stands in one of the columns."""
    words = typed.split()[:WORDS_AT_MOST]
    if not words or not columns:
        return rows
    lookups = [f"{column}__icontains" for column in columns]
    for word in words:
        rows = rows.filter(reduce(or_, (Q(**{lookup: word}) for lookup in lookups)))
    if any(lookup_spawns_duplicates(rows.model._meta, lookup) for lookup in lookups):
        return rows.distinct()
    return rows
