"""The ways in, on the home page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pages.blocks.links import LinkValue
from pages.hues import hue_block


class DoorBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=40, help_text=_("A verb: “Find a format”."))
    text = blocks.TextBlock(label=_("Text"), max_length=140)
    page = blocks.PageChooserBlock(label=_("Page"))
    hue = hue_block()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["url"] = value.url_for((parent_context or {}).get("request"))
        return context

    class Meta:
        icon = "link"
        label = _("Door")
        template = "pages/blocks/door.html"
        value_class = LinkValue
