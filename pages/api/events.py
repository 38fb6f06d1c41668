"""When and where the network meets people."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router

from cms.api import Listing, Paged, Problem, Reading, listing
from pages.api.shared import Day, Number, PageOut, Slug, page_facts
from pages.models import EventPage

router = Router(tags=["Events"])


class EventOut(PageOut):
    """A date that people may come to. Times carry their offset from UTC."""

    id: int
    starts_at: datetime
    ends_at: datetime | None
    place: str
    place_address: str
    price: str
    booking_url: str
    is_cancelled: bool
    cancellation_note: str
    organisers: list[str] = Field(description="Short names of the cooperatives.")

    @staticmethod
    def of(page: EventPage, request: HttpRequest) -> EventOut:
        return EventOut(
            **page_facts(page, request),
            id=page.pk,
            starts_at=timezone.localtime(page.starts_at),
            ends_at=timezone.localtime(page.ends_at) if page.ends_at else None,
            place=page.place,
            place_address=page.place_address,
            price=page.price,
            booking_url=page.booking_url,
            is_cancelled=page.is_cancelled,
            cancellation_note=page.cancellation_note,
            organisers=[cooperative.slug for cooperative in page.organisers.all()],
        )


class EventFilters(Paged):
    since: Day | None = Field(None, description="Not over before this day; today without it.")
    until: Day | None = Field(None, description="Begun by the end of this day.")
    cooperative: Slug | None = Field(None, description="Short name of an organiser.")


def published() -> QuerySet[EventPage]:
    """Published events, each once, in the language of the request."""
    return EventPage.objects.published().for_reader().with_cards().with_rows()


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


@router.get("/events/", response={200: Listing[EventOut], 422: Problem, 429: Problem})
def events(request: HttpRequest, filters: Query[EventFilters]) -> dict:
    """Events by date, from today on unless `since` says otherwise; days are those of Italy."""
    since = _moment(filters.since or timezone.localdate(), time.min)
    pages = published().filter(Q(ends_at__gte=since) | Q(ends_at=None, starts_at__gte=since))
    if filters.until:
        pages = pages.filter(starts_at__lte=_moment(filters.until, time.max))
    if filters.cooperative:
        pages = pages.of_cooperative(filters.cooperative)
    pages = pages.order_by("starts_at", "pk")
    return listing(pages, filters, lambda page: EventOut.of(page, request))


@router.get("/events/{int:id}/", response={200: EventOut, 404: Problem, 422: Problem, 429: Problem})
def event(request: HttpRequest, id: Number, reading: Query[Reading]) -> EventOut:
    """One event, by its number."""
    return EventOut.of(get_object_or_404(published(), pk=id), request)
