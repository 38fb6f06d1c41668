"""Which records the cells of a sheet mean: those they refer to, and those that the rows are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from cms.rows import has_scope
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.resources import SheetResource, Values

AMBIGUOUS = -1
# A spelling that means nothing is remembered too; past this the memory begins again.
REMEMBERED_AT_MOST = 100_000


class References:
    """The records that one column names, looked up a chunk at a time and remembered."""

    def __init__(self, field: SheetField, user: Any) -> None:
        self.field, self.user = field, user
        self.known: dict[str, int | None] = {}

    def learn(self, keys: Iterable[str]) -> None:
        """Look for the spellings that are not known yet."""
        if len(self.known) > REMEMBERED_AT_MOST:
            self.known.clear()
        unknown = {key for key in keys if key not in self.known}
        if not unknown:
            return
        found: dict[str, int | None] = dict.fromkeys(unknown)
        for key, pk in self.field.refers_to.find(self.user, unknown):
            found[key] = pk if found.get(key) is None else AMBIGUOUS
        self.known |= found

    def get(self, key: str) -> int | None:
        """The record's number; None when there is none, AMBIGUOUS when there are several."""
        return self.known.get(key)


class Known:
    """A record that is there: its number, version and values; or that there are several."""

    __slots__ = ("is_ambiguous", "pk", "values", "version")

    def __init__(self, pk: int, version: str, values: Values) -> None:
        self.pk, self.version, self.values = pk, version, values
        self.is_ambiguous = False


def known_records(resource: SheetResource, keys: set, fields: list[SheetField]) -> dict[Any, Known]:
    """The records with these keys among those that the person may see."""
    found: dict[Any, Known] = {}
    rows = resource.candidates(resource.rows(), keys)
    for pk, version, values in resource.stored(rows, fields):
        key = resource.key_of_stored(values)
        if key in found:
            found[key].is_ambiguous = True
        elif key in keys:
            found[key] = Known(pk, version, values)
    return found


def keys_elsewhere(resource: SheetResource, keys: set, fields: list[SheetField]) -> set:
    """Those keys whose record the person may not see: a new one would be its double."""
    if not keys or not has_scope(resource.model):
        return set()
    rows = resource.candidates(resource.model._base_manager.all(), keys)
    return keys & {resource.key_of_stored(values) for _pk, _version, values in resource.stored(rows, fields)}


def fingerprint(key: Any) -> int:
    """A natural key as a number that tells it from others, small enough to remember hundreds of thousands."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def model_label(model: type[Model]) -> str:
    return str(model._meta.verbose_name)
