from django.utils import timezone
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from members.models import Course
from pages.models import CampaignPage, CooperativePage, EventPage, HomePage, ServiceFormatPage


class BarePage(Page):
    """The same children as our home page, listed with the tutorial's idioms."""

    intro = RichTextField(blank=True)
    body = StreamField([("paragraph", blocks.RichTextBlock())], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = "bare page"

    def get_context(self, request):
        context = super().get_context(request)
        home = HomePage.objects.get(locale=self.locale)
        here = {"locale": self.locale}
        context["menu"] = home.get_children().live()
        context["events"] = (
            EventPage.objects.live().filter(ends_at__gte=timezone.now(), **here).order_by("starts_at")[:4]
        )
        context["campaigns"] = CampaignPage.objects.live().filter(**here)[:1]
        context["formats"] = ServiceFormatPage.objects.live().filter(**here)[:3]
        context["cooperatives"] = CooperativePage.objects.live().filter(**here)
        context["courses"] = Course.objects.filter(live=True)[:3]
        return context
