"""Parts of a record's page beside its fields: notes, moves, payments."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from wagtail.admin.ui.components import Component


class InspectPanel(Component):
    """A titled part of a record's page, drawn by a template that gets `panel`, `record` and `request`.

    `context(record, request)` returns what else the template needs; None hides the panel.
    """

    title: Any = ""
    icon = ""

    def __init__(self, title="", template_name: str = "", context=None, icon: str = "") -> None:
        self.title = title or self.title
        self.icon = icon or self.icon
        self.template_name = template_name or self.template_name
        self._context = context

    def context(self, record: Model, request: HttpRequest) -> dict | None:
        return self._context(record, request) if self._context else {}

    def bind(self, record: Model, request: HttpRequest) -> BoundPanel | None:
        """The panel for one record, or None when it has nothing to say."""
        context = self.context(record, request)
        return None if context is None else BoundPanel(self, record, request, context)


class BoundPanel(Component):
    """A panel about to be drawn."""

    def __init__(self, panel: InspectPanel, record: Model, request: HttpRequest, context: dict) -> None:
        self.panel = panel
        self.title = panel.title
        self.icon = panel.icon
        self.template_name = panel.template_name
        self._data = {**context, "panel": panel, "record": record, "request": request}

    def get_context_data(self, parent_context=None) -> dict:
        return self._data
