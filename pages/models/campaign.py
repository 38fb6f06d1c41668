"""A campaign's story, its bar, and the form to back it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page, PageManager
from wagtail_localize.fields import SynchronizedField

from donations.models import CampaignState
from pages.cards import Card, card_of
from pages.models.base import BasePage
from pages.models.giving import GivingMixin
from pages.models.pointers import HiddenWithItsRecord, RecordPage, RecordPageQuerySet, one_page_for_each

HIDDEN_STATES = [CampaignState.DRAFT, CampaignState.CANCELED]


class CampaignPageQuerySet(RecordPageQuerySet):
    def with_cards(self) -> CampaignPageQuerySet:
        return super().with_cards().select_related("campaign__total", "campaign__beneficiary")


CampaignPageManager = PageManager.from_queryset(CampaignPageQuerySet)


class CampaignPage(HiddenWithItsRecord, GivingMixin, RecordPage):
    campaign = models.ForeignKey(
        "donations.Campaign",
        on_delete=models.PROTECT,
        related_name="pages",
        verbose_name=_("campaign"),
        help_text=_("Goal, dates, beneficiary and what has arrived stand there and are shown here."),
    )

    record_field = "campaign"
    record_is_shown = ~Q(campaign__state__in=HIDDEN_STATES)
    already_told = _("This campaign already has a page in this language: open that one.")
    hue: ClassVar[str] = "hue-lotus"
    kicker: ClassVar[object] = _("Campaign")

    content_panels = [
        *Page.content_panels,
        FieldPanel("campaign"),
        *BasePage.content_panels[1:],
    ]
    parent_page_types = ["pages.DonatePage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Tells why a campaign needs support, and takes gifts for it.")
    api_fields = [*BasePage.api_fields, APIField("campaign")]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("campaign", overridable=False),
    ]

    objects = CampaignPageManager()

    class Meta:
        verbose_name = _("campaign page")
        verbose_name_plural = _("campaign pages")
        constraints = [one_page_for_each("campaign")]

    @property
    def is_shown(self) -> bool:
        return self.campaign.state not in HIDDEN_STATES

    @property
    def beneficiary(self):
        return self.campaign.beneficiary

    @property
    def threads(self) -> list:
        return [self.campaign.slug]

    def searchable_words(self) -> list[str]:
        record = self.campaign
        return [record.name_it, record.name_en, record.beneficiary.name, *super().searchable_words()]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["campaign"] = self.campaign
        return context

    def progress(self) -> str:
        """The bar in words: "8.200 € raised of 12.000 €"."""
        return gettext("%(raised)s raised of %(goal)s") % {
            "raised": self.campaign.raised.short(),
            "goal": self.campaign.goal.short(),
        }

    def card(self, request: HttpRequest | None) -> Card:
        return card_of(
            self,
            request,
            kicker="" if self.campaign.is_open else gettext("Ended"),
            meta=self.progress(),
            seed=self.campaign.slug,
            hue=self.hue,
        )
