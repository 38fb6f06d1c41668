"""What Wagtail keeps about rows besides themselves: log, revisions, half-filled forms, search index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry, Revision
from wagtail.search import index
from wagtail.search.models import IndexEntry

from cms.models import ImportBatch, OutboxMessage, StagedRow
from cms.privacy import columns, imports
from cms.privacy.needles import MARK, Needles


def forget(rows: Iterable[tuple[type[Model], str]], needles: Needles) -> None:
    """Take the person out of what is kept about erased rows. Who did what, and when, stays."""
    keys = defaultdict(set)
    for model, pk in rows:
        keys[model].add(str(pk))
    for model, pks in keys.items():
        _forget_staged(model, pks)
        for kind in {ContentType.objects.get_for_model(model, for_concrete_model=c) for c in (True, False)}:
            _forget_kind(kind, pks, needles)
        _index_again(model, pks)


def _forget_staged(model: type[Model], pks: set[str]) -> None:
    """Rows of sheets about these records, said to be the same ones too: their file holds the person."""
    staged = StagedRow.objects.filter(batch__target=model._meta.label_lower, object_pk__in=pks)
    batches = list(ImportBatch.objects.filter(pk__in=staged.values("batch")))
    staged.delete()
    for batch in batches:
        imports.end(batch)


def _forget_kind(kind: ContentType, pks: set[str], needles: Needles) -> None:
    about = {"content_type": kind, "object_id__in": pks}
    entries = ModelLogEntry.objects.filter(**about)
    entries.update(label=MARK)
    for entry in entries.exclude(data={}):
        columns.scrub(entry, needles)
    Revision.objects.filter(**about).delete()
    FormState.objects.filter(**about).delete()
    for mail in OutboxMessage.objects.filter(about_type=kind, about_id__in=pks):
        # Notices to colleagues tell of the request in the person's own words.
        columns.write(mail, subject=MARK, text=MARK, html=MARK)


def _index_again(model: type[Model], pks: set[str]) -> None:
    if not issubclass(model, index.Indexed):
        return
    left = list(model._base_manager.filter(pk__in=pks))
    for row in left:
        index.insert_or_update_object(row)
    gone = pks - {str(row.pk) for row in left}
    kind = ContentType.objects.get_for_model(model)
    IndexEntry.objects.filter(content_type=kind, object_id__in=gone).delete()
