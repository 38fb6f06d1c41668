"""Events and their calendar by date."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce, TruncMonth
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.models import Page, PageManager
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.dates import long_date
from members.models import Cooperative
from pages.cards import Card, card_of, foreign
from pages.languages import language_of, url_for_reader
from pages.listing import Filters, sheet
from pages.models.base import BasePage, IndexPage, SitePageQuerySet
from pages.rows import OfACooperative


class EventQuerySet(SitePageQuerySet):
    def upcoming(self, now: datetime) -> EventQuerySet:
        """Not over at that moment, nearest first; an event without an end is over with its day."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        not_over = Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=midnight)
        return self.filter(not_over).order_by("starts_at", "pk")

    def past(self, now: datetime) -> EventQuerySet:
        """Over at that moment, latest first."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        over = Q(ends_at__lt=now) | Q(ends_at=None, starts_at__lt=midnight)
        return self.filter(over).order_by("-starts_at", "-pk")

    def in_month(self, month: date) -> EventQuerySet:
        """That happen, also in part, in the month that begins on that day."""
        following = (month.replace(day=28) + timezone.timedelta(days=4)).replace(day=1)
        first, last = (timezone.make_aware(datetime.combine(day, time.min)) for day in (month, following))
        return self.annotate(_over=Coalesce(F("ends_at"), F("starts_at"))).filter(
            starts_at__lt=last, _over__gte=first
        )

    def of_cooperative(self, slug: str) -> EventQuerySet:
        return self.filter(organisers__slug=slug)

    def with_rows(self) -> EventQuerySet:
        """With what a row of the calendar shows."""
        return self.select_related("locale", "alias_of__locale").prefetch_related(
            Prefetch("organisers", Cooperative.objects.listed())
        )


EventManager = PageManager.from_queryset(EventQuerySet)


class EventPage(OfACooperative, BasePage):
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(
        pgettext_lazy("event", "place"), max_length=160, help_text=_("As people know it: “Teatro Bibiena”.")
    )
    place_address = models.CharField(
        _("address"),
        max_length=200,
        blank=True,
        help_text=_("Street, number, town: it also goes to calendars."),
    )
    organisers = ParentalManyToManyField(
        "members.Cooperative", verbose_name=_("organised by"), related_name="events", blank=True
    )
    price = models.CharField(
        _("price"), max_length=80, blank=True, help_text=_("In words: “Free”, “8 €, children 5 €”.")
    )
    booking_url = models.URLField(_("where to book"), blank=True)
    is_cancelled = models.BooleanField(
        pgettext_lazy("event", "cancelled"),
        default=False,
        help_text=_("The event stays on the site and in people's calendars, marked as cancelled."),
    )
    cancellation_note = models.CharField(
        _("why, and what happens now"),
        max_length=240,
        blank=True,
        help_text=_("Shown with the cancellation."),
    )

    hue: ClassVar[str] = "hue-plum"
    kicker: ClassVar[object] = _("Event")

    # What is true in every language: publishing a page in one language brings these to the others.
    facts: ClassVar[list[str]] = [
        "starts_at",
        "ends_at",
        "place",
        "place_address",
        "booking_url",
        "is_cancelled",
    ]

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("place"),
                FieldPanel("place_address"),
                FieldPanel("organisers", widget=forms.CheckboxSelectMultiple),
                FieldPanel("price"),
                FieldPanel("booking_url"),
            ],
            heading=_("When, where, who"),
        ),
        MultiFieldPanel(
            [FieldPanel("is_cancelled"), FieldPanel("cancellation_note")],
            heading=_("Cancellation"),
            classname="collapsed",
        ),
        *BasePage.content_panels[2:],
    ]
    search_fields = [
        *BasePage.search_fields,
        index.FilterField("starts_at"),
    ]
    parent_page_types = ["pages.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("A date that people may come to; it goes to the calendar and its feeds.")
    api_fields = [
        *BasePage.api_fields,
        *[
            APIField(name)
            for name in (
                "starts_at",
                "ends_at",
                "place",
                "place_address",
                "price",
                "booking_url",
                "is_cancelled",
                "cancellation_note",
            )
        ],
    ]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        *[SynchronizedField(name, overridable=False) for name in facts],
    ]

    objects = EventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    @property
    def threads(self) -> list:
        return list(self.organisers.all()) or [self.slug]

    def searchable_words(self) -> list[str]:
        organisers = [organiser.name for organiser in self.organisers.all()]
        return [self.place, self.place_address, *organisers, *super().searchable_words()]

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("An event cannot end before it begins.")})

    @property
    def is_over(self) -> bool:
        now = timezone.now()
        if self.ends_at:
            return self.ends_at < now
        return timezone.localtime(self.starts_at).date() < timezone.localdate(now)

    @property
    def state(self) -> str:
        """What a list must say of it besides the date: "Cancelled", or nothing."""
        return str(_("Cancelled")) if self.is_cancelled else ""

    def organised_by(self) -> str:
        return " · ".join(organiser.name for organiser in self.organisers.all() if organiser.is_listed)

    def row(self, request: HttpRequest | None) -> dict:
        """What cms/_event_row.html shows."""
        return {
            "url": url_for_reader(self, request),
            "title": self.title,
            "start": timezone.localtime(self.starts_at),
            "end": timezone.localtime(self.ends_at) if self.ends_at else None,
            "place": self.place,
            "by": self.organised_by(),
            "price": self.price,
            "state": self.state,
            "off": self.is_cancelled,
            "lang": foreign(language_of(self)),
        }

    def card(self, request: HttpRequest | None) -> Card:
        when = long_date(timezone.localtime(self.starts_at).date())
        return card_of(self, request, kicker=str(self.kicker), meta=f"{when} · {self.place}", hue=self.hue)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from pages.models.cooperative import CooperativePage
        from pages.structured_data import event_data

        context = super().get_context(request, *args, **kwargs)
        organisers = [organiser for organiser in self.organisers.all() if organiser.is_listed]
        context["organisers"] = CooperativePage.with_addresses(organisers, request)
        context["structured_data"] = event_data(self, request, context["social_picture"])
        context["ics_url"] = reverse("event_calendar", args=[self.translation_key])
        return context


class EventIndexPage(IndexPage):
    hue: ClassVar[str] = "hue-plum"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.EventPage"]
    page_description = _("The calendar: all events by date, with filters and the archive.")

    class Meta:
        verbose_name = _("event calendar")
        verbose_name_plural = _("event calendars")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        events = EventPage.objects.published().for_reader()
        filters = Filters(request)
        past = filters.add("when", _("When"), [("past", _("Past events"))], everything=_("To come")) == "past"
        events = events.past(now) if past else events.upcoming(now)
        month = filters.add("month", _("Month"), _months(events), everything=_("All months"))
        cooperatives = Cooperative.objects.listed().filter(events__in=events.order_by()).distinct()
        cooperative = filters.add(
            "cooperative",
            _("Cooperative"),
            cooperatives.values_list("slug", "name"),
            everything=_("All cooperatives"),
        )
        if month:
            events = events.in_month(date.fromisoformat(f"{month}-01"))
        if cooperative:
            events = events.of_cooperative(cooperative)
        page_obj = sheet(events.with_rows(), request, per_page=30)
        context |= {"filters": filters, "past": past, "page_obj": page_obj, "query": filters.query}
        context["months"] = _by_month([event.row(request) for event in page_obj])
        return context


def _months(events: EventQuerySet) -> list[tuple[str, str]]:
    """The months in which some of the events begin, as choices of a filter."""
    begun = (
        events.order_by().annotate(month=TruncMonth("starts_at")).values_list("month", flat=True).distinct()
    )
    return [(f"{month:%Y-%m}", date_format(month, "F Y").capitalize()) for month in sorted(begun)]


def _by_month(rows: list[dict]) -> list[tuple[str, list[dict]]]:
    """The rows under the name of their month, in the order they come in."""
    months: dict[str, list[dict]] = {}
    for row in rows:
        months.setdefault(date_format(row["start"], "F Y").capitalize(), []).append(row)
    return list(months.items())
