"""Keeping, changing and forgetting views."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.models import SavedView
from cms.sources import Question, RecordSource

CHANGED_MEANWHILE = _(
    "Somebody else has changed this view meanwhile. Look at it again, or save yours as a new view."
)
NAME_TAKEN = _("You have a view of this list with this name already.")


def keep_view(*, owner: Any, source: RecordSource, name: str, question: Question) -> SavedView:
    """A new view, private until it is shared. Raises ValidationError for a name that cannot be."""
    view = SavedView(owner=owner, source_key=source.key, name=name.strip(), question=question.to_json())
    with transaction.atomic():
        _check_and_save(view)
        audit.record("wagtail.create", view, user=owner)
    return view


@transaction.atomic
def ask_anew(view: SavedView, *, question: Question, opened: datetime, by: Any) -> None:
    """Give a view another question.

    opened: its version when the person opened it. Raises ValidationError if it has changed since.
    """
    current = _locked(view, opened)
    current.question = question.to_json()
    current.save(update_fields=["question", "updated_at"])
    audit.record("wagtail.edit", current, user=by, data={"fields": ["question"]})


@transaction.atomic
def change_view(
    view: SavedView, *, name: str, shared_with: Iterable[Group], is_in_menu: bool, opened: datetime, by: Any
) -> None:
    """Rename a view and say who shares it. Raises ValidationError as keep_view and ask_anew do."""
    current = _locked(view, opened)
    current.name, current.is_in_menu = name.strip(), is_in_menu
    _check_and_save(current)
    current.shared_with.set(shared_with)
    audit.record("wagtail.edit", current, user=by, data={"fields": ["name", "shared_with", "is_in_menu"]})


@transaction.atomic
def forget_view(view: SavedView, *, by: Any) -> None:
    """Delete a view, for everybody. No record is touched."""
    audit.record("wagtail.delete", view, user=by)
    view.delete()


def _locked(view: SavedView, opened: datetime) -> SavedView:
    current = SavedView.objects.select_for_update().filter(pk=view.pk).first()
    if current is None or current.updated_at != opened:
        raise ValidationError(CHANGED_MEANWHILE)
    return current


def _check_and_save(view: SavedView) -> None:
    # The question is ours and never empty JSON to a person, whatever a blank field means to Django.
    view.full_clean(exclude=["question"])
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:  # by the same person, in another window, a moment ago
        raise ValidationError(NAME_TAKEN) from taken
