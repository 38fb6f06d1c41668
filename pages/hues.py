"""The threads an editor may colour a block with; their classes are in the design system."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from members.models import Hue


def hue_block() -> blocks.ChoiceBlock:
    """A choice of thread. A plain ChoiceBlock, so that migrations name no class of ours."""
    return blocks.ChoiceBlock(
        choices=Hue.choices,
        required=False,
        label=_("Thread"),
        help_text=_("Its colour. Leave it empty to take the colour of the page."),
    )
