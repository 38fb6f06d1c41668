"""Where a person's data stands: a source finds rows, says what would become of them, hands over, erases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cms.deleting import held_by
from cms.privacy import columns
from cms.privacy.needles import Needles


class Fate(models.TextChoices):
    """What becomes of a row at an erasure."""

    DELETE = "delete", _("deleted")
    PSEUDONYMISE = "pseudonymise", _("kept without the person")
    SCRUB = "scrub", _("the words about the person taken out")
    KEEP = "keep", _("kept")


@dataclass(frozen=True)
class Plan:
    """The fate of a row, with the reason for what stays and the day until which it stays."""

    fate: Fate
    why: Any = ""
    until: date | None = None


@dataclass(frozen=True)
class PersonalFile:
    """A file of a row: `storage` is an alias of STORAGES, `name` the name in it."""

    storage: str
    name: str


class PersonalDataSource:
    """A kind of rows that hold personal data.

    key: unique, kept in the list of erasures, so it never changes. order: small ones are erased first, so
    that what leans on another row goes before it. Subclasses answer `find`, `plan`, `export` and `erase`.
    """

    key: str
    label: Any
    order: int = 50
    # Whether rows are found by names and numbers too, which the other sources teach: such a one comes last.
    by_words = False

    def find(self, needles: Needles) -> Iterable[Model]:
        """The rows that may be the person's: staff decide one by one."""
        raise NotImplementedError

    def title(self, row: Model) -> str:
        """A line by which staff recognise the row."""
        return str(row)[:250]

    def detail(self, row: Model, needles: Needles) -> str:
        """More to recognise it by: families share a mailbox."""
        return ""

    def moment(self, row: Model) -> datetime | None:
        return getattr(row, "created_at", None)

    def words(self, row: Model) -> Needles:
        """The names and telephone numbers of the row, to find the person elsewhere."""
        return Needles("")

    def plan(self, row: Model) -> Plan:
        """What an erasure would do to the row now."""
        return Plan(Fate.DELETE)

    def export(self, row: Model) -> dict[str, Any]:
        """The row for the person's file: label -> plain value, in the active language."""
        return columns.readable(row)

    def files(self, row: Model) -> list[PersonalFile]:
        """The files to hand over; those of erased rows are deleted after the commit."""
        return columns.files_of(row)

    def erase(self, row: Model, plan: Plan, needles: Needles) -> None:
        """Carry the plan out on a locked row, in the caller's transaction."""
        raise NotImplementedError


class OwnRows(PersonalDataSource):
    """Rows of a model that are about one person, found by e-mail address.

    emails: lookups that hold the address. names: tuples of columns that make a full name together.
    phones: columns. recognised_by: columns shown to staff. fate: of each row unless plan() knows better.
    keeps: the text columns that stay when a row is pseudonymised; any other, even a new one, is emptied.
    """

    model: type[Model]
    emails: Sequence[str] = ("email",)
    names: Sequence[Sequence[str]] = ()
    phones: Sequence[str] = ()
    recognised_by: Sequence[str] = ()
    fate = Fate.DELETE
    keeps: frozenset[str] = frozenset()
    why: Any = ""

    def __init__(self) -> None:
        self.key = self.model._meta.label_lower
        self.label = capfirst(self.model._meta.verbose_name_plural)

    def find(self, needles: Needles) -> QuerySet:
        wanted = Q()
        for lookup in self.emails:
            wanted |= Q(**{f"{lookup}__iexact": needles.email})
        return self.model._base_manager.filter(
            pk__in=self.model._base_manager.filter(wanted).values("pk")
        ).order_by("pk")

    def detail(self, row: Model, needles: Needles) -> str:
        values = (columns.shown(row, name) for name in self.recognised_by)
        return " · ".join(value for value in values if value)[:500]

    def words(self, row: Model) -> Needles:
        names = (" ".join(str(getattr(row, part)) for part in parts) for parts in self.names)
        return Needles("", names=names, phones=(str(getattr(row, name)) for name in self.phones))

    def plan(self, row: Model) -> Plan:
        return Plan(self.fate, self.why if self.fate != Fate.DELETE else "")

    def erase(self, row: Model, plan: Plan, needles: Needles) -> None:
        if plan.fate == Fate.DELETE:
            self.delete(row)
        elif plan.fate == Fate.PSEUDONYMISE:
            self.pseudonymise(row)

    def delete(self, row: Model) -> None:
        """Delete a row; one on which somebody else's rows lean is emptied instead."""
        if held_by([row]):
            self.pseudonymise(row)
        else:
            row.delete()

    def pseudonymise(self, row: Model) -> None:
        """Empty every text, JSON and file column but those kept. Also what a rule of retention calls."""
        columns.empty(row, keeps=self.keeps)


def words_of(rows: Iterable[tuple[PersonalDataSource, Model]], email: str) -> Needles:
    """All that a person is recognised by, gathered from rows that are theirs."""
    gathered = [source.words(row) for source, row in rows]

    def each(name: str) -> Iterator[str]:
        for needles in gathered:
            yield from getattr(needles, name)

    return Needles(email, names=each("names"), phones=each("phones"))
