"""What is asked of a list: filters, words, order, columns. The same in an address, JSON and a saved view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

WORDS, ORDER, COLUMNS = "q", "ordering", "columns"
# Parameters of an address that are no filters: of the list itself, of Wagtail, of the way back.
NO_FILTERS = frozenset({WORDS, ORDER, COLUMNS, "p", "next", "export", "view", "id"})
# What mails and social networks hang on any address. A filter that is unknown is told; these are dropped.
TRACKING_PREFIXES = ("utm_", "mtm_", "mc_")
TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "twclid",
        "ttclid",
        "yclid",
        "igshid",
        "srsltid",
    }
)
LONGEST_WORDS = 200
MOST_COLUMNS = 60


@dataclass(frozen=True)
class Question:
    """A question to a source. Empty parts mean: no filter, no words, the list's own order and columns.

    filters: parameter of the filters' form -> values as they are typed ({"paid_after": ("2026-01-01",)}).
    order: a column's sort key, with "-" before it for descending. columns: names, in their order.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    order: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> Question:
        """The question in an address. What begins with "_" is the interface's own; what tracks is dropped."""
        return cls(
            filters=_filters({name: query.getlist(name) for name in query}),
            words=_clean(query.get(WORDS, "")),
            order=_text(query.get(ORDER, "")),
            columns=_names(query.get(COLUMNS, "").split(",")),
        )

    @classmethod
    def from_json(cls, data: Any) -> Question:
        """The question kept as JSON. Whatever is no question reads as an empty part of one."""
        data = data if isinstance(data, Mapping) else {}
        filters = data.get("filters")
        columns = data.get("columns")
        return cls(
            filters=_filters(filters if isinstance(filters, Mapping) else {}),
            words=_clean(data.get("words")),
            order=_text(data.get("order")),
            columns=_names(columns if isinstance(columns, list) else []),
        )

    def to_query(self) -> QueryDict:
        query = QueryDict(mutable=True)
        for name, values in self.filters.items():
            query.setlist(name, list(values))
        parts = {WORDS: self.words, ORDER: self.order, COLUMNS: ",".join(self.columns)}
        query.update({name: text for name, text in parts.items() if text})
        return query

    def to_json(self) -> dict[str, Any]:
        return {
            "filters": {name: list(values) for name, values in self.filters.items()},
            "words": self.words,
            "order": self.order,
            "columns": list(self.columns),
        }

    @property
    def narrows(self) -> bool:
        """Whether it leaves rows out."""
        return bool(self.filters or self.words)


def _filters(given: Mapping[Any, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, values in given.items():
        values = values if isinstance(values, list | tuple) else [values]
        texts = tuple(text for text in map(_text, values) if text)
        if texts and _is_filter(str(name)):
            found[str(name)] = texts
    return found


def _is_filter(name: str) -> bool:
    return name not in NO_FILTERS | TRACKING and not name.startswith(("_", *TRACKING_PREFIXES))


def _names(given: Sequence[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_text, given[:MOST_COLUMNS]) if name))


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list):
        return ""
    return str(value).replace("\x00", "").strip()


def _clean(value: Any) -> str:
    return _text(value)[:LONGEST_WORDS]
