"""Blocks that show what the network does now. Each asks for its rows at once, however many they are."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


def _request(parent_context: dict | None):
    return (parent_context or {}).get("request")


class NextEventsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)
    cooperative = blocks.PageChooserBlock(
        label=_("Of this cooperative only"), required=False, page_type="pages.CooperativePage"
    )

    def get_context(self, value, parent_context=None):
        from pages.models import EventIndexPage, EventPage

        context = super().get_context(value, parent_context)
        request = _request(parent_context)
        events = EventPage.objects.published().for_reader().upcoming(timezone.now()).with_rows()
        if value["cooperative"]:
            events = events.of_cooperative(value["cooperative"].specific.cooperative.slug)
        context["rows"] = [event.row(request) for event in events[: value["number"]]]
        context["all_url"] = EventIndexPage.url_for(request)
        return context

    class Meta:
        icon = "date"
        label = _("Next events")
        template = "pages/blocks/next_events.html"


class FormatsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    formats = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="pages.ServiceFormatPage"),
        label=_("Formats"),
        default=[],
        max_num=9,
        help_text=_("Choose some, or none to show the latest ones."),
    )
    number = blocks.IntegerBlock(label=_("How many of the latest"), min_value=1, max_value=9, default=3)

    def get_context(self, value, parent_context=None):
        from pages.models import ServiceFormatIndexPage, ServiceFormatPage

        context = super().get_context(value, parent_context)
        request = _request(parent_context)
        pages = ServiceFormatPage.objects.published().for_reader().with_cards()
        context["cards"] = _chosen_or_latest(pages, value["formats"], value["number"], request)
        context["all_url"] = ServiceFormatIndexPage.url_for(request)
        return context

    class Meta:
        icon = "snippet"
        label = _("Formats")
        template = "pages/blocks/formats.html"


class CooperativesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    cooperatives = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="pages.CooperativePage"),
        label=_("Cooperatives"),
        default=[],
        max_num=24,
        help_text=_("Choose some, or none to show them all."),
    )

    def get_context(self, value, parent_context=None):
        from pages.models import CooperativeIndexPage, CooperativePage

        context = super().get_context(value, parent_context)
        request = _request(parent_context)
        pages = CooperativePage.objects.published().for_reader().with_cards().order_by("title")
        context["cards"] = _chosen_or_latest(pages, value["cooperatives"], 24, request)
        context["all_url"] = CooperativeIndexPage.url_for(request)
        return context

    class Meta:
        icon = "group"
        label = _("Cooperatives")
        template = "pages/blocks/cooperatives.html"


class OpenCoursesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=9, default=3)

    def get_context(self, value, parent_context=None):
        from pages.courses import course_cards, open_courses
        from pages.models import CourseIndexPage

        context = super().get_context(value, parent_context)
        request = _request(parent_context)
        courses = open_courses(timezone.localdate())[: value["number"]]
        context["all_url"] = CourseIndexPage.url_for(request)
        context["cards"] = course_cards(courses, context["all_url"])
        return context

    class Meta:
        icon = "calendar-alt"
        label = _("Open courses")
        template = "pages/blocks/open_courses.html"


class CampaignBarBlock(blocks.StructBlock):
    campaign = blocks.PageChooserBlock(label=_("Campaign"), page_type="pages.CampaignPage")
    text = blocks.TextBlock(
        label=_("Text"), required=False, max_length=300, help_text=_("Empty: the summary of the page.")
    )

    def get_context(self, value, parent_context=None):
        from pages.models import CampaignPage

        context = super().get_context(value, parent_context)
        chosen = value["campaign"]
        pages = CampaignPage.objects.published().for_reader().with_cards()
        page = pages.filter(translation_key=chosen.translation_key).first() if chosen else None
        context["campaign_page"] = page
        context["card"] = page.card(_request(parent_context)) if page else None
        return context

    class Meta:
        icon = "success"
        label = _("Campaign bar")
        template = "pages/blocks/campaign_bar.html"


def _chosen_or_latest(pages, chosen, number: int, request) -> list:
    """The cards of the chosen pages in their order, or of the first ones when none is chosen."""
    wanted = [page.translation_key for page in chosen if page]
    if not wanted:
        return [page.card(request) for page in pages[:number]]
    by_key = {page.translation_key: page for page in pages.filter(translation_key__in=wanted)}
    return [by_key[key].card(request) for key in wanted if key in by_key]
