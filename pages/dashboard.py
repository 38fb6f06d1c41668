"""What pages bring to the first page of the back office: jobs an editor can begin, and what is on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.dashboard import DashboardDoor, dashboard_doors
from cms.registries import Figure, dashboard_figures
from pages.models import (
    CampaignPage,
    CooperativeIndexPage,
    CooperativePage,
    DonatePage,
    EventIndexPage,
    EventPage,
    HomePage,
    ProjectPage,
    ServiceFormatIndexPage,
    ServiceFormatPage,
    StandardPage,
)

# Name, words, what is written, where it may stand (the first place that the person may write below), icon.
JOBS = (
    ("event", gettext_lazy("Write an event"), EventPage, (EventIndexPage,), "calendar-alt"),
    ("story", gettext_lazy("Publish a story"), StandardPage, (ProjectPage, HomePage), "openquote"),
    ("campaign", gettext_lazy("New campaign page"), CampaignPage, (DonatePage,), "pick"),
    ("format", gettext_lazy("Present a format"), ServiceFormatPage, (ServiceFormatIndexPage,), "grid"),
    ("cooperative", gettext_lazy("Present a cooperative"), CooperativePage, (CooperativeIndexPage,), "group"),
)
SOON = timedelta(days=30)


def place_for(user: Any, places: tuple[type[Page], ...]) -> Page | None:
    """The first page of these types, in the site's language, below which a person may write."""
    for model in places:
        for place in model.objects.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("path")[:3]:
            if place.permissions_for_user(user).can_add_subpage():
                return place
    return None


def door(words: Any, written: type[Page], places: tuple[type[Page], ...], icon: str) -> Callable:
    """The way to a new page of a type, for whoever may write one."""

    def ask(user: Any) -> DashboardDoor | None:
        place = place_for(user, places)
        if place is None:
            return None
        kind = (written._meta.app_label, written._meta.model_name, place.pk)
        return DashboardDoor(words, reverse("wagtailadmin_pages:add", args=kind), icon)

    return ask


def coming_events(user: Any) -> Figure | None:
    """The pages of events, and how many are on soon, for whoever writes pages."""
    place = place_for(user, (EventIndexPage,))
    if place is None:
        return None
    now = timezone.now()
    soon = EventPage.objects.child_of(place).live().filter(starts_at__gte=now, starts_at__lt=now + SOON)
    return Figure(
        label=_("Pages of events"),
        value=str(place.get_children().count()),
        url=reverse("wagtailadmin_explore", args=(place.pk,)),
        note=_("%(n)s in the next 30 days") % {"n": soon.count()},
    )


def register() -> None:
    """Called once, when the app is ready."""
    for name, words, written, places, icon in JOBS:
        dashboard_doors.register(f"pages.{name}", door(words, written, places, icon))
    dashboard_figures.register("pages.events", coming_events)
