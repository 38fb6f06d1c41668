"""What a donor says of a gift in the form: the same for one made once and for one that comes again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from donations.models.wall import NamedOnTheWall
from donations.tax_codes import TaxCodeField


class AsGiven(NamedOnTheWall):
    message = models.TextField(_("message"), blank=True, max_length=500)
    tax_code = TaxCodeField(_("tax code as given"))
    objects_to_report = models.BooleanField(_("not to be sent to the tax office"), default=False)
    language = models.CharField(_("language"), max_length=5, default="it")
    source = models.CharField(_("source"), max_length=40, blank=True)
    page_url = models.CharField(_("page"), max_length=500, blank=True)

    class Meta:
        abstract = True

    # Said with every payment, and said once: a wall that thanks somebody each month thanks nobody.
    OF_EACH_PAYMENT = ("display_name", "is_anonymous", "tax_code", "objects_to_report", "language")
    OF_THE_FIRST = ("message", "wants_wall", "dedication", "group_name")

    def as_given(self, *, is_first: bool = True) -> dict[str, Any]:
        """What was said, for another gift of the same donor. is_first: with what is said only once."""
        names = self.OF_EACH_PAYMENT + (self.OF_THE_FIRST if is_first else ())
        return {name: getattr(self, name) for name in names}
