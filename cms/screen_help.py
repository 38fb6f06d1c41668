"""The "?" of each screen of the back office: what stands here, and how one works with it.

A view says it in `screen_help`; the screens of a kind of record take it from their source. It is drawn by
wagtailadmin/generic/base.html, below the header, as a `<details>` that opens by mouse and by key.
"""

from __future__ import annotations

from typing import Any

from cms.sources import source_of


class TellsOfSource:
    """A screen of a kind of record: its help is the one that the record's source gives."""

    source: Any = None
    model: Any = None

    @property
    def screen_help(self) -> Any:
        """Translated words; "" for a kind of record that has no list."""
        source = self.source or source_of(self.model)
        return source.help_text if source else ""
