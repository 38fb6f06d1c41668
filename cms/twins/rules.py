"""The one rule by which two records of a kind may be the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.urls import reverse

from cms.registries import visible_rows
from cms.registry import Registry
from cms.sources import source_of

SHOWN = 5


class TwinRule:
    """How rows of a model are found that may be the same as another. Asked by indexed columns."""

    def candidates(self, record: Any) -> QuerySet:
        """The rows that may be the same as this one, which need not be saved yet."""
        raise NotImplementedError

    def chooser(self) -> forms.Widget:
        """The widget by which one row is chosen among all."""
        raise NotImplementedError

    def why(self, record: Any, other: Any) -> list[str]:
        """What speaks for it, in words: "the same telephone number"."""
        raise NotImplementedError


@dataclass(frozen=True)
class Twin:
    """A record that may be the same as another, and why."""

    record: Model
    why: list[str]
    url: str = ""


# Model class -> its rule.
twin_rules: Registry[type[Model], TwinRule] = Registry("rules of twins")


def twins_of(record: Model, user: Any) -> list[Twin]:
    """The records that may be the same as this one, among those a person sees. One query."""
    rule = twin_rules.get(type(record))
    if rule is None:
        return []
    rows = visible_rows(user, rule.candidates(record)).exclude(pk=record.pk).order_by("pk")[:SHOWN]
    source = source_of(type(record))
    return [
        Twin(
            row,
            rule.why(record, row),
            reverse(source.row_url_name, args=[quote(row.pk)]) if source else "",
        )
        for row in rows
    ]
