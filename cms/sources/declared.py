"""The source of a kind of record, from what its model admin or snippet declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wagtail.admin.viewsets.base import ViewSet

from cms.permissions import RecordPermissionPolicy
from cms.sources.guessing import field_at
from cms.sources.source import RecordSource


def source_from(
    declared: Any, *, policy: RecordPermissionPolicy, label: Any, list_url_name: str, **more: Any
) -> RecordSource:
    """A source that reads as `declared` says: a RecordModelAdmin or a RecordSnippetViewSet.

    more: what else a RecordSource keeps (row_url_name, bulk_actions, icon).
    """
    ordering = _given(declared, "ordering")
    return RecordSource(
        model=declared.model,
        policy=policy,
        label=label,
        rows_for=declared.rows_for,
        list_url_name=list_url_name,
        list_columns=declared.list_columns,
        extra_columns=declared.extra_columns,
        select_related=declared.list_select_related,
        prefetch_related=declared.list_prefetch_related,
        search_fields=tuple(_given(declared, "search_fields")),
        filterset_class=_given(declared, "filterset_class") or None,
        list_filter=_given(declared, "list_filter"),
        help_text=declared.help_text,
        ordering=(ordering,) if isinstance(ordering, str) else tuple(ordering),
        **more,
    )


def _given(declared: Any, name: str) -> Any:
    """A declared attribute; empty for what is not declared."""
    value = getattr(declared, name, None)
    return () if value is None or value is ViewSet.UNDEFINED else value


def fields_of_sections(model: Any, sections: Sequence[tuple[Any, Sequence[Any]]]) -> list[str]:
    """The names on a record's page that are fields: a column of each costs no query per row."""
    names = [name for _title, fields in sections for name in fields if isinstance(name, str)]
    return [name for name in dict.fromkeys(names) if field_at(model, name) is not None]
