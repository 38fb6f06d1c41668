"""The kinds of records that a token may be bound to."""

from __future__ import annotations

from typing import Any

from cms.models import StaffToken
from cms.sources import RecordSource, open_sources, sources

# Never read through the API, whatever a token says: keys are not a thing to collect.
KEPT_BACK = {StaffToken._meta.label_lower}


def kinds_for(user: Any) -> list[RecordSource]:
    """What a token of this person can read today."""
    return [source for source in open_sources(user) if source.key not in KEPT_BACK]


def readable_source(token: StaffToken, key: str) -> RecordSource | None:
    """The source with a key, if the token is bound to it and its owner may see it today."""
    if key in KEPT_BACK or key not in token.kinds:
        return None
    source = sources.get(key)
    return source if source is not None and source.is_open_to(token.owner) else None
