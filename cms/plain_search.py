"""Wagtail's search in the database, taking whatever people type: on the site, in the admin and in the APIs.

Quotes and other signs reach SQLite's full-text search as its own language and break it, and PostgreSQL takes
no NUL. Words are all that is looked for, so words are all that is passed on.
"""

from __future__ import annotations

import re
from typing import Any

from wagtail.search.backends import database


def plain(typed: str) -> str:
    """The words of a typed text, with single spaces between them."""
    return " ".join(re.findall(r"\w+", typed))


class PlainWords:
    """A search backend that is asked for words only. Queries built in code pass as they are."""

    def _search(self, compiler: type, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked = plain(query) if isinstance(query, str) else query
        return super()._search(compiler, asked, *args, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:
    """Wagtail's backend of the database in use, made plain. Named as Wagtail looks for it."""
    usual = type(database.SearchBackend(params))
    return type(f"Plain{usual.__name__}", (PlainWords, usual), {})(params)
