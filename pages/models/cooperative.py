"""The directory of cooperatives, a page for each, and one for each competence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageManager
from wagtail_localize.fields import SynchronizedField

from cms.weave import WHOLE
from members.models import Competence, Cooperative, ServiceFormat
from pages.cards import Card, card_of, cards_of
from pages.languages import absolute, address, url_for_reader
from pages.listing import Filters, named, sheet
from pages.models.base import BasePage, IndexPage
from pages.models.crumbs import below
from pages.models.pointers import HiddenWithItsRecord, RecordPage, RecordPageQuerySet, one_page_for_each
from pages.pictures import LOGO, shown
from pages.rows import OfACooperative


@dataclass(frozen=True)
class Voice:
    """A cooperative as others name it: with its page, when it has one."""

    cooperative: Cooperative
    url: str = ""

    @property
    def name(self) -> str:
        return self.cooperative.name


class CooperativePageQuerySet(RecordPageQuerySet):
    def with_cards(self) -> CooperativePageQuerySet:
        return super().with_cards().select_related("cooperative").prefetch_related("cooperative__competences")


CooperativePageManager = PageManager.from_queryset(CooperativePageQuerySet)


class CooperativePage(HiddenWithItsRecord, OfACooperative, RecordPage):
    cooperative = models.ForeignKey(
        "members.Cooperative",
        on_delete=models.PROTECT,
        related_name="pages",
        verbose_name=_("cooperative"),
        help_text=_("Its name, place, contacts and competences stand there and are shown here."),
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    voice = models.TextField(
        _("its voice"), max_length=300, blank=True, help_text=_("A sentence that somebody of it would say.")
    )
    voice_name = models.CharField(_("who says it"), max_length=120, blank=True)

    record_field = "cooperative"
    record_is_shown = Q(cooperative__is_listed=True)
    already_told = _("This cooperative already has a page in this language: open that one.")
    hue: ClassVar[str] = "hue-brick"
    kicker: ClassVar[object] = _("Cooperative")

    content_panels = [
        *Page.content_panels,
        FieldPanel("cooperative"),
        FieldPanel("summary"),
        FieldPanel("logo"),
        MultiFieldPanel([FieldPanel("voice"), FieldPanel("voice_name")], heading=_("A voice")),
        *BasePage.content_panels[2:],
    ]
    parent_page_types = ["pages.CooperativeIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("A cooperative of the network tells who it is.")
    api_fields = [*BasePage.api_fields, APIField("cooperative"), APIField("voice"), APIField("voice_name")]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("cooperative", overridable=False),
    ]

    objects = CooperativePageManager()

    class Meta:
        verbose_name = _("cooperative page")
        verbose_name_plural = _("cooperative pages")
        constraints = [one_page_for_each("cooperative")]

    @property
    def is_shown(self) -> bool:
        return self.cooperative.is_listed

    @property
    def threads(self) -> list:
        return [self.cooperative]

    def searchable_words(self) -> list[str]:
        record = self.cooperative
        names = [text for skill in record.competences.all() for text in (skill.name_it, skill.name_en)]
        return [record.name, record.town, *names, self.voice, *super().searchable_words()]

    def card(self, request: HttpRequest | None) -> Card:
        names = [competence.name for competence in self.cooperative.competences.all()]
        return card_of(
            self,
            request,
            meta=self.cooperative.town,
            tags=names[:4],
            threads=self.threads,
            seed=self.cooperative.slug,
        )

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from pages.models.event import EventPage
        from pages.models.service_format import ServiceFormatPage

        context = super().get_context(request, *args, **kwargs)
        record = self.cooperative
        context["record"] = record
        context["logo"] = shown(self.logo, LOGO)
        context["competences"] = [
            {
                "name": skill.name,
                "lang": skill.name_lang,
                "url": CooperativeIndexPage.competence_url(skill, request),
            }
            for skill in record.competences.all()
        ]
        formats = (
            ServiceFormatPage.objects.published()
            .for_reader()
            .filter(service_format__parts__in=record.parts.filter(state="approved"))
            .with_cards()
        )
        context["formats"] = cards_of(formats[:6], request)
        events = (
            EventPage.objects.published().for_reader().upcoming(timezone.now()).of_cooperative(record.slug)
        )
        context["events"] = [event.row(request) for event in events.with_rows()[:4]]
        context["feed_url"] = reverse("cooperative_calendar", args=[record.slug])
        return context

    @classmethod
    def with_addresses(cls, cooperatives: Iterable[Cooperative], request: HttpRequest | None) -> list[Voice]:
        """Each cooperative with the address of its page in the reader's language; one query for all."""
        listed = list(cooperatives)
        pages = cls.objects.published().for_reader().filter(cooperative__in=listed)
        urls = {page.cooperative_id: url_for_reader(page, request) for page in pages.select_related("locale")}
        return [Voice(cooperative, urls.get(cooperative.pk, "")) for cooperative in listed]


