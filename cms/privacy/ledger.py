"""The list of erasures, kept beside the database too, so that a restored backup forgets again."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from cms import audit
from cms.models import ErasedRow
from cms.privacy import columns
from cms.privacy.finding import fetch
from cms.privacy.needles import addresses_in, email_hash

logger = logging.getLogger(__name__)
FIELDS = ("email_hash", "source", "model", "object_id")


def path() -> Path:
    return Path(settings.ERASURES_FILE)


def write_after_commit() -> None:
    """Add what was erased to the file once the transaction holds; the clock does it again if that was cut."""
    transaction.on_commit(save, robust=True)


def save() -> int:
    """Add to the file the rows of the table that it lacks; how many. The file only grows."""
    known = set(read())
    missing = [row for row in ErasedRow.objects.values_list(*FIELDS) if row not in known]
    if missing:
        path().parent.mkdir(parents=True, exist_ok=True)
        with path().open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(dict(zip(FIELDS, row, strict=True))) + "\n" for row in missing)
        path().chmod(0o600)
    return len(missing)


def read() -> Iterator[tuple[str, ...]]:
    """The rows of the file; a line that cannot be read is passed over and told to the log."""
    if not path().exists():
        return
    for number, line in enumerate(path().read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield tuple(str(row[name]) for name in FIELDS)
        except (ValueError, KeyError, TypeError):
            logger.error("line %s of %s is no erased row", number, path())


def replay() -> int:
    """Erase again every listed row that names its person again; how many. After a restore.

    The list holds no address: it is read from the listed rows and must give the print that is there. Then the
    person is looked for as at the first time, and of what is found only the listed rows are erased: after a
    restore another row may have the key of one that was erased.
    """
    from cms.privacy.erasing import erase_rows
    from cms.privacy.finding import found_rows, key_of

    people = defaultdict(set)
    for print_, *key in {*read(), *ErasedRow.objects.values_list(*FIELDS)}:
        people[print_].add(tuple(key))
    erased = 0
    for print_, keys in people.items():
        email = next((a for key in sorted(keys) for a in _addresses_of(key) if email_hash(a) == print_), "")
        if not email:
            continue
        with transaction.atomic():
            _needles, found = found_rows(email)
            again = [(source, row) for source, row in found if key_of(source, row) in keys]
            erase_rows(email, again)
            for listed in ErasedRow.objects.filter(email_hash=print_)[: 1 if again else 0]:
                audit.record("cms.privacy.replayed", listed, data={"rows": len(again)})
        erased += len(again)
    return erased


def _addresses_of(key: tuple[str, ...]) -> set[str]:
    """The addresses in a row and in the rows that it points at: a request's is its contact's."""
    _source, model, pk = key
    row = fetch(model, pk)
    if row is None:
        return set()
    related = [getattr(row, field.name) for field in row._meta.concrete_fields if field.is_relation]
    return {
        address
        for one in (row, *filter(None, related))
        for field in columns.text_columns(type(one))
        for address in addresses_in(str(getattr(one, field.attname)))
    }
