"""Staged rows in the words of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse

from cms.models import ImportBatch, StagedRow
from cms.models.imports import RowOutcome
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.resources import SheetResource

TONES = {
    RowOutcome.NEW: "good",
    RowOutcome.CHANGED: "busy",
    RowOutcome.SAME: "quiet",
    RowOutcome.PROBLEM: "bad",
}


@dataclass(frozen=True)
class ShownRow:
    """values: (label, old, new); of a new row old is None."""

    row: StagedRow
    tone: str
    values: list[tuple[str, str | None, str]]
    url: str = ""


def shown_rows(batch: ImportBatch, resource: SheetResource, rows: Iterable[StagedRow]) -> list[ShownRow]:
    """Rows ready to be drawn: one query for each kind of record that they name."""
    rows = list(rows)
    fields = resource.sheet_fields()
    named = {
        name: _names(field, resource.user, rows, name)
        for name, field in fields.items()
        if field.refers_to is not None
    }

    def say(field: SheetField, value: Any) -> str:
        if field.refers_to is not None and value not in (None, "", []):
            pks = value if isinstance(value, list) else [value]
            return ", ".join(named[field.name].get(pk, "…") for pk in pks)
        return field.shown(value)

    def values_of(row: StagedRow) -> list[tuple[str, str | None, str]]:
        if row.outcome == RowOutcome.PROBLEM:
            return []
        is_change = row.outcome == RowOutcome.CHANGED
        return [
            (field.label, say(field, row.values_old.get(name)) if is_change else None, say(field, value))
            for name, value in row.values_new.items()
            if (field := fields.get(name)) is not None
        ]

    return [
        ShownRow(row, TONES[RowOutcome(row.outcome)], values_of(row), _url_of(resource, row)) for row in rows
    ]


def _names(field: SheetField, user: Any, rows: list[StagedRow], name: str) -> dict[int, str]:
    pks: set[int] = set()
    for row in rows:
        for values in (row.values_new, row.values_old):
            value = values.get(name)
            pks.update(value if isinstance(value, list) else [value] if value else [])
    found = field.refers_to.rows(user).in_bulk(pks) if pks and field.refers_to else {}
    return {pk: field.refers_to.text(record) for pk, record in found.items() if field.refers_to}


def _url_of(resource: SheetResource, row: StagedRow) -> str:
    """The page of a record, or its form where it has no page."""
    if row.object_pk is None:
        return ""
    return _first_address(resource, ("inspect", "edit"), quote(row.object_pk)) or ""


def list_url(resource: SheetResource) -> str:
    """The list of the records, wherever it is."""
    return _first_address(resource, ("index", "list")) or reverse("wagtailadmin_home")


def _first_address(resource: SheetResource, names: tuple[str, str], *args: Any) -> str | None:
    """The address of a model admin's view, or of the snippets' own."""
    meta = resource.model._meta
    for name in (
        f"{meta.app_label}_{meta.model_name}_modeladmin_{names[0]}",
        f"wagtailsnippets_{meta.app_label}_{meta.model_name}:{names[1]}",
    ):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return None
