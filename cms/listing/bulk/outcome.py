"""What an action would do, and does, to each of many rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.listing.bulk.actions import BulkAction
from cms.sources import RecordSource


@dataclass
class Outcome:
    """Rows that change, with words; rows that stay, because nothing would change or with a reason.

    beyond: how many more rows there are than were looked at.
    """

    changes: list[tuple[Any, str]] = field(default_factory=list)
    same: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)
    beyond: int = 0

    @property
    def digest(self) -> str:
        """Tells whether what was shown is what would happen now."""
        words = [[(row.pk, said) for row, said in part] for part in (self.changes, self.refused)]
        return hashlib.sha256(repr([words, [row.pk for row in self.same], self.beyond]).encode()).hexdigest()[
            :32
        ]


class HasChanged(Exception):
    """Between the preview and the confirmation something changed; nothing was written."""


def foresee(
    action: BulkAction, source: RecordSource, user: Any, rows: Iterable, cleaned: dict, *, beyond: int = 0
) -> Outcome:
    """What an action would do. Writes nothing."""
    outcome = Outcome(beyond=beyond)
    for row in rows:
        if not action.may_touch(user, row, source.policy):
            outcome.refused.append((row, _("You may not change it.")))
            continue
        try:
            words = action.foresee(user, row, cleaned)
        except ValidationError as refusal:
            outcome.refused.append((row, " ".join(refusal.messages)))
            continue
        if words:
            outcome.changes.append((row, str(words)))
        else:
            outcome.same.append(row)
    return outcome


@transaction.atomic
def carry_out(
    action: BulkAction, source: RecordSource, user: Any, keys: list, cleaned: dict, *, shown: str
) -> Outcome:
    """Do what was shown, to all rows or to none.

    shown: the digest of the outcome that the person saw. Raises HasChanged when it would be another now;
    ValidationError, with the row's name, when the service refuses a row after all.
    """
    locked = source.model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk", flat=True))
    outcome = foresee(action, source, user, action.rows(source.rows(user).filter(pk__in=keys)), cleaned)
    if outcome.digest != shown:
        raise HasChanged
    for row, _words in outcome.changes:
        try:
            action.run(user, row, cleaned)
        except ValidationError as refusal:
            raise ValidationError(f"{row}: {' '.join(refusal.messages)}") from refusal
    return outcome
