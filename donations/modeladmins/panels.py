"""Panels that several forms of fundraising share."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel


def suggested_amounts(help_text: Any) -> MultiFieldPanel:
    """What the giving form suggests, once and again (models.SuggestsAmounts)."""
    again = FieldRowPanel([FieldPanel("presets_month_cents"), FieldPanel("presets_year_cents")])
    return MultiFieldPanel(
        [FieldPanel("presets_cents"), again], heading=_("Suggested amounts"), help_text=help_text
    )
