"""Lists with filters kept in the address, shown a sheet at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.http import HttpRequest

PER_PAGE = 24


@dataclass
class Filter:
    """A choice in the address: its parameter, its words, what may be chosen, what is."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str = ""
    all_label: str = ""

    @property
    def chosen_label(self) -> str:
        return dict(self.choices).get(self.chosen, "")


@dataclass
class Filters:
    """The filters of a list, read from the address. What is not a choice is ignored, not refused."""

    request: HttpRequest
    rows: list[Filter] = field(default_factory=list)

    def add(self, name: str, label: str, choices: Iterable[tuple[str, str]], *, everything: str) -> str:
        """Add a filter and return what the address chooses of it, or an empty text.

        everything: the words of the choice that filters nothing, such as "All places".
        """
        listed = [(str(value), str(words)) for value, words in choices]
        row = Filter(name, label, listed, all_label=everything)
        typed = self.request.GET.get(name, "")
        row.chosen = typed if typed in dict(row.choices) else ""
        self.rows.append(row)
        return row.chosen

    @property
    def are_used(self) -> bool:
        return any(row.chosen for row in self.rows)

    @property
    def query(self) -> str:
        """The chosen filters as a query string, for links to other sheets of the same list."""
        return urlencode([(row.name, row.chosen) for row in self.rows if row.chosen])


def sheet(rows, request: HttpRequest, *, per_page: int = PER_PAGE) -> Sheet:
    """The sheet of a list that the address asks for; the nearest one that exists for a strange number."""
    return Paginator(rows, per_page).get_page(request.GET.get("page", "1")[:9])


def named(records: Iterable) -> list[tuple[str, str]]:
    """The choices of a filter by records that have a `slug` and a `name`."""
    return [(record.slug, record.name) for record in records]
