"""Views at hand: in a person's menu, and as numbers on the dashboard."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.models import SavedView, ViewPin
from cms.registries import Figure
from cms.saved_views.opening import address_of, answer_of, source_of_view

# The dashboard counts each pinned view anew, so their number is bounded.
PINS_AT_MOST = 12


@transaction.atomic
def pin_view(view: SavedView, *, user: Any, place: str, pinned: bool) -> None:
    """Put a view in a person's menu or on their dashboard, or take it away. Safe to repeat.

    Raises ValidationError when the dashboard is full.
    """
    pins = ViewPin.objects.filter(user=user, place=place)
    if not pinned:
        pins.filter(view=view).delete()
        return
    if place == ViewPin.Place.DASHBOARD and pins.exclude(view=view).count() >= PINS_AT_MOST:
        raise ValidationError(
            _("Your dashboard holds %(n)s views. Take one away first.") % {"n": PINS_AT_MOST}
        )
    ViewPin.objects.get_or_create(view=view, user=user, place=place)


def places_of(view: SavedView, user: Any) -> set[str]:
    """Where a person has pinned a view."""
    return set(view.pins.filter(user=user).values_list("place", flat=True))


def pinned_figures(user: Any) -> list[Figure]:
    """The person's pinned views, each with the number of rows that it has for them."""
    views = SavedView.objects.open_to(user).filter(pins__user=user, pins__place=ViewPin.Place.DASHBOARD)
    figures = []
    for view in views.order_by("pins__pk")[:PINS_AT_MOST]:
        source = source_of_view(view)
        if source is not None and source.is_open_to(user):
            answer = answer_of(view, user)
            value = "–" if answer.problems else str(answer.rows.count())
            note = _("The view needs mending") if answer.problems else str(source.label)
            figures.append(Figure(label=view.name, value=value, url=address_of(view), note=note))
    return figures
