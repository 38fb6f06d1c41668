"""What a timeline is made of: moments, told by sources, each within what a person may see.

A kind of record that has a timeline says in `subjects` whom its rows are about. Each part of the site that
knows something of people registers `Moments` in `timeline_sources`: one query each, however long the life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.urls import reverse

from cms.registries import visible_rows
from cms.registry import Registry
from cms.sources import source_of


@dataclass(frozen=True)
class About:
    """Whom a timeline is about.

    record: the row whose page it stands on. emails: normalised addresses of the person or of a body's
    people. keys: rows that stand for them, label of a model -> primary keys; both as values or as a query
    of one column.
    """

    record: Model
    emails: Iterable[str] | QuerySet = ()
    keys: Mapping[str, Iterable[int] | QuerySet] = field(default_factory=dict)

    def of(self, model: type[Model]) -> Iterable[int] | QuerySet:
        """The keys of a model's rows that stand for them."""
        return self.keys.get(model._meta.label_lower, ())


@dataclass(frozen=True)
class Moment:
    """One thing that happened. title: what it was; detail: more, in the words of then; by: our colleague."""

    at: datetime
    title: str
    detail: str = ""
    by: str = ""
    url: str = ""
    source: Moments | None = None


# Model class -> function(record, user) -> About, or None when this person may not know who it is.
subjects: Registry[type[Model], Callable[[Any, Any], About | None]] = Registry("subjects of timelines")


class Moments:
    """A source of moments: the rows of one model. Subclasses answer `rows` and `title`.

    key: in addresses ("requests"). label: what its moments are, in the plural. at: the column of the time.
    model: whose list must be open to the person, or that of `kept_in` where the rows have no list.
    """

    key: str
    label: Any
    icon = "history"
    model: type[Model]
    kept_in: type[Model] | None = None
    at = "created_at"

    def rows(self, about: About, user: Any) -> QuerySet:
        """The rows about somebody, in any order, with what their words need."""
        raise NotImplementedError

    def title(self, row: Any) -> str:
        return str(row)

    def detail(self, row: Any) -> str:
        return ""

    def by(self, row: Any) -> Any:
        return None

    def page_of(self, row: Any) -> Model:
        """The record whose page tells more."""
        return row

    def is_open_to(self, user: Any) -> bool:
        """Whether a person may read these moments at all."""
        source = source_of(self.kept_in or self.model)
        return source is not None and source.is_open_to(user)

    def moments(self, about: About, user: Any, *, most: int) -> list[Moment]:
        """The latest moments, at most so many."""
        rows = visible_rows(user, self.rows(about, user)).order_by(f"-{self.at}", "-pk")[:most]
        return [self._moment(row) for row in rows]

    def _moment(self, row: Any) -> Moment:
        page = self.page_of(row)
        source = source_of(type(page))
        return Moment(
            at=getattr(row, self.at),
            title=self.title(row),
            detail=self.detail(row),
            by=str(self.by(row) or ""),
            url=reverse(source.row_url_name, args=[quote(page.pk)]) if source else "",
            source=self,
        )


# Key -> source of moments, in the order in which the choice of kinds names them.
timeline_sources: Registry[str, Moments] = Registry("sources of timelines")


def register(*kinds: type[Moments]) -> None:
    """Add sources of moments; called once, when an app is ready."""
    for kind in kinds:
        timeline_sources.register(kind.key, kind())


def open_sources(user: Any) -> list[Moments]:
    """The sources that a person may read."""
    return [source for _key, source in timeline_sources.items() if source.is_open_to(user)]


def latest(about: About, user: Any, sources: Iterable[Moments], *, most: int) -> list[Moment]:
    """The latest moments of some sources together, the latest first, at most so many."""
    told = [moment for source in sources for moment in source.moments(about, user, most=most)]
    return sorted(told, key=lambda moment: moment.at, reverse=True)[:most]