class CooperativeIndexPage(RoutablePageMixin, IndexPage):
    hue: ClassVar[str] = "hue-brick"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.CooperativePage"]
    page_description = _("The directory of the cooperatives, and a page for each competence.")
    threads: ClassVar[list] = list(WHOLE)

    class Meta:
        verbose_name = _("directory of cooperatives")
        verbose_name_plural = _("directories of cooperatives")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        filters = Filters(request)
        known = Competence.objects.filter(cooperatives__is_listed=True).distinct().order_by("name_it")
        competence = filters.add(
            "competence",
            _("Competence"),
            named(known),
            everything=_("All competences"),
        )
        towns = Cooperative.objects.listed().exclude(town="").order_by("town").values_list("town", flat=True)
        towns = list(towns.distinct())
        town = filters.add("place", _("Place"), zip(towns, towns, strict=True), everything=_("All places"))
        pages = CooperativePage.objects.published().for_reader().order_by("title")
        if competence:
            pages = pages.filter(cooperative__competences__slug=competence)
        if town:
            pages = pages.filter(cooperative__town=town)
        page_obj = sheet(pages.with_cards(), request)
        context |= {"filters": filters, "page_obj": page_obj, "query": filters.query}
        context["cards"] = cards_of(page_obj, request)
        return context

    @classmethod
    def competence_url(cls, competence: Competence, request: HttpRequest | None = None) -> str:
        """The address of a competence's page in the reader's language; empty before there is a directory."""
        directory = cls.url_for(request)
        return directory and directory + str(cls.get_resolver().reverse("competence", competence.slug))

    @path(address(it="competenze/<slug:slug>/", en="competences/<slug:slug>/"), name="competence")
    def competence(self, request: HttpRequest, slug: str) -> HttpResponse:
        """A competence: who has it, which formats use it, which courses teach it."""
        from pages.courses import course_cards, courses_with_editions
        from pages.models.courses import CourseIndexPage
        from pages.models.service_format import ServiceFormatPage

        competence = Competence.objects.filter(slug=slug).first()
        if competence is None:
            raise Http404
        skilled = CooperativePage.objects.published().for_reader().order_by("title")
        formats = ServiceFormatPage.objects.published().for_reader()
        courses = courses_with_editions(timezone.localdate()).filter(competences=competence)
        here = self.competence_url(competence, request)
        context = {
            "competence": competence,
            "canonical": absolute(here),
            "cards": cards_of(skilled.filter(cooperative__competences=competence).with_cards()[:60], request),
            "formats": cards_of(
                formats.filter(
                    service_format__in=ServiceFormat.objects.filter(competences=competence)
                ).with_cards()[:12],
                request,
            ),
            "courses": course_cards(courses[:12], CourseIndexPage.url_for(request)),
        }
        context["crumbs"] = below(self, competence.name, request)
        context["alternates"] = {}
        context["is_fallback"] = False
        return self.render(request, template="pages/competence.html", context_overrides=context)
