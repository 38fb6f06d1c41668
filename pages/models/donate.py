"""Supporting the network: the general gift, and the way to the campaigns."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from pages.cards import cards_of
from pages.models.base import BasePage, IndexPage
from pages.models.giving import GivingMixin


class DonatePage(GivingMixin, IndexPage):
    beneficiary = models.ForeignKey(
        "donations.Beneficiary",
        on_delete=models.PROTECT,
        related_name="donate_pages",
        verbose_name=_("who receives"),
        help_text=_("The body to which gifts made on this page go, and which issues their receipts."),
    )

    hue: ClassVar[str] = "hue-lotus"
    kicker: ClassVar[object] = _("Support")

    content_panels = [
        *Page.content_panels,
        FieldPanel("beneficiary"),
        *BasePage.content_panels[1:],
    ]
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.CampaignPage"]
    page_description = _("Takes gifts for the network, and leads to the campaigns below it.")
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("beneficiary", overridable=False),
    ]

    class Meta:
        verbose_name = _("donation page")
        verbose_name_plural = _("donation pages")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from pages.models.campaign import CampaignPage

        context = super().get_context(request, *args, **kwargs)
        campaigns = CampaignPage.objects.published().for_reader().with_cards()
        today = timezone.localdate()
        pages = list(campaigns.order_by("campaign__closes_on", "pk")[:60])
        open_now = [page for page in pages if page.campaign.is_open_on(today)]
        ended = [page for page in pages if not page.campaign.is_open_on(today)]
        context["open_campaigns"] = cards_of(open_now, request)
        context["ended_campaigns"] = cards_of(reversed(ended), request)
        return context
