"""Looking for a person in every registered source, and keeping what was found for staff to confirm."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from cms.models import PrivacyRequest, PrivacyRow, StagedRow
from cms.privacy import imports
from cms.privacy.needles import Needles
from cms.privacy.sources import PersonalDataSource, words_of
from cms.registries import personal_data_sources

Key = tuple[str, str, str]


def found_rows(email: str) -> tuple[Needles, list[tuple[PersonalDataSource, Model]]]:
    """Every row that may be the person's, and the words by which the last of them were found.

    First by the address, in the sources that know their rows; then, by the names and numbers that these
    taught us, wherever else they stand. A row is listed under the first source that finds it.
    """
    needles = Needles(email)
    found: list[tuple[PersonalDataSource, Model]] = []
    seen: set[tuple[str, str]] = set()
    for source in _sources():
        if source.by_words:
            needles = words_of(found, email)
        for row in source.find(needles):
            known = (row._meta.label_lower, str(row.pk))
            if known not in seen:
                seen.add(known)
                found.append((source, row))
    return needles, found


def _sources() -> Iterator[PersonalDataSource]:
    """As registered, what finds by words last."""
    sources = [source for _key, source in personal_data_sources.items()]
    yield from sorted(sources, key=lambda source: source.by_words)


def key_of(source: PersonalDataSource, row: Model) -> Key:
    return source.key, row._meta.label_lower, str(row.pk)


def search(request: PrivacyRequest) -> int:
    """Write the rows found for a request; how many are new. Decisions already made stay."""
    needles, found = found_rows(request.email)
    known = {(row.source, row.model, row.object_id): row for row in request.rows.all()}
    new, keys = [], set()
    for source, row in found:
        keys.add(key := key_of(source, row))
        if key not in known:
            new.append(
                PrivacyRow(
                    request=request,
                    source=source.key,
                    model=row._meta.label_lower,
                    object_id=str(row.pk),
                    title=source.title(row)[:250],
                    detail=source.detail(row, needles)[:500],
                    happened_at=source.moment(row),
                )
            )
    PrivacyRow.objects.bulk_create(new)
    request.rows.filter(pk__in=[row.pk for key, row in known.items() if key not in keys]).delete()
    return len(new)


def is_undecided(request: PrivacyRequest) -> bool:
    """Whether a look now finds rows about which nobody has decided."""
    decided = {
        (row.source, row.model, row.object_id)
        for row in request.rows.exclude(decision=PrivacyRow.Decision.UNDECIDED)
    }
    _needles, found = found_rows(request.email)
    return any(key_of(source, row) not in decided for source, row in found)


def theirs(request: PrivacyRequest, *, lock: bool = False) -> list[tuple[PersonalDataSource, Model]]:
    """The confirmed rows that are still there, with their sources; locked in one order if wished."""
    confirmed = []
    if lock:
        _lock_imports(request)
    for row in request.rows.filter(decision=PrivacyRow.Decision.THEIRS).order_by("model", "object_id"):
        source = personal_data_sources.get(row.source)
        stored = fetch(row.model, row.object_id, lock=lock)
        if source is not None and stored is not None:
            confirmed.append((source, stored))
    return confirmed


def _lock_imports(request: PrivacyRequest) -> None:
    """Imports, before any record: in this order an import locks them too."""
    staged = request.rows.filter(model=StagedRow._meta.label_lower).values_list("object_id", flat=True)
    batches = StagedRow.objects.filter(pk__in=[int(pk) for pk in staged]).values("batch")
    imports.lock(batches)


def fetch(label: str, pk: str, *, lock: bool = False) -> Model | None:
    """A row by the label of its model and its key; None when either is gone."""
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    rows = model._base_manager.select_for_update() if lock else model._base_manager
    return rows.filter(pk=pk).first()
