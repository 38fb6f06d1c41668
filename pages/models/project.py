"""The project behind the network: who supports it, its phases, what it measured."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from members.models import Cooperative
from pages.blocks import PhaseBlock
from pages.blocks.words import NumberBlock
from pages.fields import BlocksField
from pages.models.base import BasePage


class ProjectPage(BasePage):
    funder = models.CharField(_("supported by"), max_length=120, blank=True)
    funder_url = models.URLField(_("website of the supporter"), blank=True)
    call = models.CharField(_("under the call"), max_length=200, blank=True)
    phases = BlocksField(
        [("phase", PhaseBlock())],
        verbose_name=_("phases"),
        blank=True,
        help_text=_("The steps of the project in order, drawn as a timeline."),
    )
    results = BlocksField(
        [("number", NumberBlock(label=_("Number"), icon="order"))],
        verbose_name=_("results"),
        blank=True,
        max_num=8,
        help_text=_("What was measured, each with its source."),
    )

    hue: ClassVar[str] = "hue-gold"
    kicker: ClassVar[object] = _("Project")

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("funder"), FieldPanel("funder_url"), FieldPanel("call")], heading=_("Support")
        ),
        *BasePage.content_panels[2:],
        FieldPanel("phases"),
        FieldPanel("results"),
    ]
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.StandardPage"]
    page_description = _("Tells a project: aims, phases as a timeline, results with their sources.")
    api_fields = [
        *BasePage.api_fields,
        APIField("funder"),
        APIField("funder_url"),
        APIField("call"),
        APIField("phases"),
        APIField("results"),
    ]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("funder"),
    ]

    class Meta:
        verbose_name = _("project page")
        verbose_name_plural = _("project pages")

    @property
    def threads(self) -> list:
        return list(Cooperative.objects.listed().order_by("joined_on", "pk")[:12])

    def searchable_words(self) -> list[str]:
        streams = [self.phases, self.results]
        found = [text for stream in streams for text in stream.stream_block.get_searchable_content(stream)]
        return [self.funder, self.call, *found, *super().searchable_words()]
