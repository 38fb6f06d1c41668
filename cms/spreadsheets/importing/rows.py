"""One chunk of a sheet's rows, understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cms.models.imports import RowOutcome
from cms.spreadsheets.cleaning import KINDS
from cms.spreadsheets.importing.matching import (
    AMBIGUOUS,
    Known,
    References,
    fingerprint,
    keys_elsewhere,
    known_records,
    model_label,
)
from cms.spreadsheets.importing.plan import Plan
from cms.spreadsheets.importing.writing import as_instance
from cms.spreadsheets.reading import Row

EMPTY = ("", None, [])


@dataclass
class Draft:
    """A row on its way to be staged. values: what its cells say; new and old: what would change."""

    number: int
    cells: tuple
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    fingerprint: int | None = None
    outcome: str = RowOutcome.PROBLEM
    pk: int | None = None
    version: str = ""
    new: dict[str, Any] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)

    def complain(self, header: str, sentence: str) -> None:
        self.problems.append([header, sentence])


class RowReader:
    """Turns rows of a sheet into drafts. It remembers the keys of all rows, to tell two about one record."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.resource = plan, plan.resource
        self.seen: dict[int, int] = {}
        self.plain = {field.name: KINDS[field.kind].plain for field in plan.fields}
        self.references = {
            column.field.name: References(column.field, self.resource.user)
            for column in plan.columns
            if column.field.refers_to is not None
        }

    def remember(self, keys: Iterable[tuple[int | None, int]]) -> None:
        """Keys of rows that were staged before a crash."""
        self.seen.update((key, number) for key, number in keys if key is not None)

    def read(self, rows: list[Row]) -> list[Draft]:
        drafts = [self._clean(row) for row in rows]
        self._resolve(drafts)
        for draft in drafts:
            self._identify(draft)
        keys = {draft.key for draft in drafts if draft.key is not None}
        fields = self.plan.fields
        known = known_records(self.resource, keys, fields)
        elsewhere = keys_elsewhere(self.resource, keys - known.keys(), fields)
        for draft in drafts:
            self._compare(draft, known.get(draft.key), draft.key in elsewhere)
        return drafts

    def _clean(self, row: Row) -> Draft:
        """Each cell by itself."""
        draft = Draft(row.number, row.cells)
        width = len(row.cells)
        for column in self.plan.columns:
            cell = row.cells[column.index] if column.index < width else None
            name = column.field.name
            if cell is None or cell == "":
                value = None
            else:
                try:
                    value = column.clean(cell)
                except ValueError as complaint:
                    draft.complain(column.header, str(complaint))
                    continue
            if value is None or value == "" or value == []:
                if self.plan.empties_fields:
                    self._empty(draft, column)
            elif name in self.references:
                draft.asked[name] = value
            else:
                draft.values[name] = value
        return draft

    def _empty(self, draft: Draft, column) -> None:
        field = column.field
        if field.required or (field.kind in ("yes_no", "choice") and not field.model_field.blank):
            draft.complain(column.header, _("it cannot be empty"))
        elif field.is_many:
            draft.values[field.name] = []
        else:
            nullable = field.model_field is None or field.model_field.null or field.member
            draft.values[field.name] = None if nullable else ""

    def _resolve(self, drafts: list[Draft]) -> None:
        """Names of other records become their numbers."""
        for name, references in self.references.items():
            asking = [draft for draft in drafts if name in draft.asked]
            is_many = references.field.is_many
            references.learn(
                key for draft in asking for key in (draft.asked[name] if is_many else [draft.asked[name]])
            )
            column = self.plan.by_name[name]
            for draft in asking:
                wanted = draft.asked[name] if is_many else [draft.asked[name]]
                found = [references.get(key) for key in wanted]
                if None in found or AMBIGUOUS in found:
                    draft.complain(column.header, self._not_found(references, wanted, found, draft, column))
                else:
                    draft.values[name] = sorted(set(found)) if is_many else found[0]

    def _not_found(self, references, wanted, found, draft, column) -> str:
        place = next(i for i, pk in enumerate(found) if pk in (None, AMBIGUOUS))
        written = wanted[place] if references.field.is_many else str(draft.cells[column.index]).strip()
        label = model_label(references.field.refers_to.model)
        if found[place] == AMBIGUOUS:
            return _("more than one %(record)s is called “%(name)s”") % {
                "record": label,
                "name": written,
            }
        return _("no %(record)s is called “%(name)s”") % {"record": label, "name": written}

    def _identify(self, draft: Draft) -> None:
        draft.key = self.resource.key_of(draft.values)
        if draft.key is None:
            complained = {header for header, _sentence in draft.problems}
            for name in self.resource._meta.import_id_fields:
                header = self.plan.header(name)
                if draft.values.get(name) in EMPTY and header not in complained:
                    draft.complain(header, _("it is empty: without it the record cannot be known again"))
            return
        draft.fingerprint = fingerprint(draft.key)
        first = self.seen.setdefault(draft.fingerprint, draft.number)
        if first != draft.number:
            header = self.plan.header(self.resource._meta.import_id_fields[-1])
            draft.complain(header, _("row %(row)s is about the same record") % {"row": first})

    def _compare(self, draft: Draft, known: Known | None, is_elsewhere: bool) -> None:
        """Decide what the row would do."""
        if draft.key is not None:
            if known is not None and known.is_ambiguous:
                draft.complain("", _("several records are alike: it is not clear which one is meant"))
            elif is_elsewhere:
                draft.complain("", _("this record is there already, and not among those that you may see"))
            elif known is None:
                self._propose_new(draft)
            else:
                self._propose_change(draft, known)
        for name, sentence in [] if draft.problems else self._whole(draft):
            draft.complain(self.plan.header(name), sentence)
        if draft.problems:
            draft.outcome = RowOutcome.PROBLEM

    def _propose_new(self, draft: Draft) -> None:
        draft.outcome = RowOutcome.NEW
        self.resource.prepare(draft.values, is_new=True)
        if not self.plan.may_add:
            draft.complain("", _("there is no such record, and you may not add one"))
        complained = {header for header, _sentence in draft.problems}
        for needed in self.plan.needed:
            header = self.plan.header(needed.name)
            if draft.values.get(needed.name) in EMPTY and header not in complained:
                draft.complain(header, _("a new record needs it"))
        draft.new = draft.values

    def _propose_change(self, draft: Draft, known: Known) -> None:
        draft.pk, draft.version = known.pk, known.version
        self.resource.prepare(draft.values, is_new=False)
        stored = known.values
        for name, value in draft.values.items():
            if name in stored and value not in (stored[name], self.plain[name](stored[name])):
                draft.new[name], draft.old[name] = value, stored[name]
        draft.outcome = RowOutcome.CHANGED if draft.new else RowOutcome.SAME
        if draft.new and not self.plan.may_change:
            draft.complain("", _("you may not change records of this kind"))

    def _whole(self, draft: Draft) -> list[tuple[str, str]]:
        """What is wrong with the row as a whole."""
        if draft.outcome == RowOutcome.SAME:
            return []
        problems = list(self.resource.problems_of(draft.new, draft.old if draft.pk else None))
        if self.resource.checks_whole and not problems:
            record = as_instance(self.resource, draft.pk, draft.new)
            try:
                record.full_clean()
            except ValidationError as refusal:
                problems = [
                    ("" if name == NON_FIELD_ERRORS else name, capfirst(" ".join(messages)))
                    for name, messages in refusal.message_dict.items()
                ]
        return problems
