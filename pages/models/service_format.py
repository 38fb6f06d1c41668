"""Service formats: what several cooperatives offer together, and the way to ask for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page, PageManager
from wagtail_localize.fields import SynchronizedField

from members.models import Audience, Competence, FormatPart, ServiceFormat
from pages.cards import Card, card_of, cards_of, foreign, woven_by
from pages.listing import Filters, named, sheet
from pages.models.base import BasePage, IndexPage
from pages.models.contact import ContactPage
from pages.models.cooperative import CooperativeIndexPage, CooperativePage
from pages.models.pointers import HiddenWithItsRecord, RecordPage, RecordPageQuerySet, one_page_for_each
from pages.models.requests import RequestMixin


def approved_parts() -> Prefetch:
    """The parts that their cooperative has agreed to, with what a card and a page show of them."""
    parts = FormatPart.objects.filter(state=FormatPart.State.APPROVED, cooperative__is_listed=True)
    return Prefetch(
        "service_format__parts",
        parts.select_related("cooperative").order_by("order", "pk"),
        to_attr="approved_parts",
    )


class ServiceFormatPageQuerySet(RecordPageQuerySet):
    def with_cards(self) -> ServiceFormatPageQuerySet:
        rows = super().with_cards().select_related("service_format")
        return rows.prefetch_related(approved_parts(), "service_format__audiences")


ServiceFormatPageManager = PageManager.from_queryset(ServiceFormatPageQuerySet)


class ServiceFormatPage(HiddenWithItsRecord, RequestMixin, RecordPage):
    service_format = models.ForeignKey(
        "members.ServiceFormat",
        on_delete=models.PROTECT,
        related_name="pages",
        verbose_name=_("format"),
        help_text=_("For whom, how long, price and who does what stand there and are shown here."),
    )

    record_field = "service_format"
    record_is_shown = Q(service_format__is_offered=True)
    already_told = _("This format already has a page in this language: open that one.")
    hue: ClassVar[str] = "hue-lake"
    kicker: ClassVar[object] = _("Format")

    content_panels = [
        *Page.content_panels,
        FieldPanel("service_format"),
        *BasePage.content_panels[1:],
    ]
    parent_page_types = ["pages.ServiceFormatIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Tells a joint service of the cooperatives, and takes requests for it.")
    api_fields = [*BasePage.api_fields, APIField("service_format")]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("service_format", overridable=False),
    ]

    objects = ServiceFormatPageManager()

    class Meta:
        verbose_name = _("format page")
        verbose_name_plural = _("format pages")
        constraints = [one_page_for_each("service_format")]

    @property
    def approved_parts(self) -> list[FormatPart]:
        record = self.service_format
        if not hasattr(record, "approved_parts"):
            models.prefetch_related_objects([self], approved_parts())
        return record.approved_parts

    @property
    def is_shown(self) -> bool:
        return self.service_format.is_offered

    @property
    def threads(self) -> list:
        return [part.cooperative for part in self.approved_parts]

    def searchable_words(self) -> list[str]:
        record = self.service_format
        tags = [*record.competences.all(), *record.audiences.all()]
        names = [text for tag in tags for text in (tag.name_it, tag.name_en)]
        makers = [part.cooperative.name for part in self.approved_parts]
        return [record.name_it, record.summary_it, *names, *makers, *super().searchable_words()]

    def card(self, request: HttpRequest | None) -> Card:
        record = self.service_format
        return card_of(
            self,
            request,
            text=self.summary or record.summary,
            kicker=", ".join(part.cooperative.name for part in self.approved_parts[:3]),
            meta=record.duration,
            tags=[audience.name for audience in record.audiences.all()][:3],
            threads=self.threads,
            seed=record.slug,
            hue=self.hue,
        )

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        record = self.service_format
        parts = self.approved_parts
        addresses = CooperativePage.with_addresses([part.cooperative for part in parts], request)
        context["record"] = record
        context["lead"] = self.summary or record.summary
        context["price"] = price_range(record)
        context["woven"] = woven_by([part.cooperative.name for part in parts])
        context["voices"] = [
            {
                "cooperative": voice.cooperative,
                "url": voice.url,
                "role": part.role,
                "lang": foreign(part.role_lang),
            }
            for part, voice in zip(parts, addresses, strict=True)
        ]
        context["audiences"] = record.audiences.all()
        context["competences"] = [
            {"name": skill.name, "url": CooperativeIndexPage.competence_url(skill, request)}
            for skill in record.competences.all()
        ]
        others = (
            ServiceFormatPage.objects.published()
            .for_reader()
            .exclude(service_format=record)
            .filter(service_format__competences__in=record.competences.all())
            .distinct()
            .with_cards()
        )
        context["others"] = cards_of(others[:3], request)
        return context


class ServiceFormatIndexPage(IndexPage):
    hue: ClassVar[str] = "hue-lake"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ServiceFormatPage"]
    page_description = _("All formats, by competence and by whom they are for.")

    class Meta:
        verbose_name = _("list of formats")
        verbose_name_plural = _("lists of formats")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        filters = Filters(request)
        known = Competence.objects.filter(formats__is_offered=True).distinct().order_by("name_it")
        competence = filters.add(
            "competence",
            _("Competence"),
            named(known),
            everything=_("All competences"),
        )
        served = Audience.objects.filter(formats__is_offered=True).distinct().order_by("name_it")
        audience = filters.add("audience", _("For whom"), named(served), everything=_("Everybody"))
        pages = ServiceFormatPage.objects.published().for_reader().order_by("title")
        if competence:
            pages = pages.filter(service_format__competences__slug=competence)
        if audience:
            pages = pages.filter(service_format__audiences__slug=audience)
        page_obj = sheet(pages.with_cards(), request)
        context |= {"filters": filters, "page_obj": page_obj, "query": filters.query}
        context["cards"] = cards_of(page_obj, request)
        context["ask_url"] = ContactPage.url_for(request)
        return context


def price_range(record: ServiceFormat) -> str:
    """What a format costs, in words: "600 € – 900 €", "from 600 €"; empty when it is not said."""
    least, most = record.price_from, record.price_to
    if least and most and least != most:
        return f"{least.short()} – {most.short()}"
    if least and not most:
        return gettext("from %(price)s") % {"price": least.short()}
    if most and not least:
        return gettext("up to %(price)s") % {"price": most.short()}
    return least.short() if least else ""
