"""One source for each kind of record: the same rows for lists, saved views, sheets, figures and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.permissions import ANY_ACTION, RecordPermissionPolicy
from cms.sources.columns import Column
from cms.sources.extensions import Extension, extension_of
from cms.sources.filters import Asker, RecordFilterSet, filterset_class_for
from cms.sources.guessing import column_for
from cms.sources.hidden import any_hidden, is_hidden
from cms.sources.question import Question
from cms.sources.words import rows_with_words

NO_COLUMN = gettext_lazy("This list has no column “%(name)s”, or no longer.")
NO_FILTER = gettext_lazy("This list has no filter “%(name)s”, or no longer.")
NO_ORDER = gettext_lazy("This list cannot be sorted by “%(name)s”, or no longer.")


@dataclass(frozen=True)
class Answer:
    """The rows of a question, in order, and the columns to show of them.

    problems: sentences that say what of the question cannot be answered. Then there are no rows at all.
    """

    question: Question
    rows: QuerySet
    columns: Sequence[Column]
    problems: Sequence[str]
    filterset: RecordFilterSet
    order: tuple[str, ...]


@dataclass(frozen=True)
class RecordSource:
    """A kind of record, as its model admin or snippet declares it. Asked with a person, never with a request.

    rows_for(user): the rows that a person may see, before permissions are asked.
    label: what the list is called. list_url_name, row_url_name: addresses of the list and of a record's page.
    bulk_actions: what can be done to many rows (cms.listing.bulk). list_columns: names or columns, the first
    being the record's name; extra_columns: those that can be chosen besides.
    help_text: what these records are and how one works with them, behind the "?" of their screens.
    """

    model: type[Model]
    policy: RecordPermissionPolicy
    label: Any
    rows_for: Callable[[Any], QuerySet]
    list_url_name: str = ""
    list_columns: Sequence[Any] = ("__str__",)
    extra_columns: Sequence[Any] = ()
    select_related: Sequence[str] = ()
    prefetch_related: Sequence[Any] = ()
    search_fields: Sequence[str] = ()
    filterset_class: type[RecordFilterSet] | None = None
    list_filter: Any = ()
    ordering: tuple[str, ...] = ()
    row_url_name: str = ""
    bulk_actions: Sequence[Any] = ()
    icon: str = ""
    help_text: Any = ""
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> str:
        """ "members.lead"."""
        return self.model._meta.label_lower

    def is_open_to(self, user: Any) -> bool:
        """Whether a person may see this kind of record at all."""
        return self.policy.user_has_any_permission(user, ANY_ACTION)

    def rows(self, user: Any) -> QuerySet:
        """The rows of a person, with what declared columns need; none for who has no right on the kind."""
        rows = self.rows_for(user)
        if not self.is_open_to(user):
            return rows.none()
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)

    def columns(self, user: Any, extension: Extension | None = None) -> list[Column]:
        """All columns that a person may choose, the record's name first. Labels in the current language."""
        extension = extension or extension_of(self.model, user)
        declared = (*self.list_columns, *self.extra_columns)
        made = [column_for(self.model, each) for each in declared]
        found: dict[str, Column] = {}
        for column in (*made, *extension.columns):
            paths = (column.name, column.accessor, column.sort_key, *column.reads)
            if not any_hidden(user, self.model, paths):
                found.setdefault(column.name, column)
        return list(found.values())

    def default_columns(self, user: Any, extension: Extension | None = None) -> list[Column]:
        """The columns that a list shows before anybody chooses."""
        extension = extension or extension_of(self.model, user)
        shown = {each if isinstance(each, str) else each.name for each in self.list_columns}
        shown |= set(extension.shown)
        return [column for column in self.columns(user, extension) if column.name in shown]

    def filterset(
        self, user: Any, data: Mapping | None, rows: QuerySet, extension: Extension | None = None
    ) -> RecordFilterSet:
        """The filters, filled with what was asked. `data`: a QueryDict, or name -> values."""
        extension = extension or extension_of(self.model, user)
        filters = self._filterset_class()(_query_dict(data), rows, request=Asker(user))
        filters.extend(extension.filters)
        filters.leave_out_hidden(user)
        return filters

    def _filterset_class(self) -> type[RecordFilterSet]:
        if "filterset" not in self._made:
            made = self.filterset_class or filterset_class_for(self.model, self.list_filter)
            self._made["filterset"] = made
        return self._made["filterset"]

    def ask(self, user: Any, question: Question) -> Answer:
        """Answer a question for a person. What it names and is not there makes problems, and no rows."""
        extension = extension_of(self.model, user)
        problems: list[str] = []
        rows = self.rows(user)
        if not self.is_open_to(user):
            problems.append(_("You may not see these records."))
        all_columns = {column.name: column for column in self.columns(user, extension)}
        columns = self._chosen(user, question, all_columns, extension, problems)
        order = self._order(question, all_columns.values(), extension, problems)
        filters = self.filterset(user, question.filters, rows, extension)
        _check_filters(filters, question, extension, problems)
        if problems:
            return Answer(question, rows.none(), columns, problems, filters, order)
        rows = filters.filter_queryset(rows)
        searched = [path for path in self.search_fields if not is_hidden(user, self.model, path)]
        rows = rows_with_words(rows, [*searched, *extension.words_in], question.words, user)
        return Answer(question, _with_needs(rows, columns).order_by(*order), columns, (), filters, order)

    def _chosen(self, user, question, all_columns, extension, problems) -> list[Column]:
        if not question.columns:
            return self.default_columns(user, extension)
        for name in question.columns:
            if name not in all_columns:
                problems.append(_gone(NO_COLUMN, name, extension))
        return [all_columns[name] for name in question.columns if name in all_columns]

    def _order(self, question, columns, extension, problems) -> tuple[str, ...]:
        """The order asked for, or the list's own; the key breaks ties, so that no row is shown twice."""
        wanted = self.ordering or tuple(each for each in self.model._meta.ordering if isinstance(each, str))
        if question.order:
            name = question.order.removeprefix("-")
            if name in {column.sort_key for column in columns if column.sort_key}:
                wanted = (question.order,)
            else:
                problems.append(_gone(NO_ORDER, name, extension))
        wanted = wanted or ("-pk",)
        if wanted[-1].lstrip("-") in ("pk", self.model._meta.pk.name):
            return tuple(wanted)
        return (*wanted, "-pk" if wanted[0].startswith("-") else "pk")

    def row_url(self, row: Model) -> str:
        """The address of a record's page."""
        return reverse(self.row_url_name, args=[quote(row.pk)])

    def list_url(self, question: Question | None = None) -> str:
        """The address of the list, asking a question."""
        query = question.to_query().urlencode() if question else ""
        return reverse(self.list_url_name) + (f"?{query}" if query else "")


def _check_filters(filters, question: Question, extension: Extension, problems: list[str]) -> None:
    known = filters.parameters()
    problems += [_gone(NO_FILTER, name, extension) for name in question.filters if name not in known]
    if not filters.form.is_valid():
        for name, errors in filters.form.errors.items():
            label = filters.form.fields[name].label if name in filters.form.fields else ""
            why = " ".join(str(error) for error in errors)
            problems.append(
                _("The filter “%(name)s” cannot be used: %(why)s") % {"name": label or name, "why": why}
            )


def _gone(words: Any, name: str, extension: Extension) -> str:
    return str(words) % {"name": extension.gone.get(name, name)[:80]}


def _with_needs(rows: QuerySet, columns: Sequence[Column]) -> QuerySet:
    related = {path for column in columns for path in column.select_related}
    many = {path for column in columns for path in column.prefetch_related}
    if related:
        rows = rows.select_related(*sorted(related))
    return rows.prefetch_related(*sorted(many)) if many else rows


def _query_dict(data: Mapping | None) -> QueryDict:
    if isinstance(data, QueryDict):
        return data
    query = QueryDict(mutable=True)
    for name, values in (data or {}).items():
        query.setlist(name, [values] if isinstance(values, str) else list(values))
    return query
