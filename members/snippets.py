"""What editors write of the network's work: competences, audiences, courses."""

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput

from cms.listing import BooleanColumn, RecordSnippetViewSet, StateColumn
from members.models import Audience, Competence, Course


def _slug() -> FieldPanel:
    return FieldPanel("slug", widget=SlugInput)


class CompetenceViewSet(RecordSnippetViewSet):
    model = Competence
    help_text = _(
        "What cooperatives know how to do. Visitors find cooperatives by these words, so few and "
        "clear ones serve best."
    )
    icon = "tag"
    menu_order = 40
    list_columns = ("name_it", "name_en", StateColumn("hue", label=_("Thread colour")), "rhythm")
    extra_columns = ("description_it", "description_en", "slug")
    search_fields = ("name_it", "name_en", "description_it")
    empty_text = _("Add what the network knows how to do; each competence has a page and a thread.")
    panels = [
        FieldRowPanel([TitleFieldPanel("name_it", targets=["slug"]), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("description_it"), FieldPanel("description_en")]),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("hue"), FieldPanel("rhythm")])], heading=_("Its thread in the weave")
        ),
        _slug(),
    ]


class AudienceViewSet(RecordSnippetViewSet):
    model = Audience
    help_text = _(
        "For whom a format is meant: schools, companies, families. Visitors choose formats by them."
    )
    icon = "group"
    menu_order = 50
    list_columns = ("name_it", "name_en", "is_retired")
    search_fields = ("name_it", "name_en")
    panels = [
        FieldRowPanel([TitleFieldPanel("name_it", targets=["slug"]), FieldPanel("name_en")]),
        FieldPanel("is_retired"),
        _slug(),
    ]


class CourseViewSet(RecordSnippetViewSet):
    model = Course
    help_text = _(
        "What a course teaches, in words for the public; it is published like a page. Days, places "
        "and prices belong to its editions."
    )
    icon = "openquote"
    menu_order = 10
    list_columns = ("title_it", "title_en", BooleanColumn("live", label=_("Published")))
    search_fields = ("title_it", "title_en", "summary_it")
    empty_text = _("Write what a course teaches; its dates and places are added as editions.")
    panels = [
        FieldRowPanel([TitleFieldPanel("title_it", targets=["slug"]), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("summary_it"), FieldPanel("summary_en")]),
        FieldPanel("body_it"),
        FieldPanel("body_en"),
        MultiFieldPanel(
            [
                FieldPanel("image"),
                FieldRowPanel([FieldPanel("image_alt_it"), FieldPanel("image_alt_en")]),
            ],
            heading=_("Picture"),
        ),
        FieldPanel("competences", widget=CheckboxSelectMultiple),
        _slug(),
    ]
