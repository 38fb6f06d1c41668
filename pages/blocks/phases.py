"""A phase of a project, on its timeline."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pages.blocks.words import SMALL_FEATURES
from pages.hues import hue_block


class PhaseBlock(blocks.StructBlock):
    when = blocks.CharBlock(
        label=_("When"), max_length=60, help_text=_("As it is read: “January–June 2012”.")
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("What happens"), features=SMALL_FEATURES, required=False)
    hue = hue_block()

    class Meta:
        icon = "date"
        label = _("Phase")
        template = "pages/blocks/phase.html"
