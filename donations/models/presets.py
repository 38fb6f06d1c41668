"""Amounts that a form suggests, which staff write: for a gift made once, each month, each year."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from donations.fields import AmountListField


class SuggestsAmounts(models.Model):
    presets_cents = AmountListField(
        _("suggested amounts"),
        default=list,
        blank=True,
        help_text=_("Such as 10; 25; 50. Leave empty for the usual ones."),
    )
    presets_month_cents = AmountListField(
        _("suggested each month"),
        default=list,
        blank=True,
        help_text=_("Smaller ones: they come twelve times."),
    )
    presets_year_cents = AmountListField(_("suggested each year"), default=list, blank=True)

    class Meta:
        abstract = True

    def suggested(self, interval: str) -> list[int]:
        """Cents to suggest for an Interval, or "" for once; [] where staff wrote none."""
        own = {"month": self.presets_month_cents, "year": self.presets_year_cents}
        return own.get(interval, self.presets_cents)


def suggested_by(sources: Iterable[SuggestsAmounts | None], interval: str) -> list[int]:
    """The amounts of the first that has some, else those of the settings; in cents."""
    written = (source.suggested(interval) for source in sources if source)
    return next(filter(None, written), settings.DONATION_PRESETS_CENTS[interval])
