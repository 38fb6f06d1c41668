"""Columns and filters that are not declared in code: those that staff define."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django.db.models import Model

from cms.registry import Registry
from cms.sources.columns import Column


@dataclass(frozen=True)
class Extension:
    """What is added to the list of a model for one person.

    columns: they can be chosen; those named in `shown` stand in the list at first, after the declared ones.
    filters: name -> filter. gone: name -> label of what was there once, so that a question that still asks
    for it is answered with a name that people know. words_in: text columns that a search looks into too.
    """

    columns: Sequence[Column] = ()
    shown: Sequence[str] = ()
    filters: Mapping[str, django_filters.Filter] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    words_in: Sequence[str] = ()


# Name -> function(model, user) -> Extension. Asked once for each list drawn: few queries, or a cache.
extensions: Registry[str, Callable[[type[Model], Any], Extension]] = Registry("extensions of sources")


def extension_of(model: type[Model], user: Any) -> Extension:
    """All extensions of a model's list, as one."""
    found = [extend(model, user) for _name, extend in extensions.items()]
    return Extension(
        columns=[column for each in found for column in each.columns],
        shown=[name for each in found for name in each.shown],
        filters={name: entry for each in found for name, entry in each.filters.items()},
        gone={name: label for each in found for name, label in each.gone.items()},
        words_in=[path for each in found for path in each.words_in],
    )
