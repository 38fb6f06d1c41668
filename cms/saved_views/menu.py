"""Pinned views in the menu, below the list that they ask."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from cms.models import SavedView
from cms.saved_views.opening import address_of, source_of_view


def add_pinned(request: HttpRequest, items: list[MenuItem]) -> None:
    """Put a person's pinned views into a group of the menu; one query for all groups."""
    place_of = {item.url: place for place, item in enumerate(items)}
    following: dict[int, list[MenuItem]] = {}
    for view in _pinned(request):
        source = source_of_view(view)
        place = place_of.get(source.list_url()) if source else None
        if place is not None:  # the list itself stands in this group, so the person may see it
            beside = items[place]
            item = MenuItem(
                view.name, address_of(view), name=f"view-{view.pk}", icon_name="view", order=beside.order
            )
            following.setdefault(place, []).append(item)
    for place in sorted(following, reverse=True):
        items[place + 1 : place + 1] = following[place]


def _pinned(request: HttpRequest) -> list[SavedView]:
    if not hasattr(request, "_pinned_views"):
        request._pinned_views = list(SavedView.objects.in_menu_of(request.user))  # type: ignore[attr-defined]
    return request._pinned_views  # type: ignore[attr-defined]
