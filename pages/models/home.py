"""The first page of each language: the message, three doors, and what goes on."""

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.models import Page

from members.models import Cooperative
from pages.blocks import DoorBlock
from pages.cards import woven_by
from pages.fields import BlocksField
from pages.languages import DEFAULT
from pages.models.base import BasePage


class HomePage(BasePage):
    message = models.CharField(
        _("message"),
        max_length=120,
        help_text=_("What the network is, in one sentence. The largest words of the site."),
    )
    doors = BlocksField(
        [("door", DoorBlock())],
        verbose_name=_("doors"),
        blank=True,
        max_num=3,
        help_text=_("The ways in: find a format, come to an event, support."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("message"),
        FieldPanel("summary", heading=_("Words under the message"), help_text=_("Two sentences.")),
        FieldPanel("doors"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_alt"), FieldPanel("picture_is_decorative")],
            heading=_("Picture"),
            classname="collapsed",
        ),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.StandardPage",
        "pages.CooperativeIndexPage",
        "pages.EventIndexPage",
        "pages.ServiceFormatIndexPage",
        "pages.ProjectPage",
        "pages.DonatePage",
        "pages.CourseIndexPage",
        "pages.ContactPage",
    ]
    max_count = 2
    page_description = _("The first page of the site, one for each language.")
    api_fields = [*BasePage.api_fields, APIField("message"), APIField("doors")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def threads(self) -> list:
        return list(Cooperative.objects.listed().order_by("joined_on", "pk")[:12])

    def searchable_words(self) -> list[str]:
        return [self.message, *super().searchable_words()]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from pages.models.contact import ContactPage
        from pages.models.donate import DonatePage

        context = super().get_context(request, *args, **kwargs)
        context["threads"] = self.threads
        context["woven"] = woven_by([cooperative.name for cooperative in context["threads"]])
        context["ask_url"] = ContactPage.url_for(request)
        context["support_url"] = DonatePage.url_for(request)
        return context

    def route(self, request: HttpRequest, path_components: list[str]):
        """Find the page of an address; under `/en/` an Italian address answers with the Italian page."""
        try:
            return super().route(request, path_components)
        except Http404:
            if self.locale.language_code == DEFAULT or not path_components:
                raise
            italian = self.get_translations().filter(locale__language_code=DEFAULT, live=True).first()
            if italian is None:
                raise
            return italian.route(request, path_components)
