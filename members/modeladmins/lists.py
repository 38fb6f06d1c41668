"""The words that staff choose: stages, reasons, consent texts."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.listing import StateColumn
from cms.modeladmin import RecordModelAdmin
from members.models import ConsentText, LeadOrigin, LeadStage, LostReason, Territory


class LeadStageAdmin(RecordModelAdmin):
    model = LeadStage
    help_text = _(
        "The steps of a request, from new to won or lost. You may rename and reorder them; what a "
        "step means for the figures (open, won, lost) counts, not its name. One out of use stays "
        "on the requests that have it."
    )
    menu_icon = "tasks"
    menu_order = 710
    list_columns = ("name_it", "name_en", StateColumn("kind", label=_("Kind")), "order", "is_retired")
    ordering = ("order",)
    panels = [
        FieldRowPanel([FieldPanel("name_it"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("order")]),
        FieldPanel("is_retired"),
    ]
    inspect_sections = (("", ("name_it", "name_en", "kind", "order", "is_retired")),)


class LostReasonAdmin(RecordModelAdmin):
    model = LostReason
    help_text = _(
        "Why requests are lost. One of these is asked when a request is closed as lost. One out of "
        "use is no longer offered and stays on the requests that have it."
    )
    menu_icon = "circle-xmark"
    menu_order = 720
    list_columns = ("name_it", "name_en", "order", "is_retired")
    ordering = ("order",)
    panels = [
        FieldRowPanel([FieldPanel("name_it"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("order"), FieldPanel("is_retired")]),
    ]
    inspect_sections = (("", ("name_it", "name_en", "order", "is_retired")),)


class LeadOriginAdmin(LostReasonAdmin):
    model = LeadOrigin
    help_text = _(
        "Where requests come from: the site, the telephone, a fair. One out of use is no longer "
        "offered and stays on the requests that have it."
    )
    menu_icon = "compass"
    menu_order = 722
    list_columns = ("name_it", "name_en", StateColumn("channel"), "order", "is_retired")
    panels = [*LostReasonAdmin.panels, FieldPanel("channel")]
    inspect_sections = (("", ("name_it", "name_en", "channel", "order", "is_retired")),)


class TerritoryAdmin(LostReasonAdmin):
    model = Territory
    help_text = _(
        "The territories by which requests are read. One out of use is no longer offered and stays "
        "on the requests that have it."
    )
    menu_icon = "globe"
    menu_order = 724


class ConsentTextAdmin(RecordModelAdmin):
    model = ConsentText
    help_text = _(
        "The words to which people agree, with their versions. Once somebody agreed to a version "
        "it cannot be changed: write a new one, and the site asks with it from then on."
    )
    menu_icon = "doc-full"
    menu_order = 730
    list_columns = (StateColumn("purpose", label=_("Shown when")), "version", "updated_at")
    ordering = ("purpose",)
    panels = [
        FieldPanel("purpose"),
        FieldPanel("text_it", help_text=_("Each consent keeps its own copy of the words it was given to.")),
        FieldPanel("text_en"),
    ]
    inspect_sections = (("", ("purpose", "text_it", "text_en", "version", "updated_at")),)
