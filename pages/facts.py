"""An event is one event in every language: its date, place and cancellation travel with each publication."""

from __future__ import annotations

from django.db import transaction

from pages.models import EventPage


def share_facts(event: EventPage) -> None:
    """Bring the facts of an event just published to its pages in other languages, as they are online.

    A translation that is online is published again with the new facts and nothing else; words being
    rewritten in a draft stay in the draft, which gets the facts as well.
    """
    organisers = set(event.organisers.values_list("pk", flat=True))
    for twin in EventPage.objects.filter(translation_key=event.translation_key).exclude(pk=event.pk):
        if _facts(twin) == _facts(event) and set(twin.organisers.values_list("pk", flat=True)) == organisers:
            continue
        with transaction.atomic():
            _bring(event, twin)


def _facts(event: EventPage) -> dict:
    return {name: getattr(event, name) for name in EventPage.facts}


def _bring(event: EventPage, twin: EventPage) -> None:
    draft = twin.get_latest_revision_as_object()
    had_changes = twin.has_unpublished_changes
    if twin.live:
        _set(event, twin)
        twin.save_revision(log_action=False).publish(log_action=False)
    if had_changes or not twin.live:
        _set(event, draft)
        draft.save_revision(log_action=False)


def _set(event: EventPage, twin: EventPage) -> None:
    for name, value in _facts(event).items():
        setattr(twin, name, value)
    twin.organisers.set(list(event.organisers.all()))
