"""What surrounds every page of a site: its name, contacts and legal lines. Editors change it in Settings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from cms.bounded_panel import BoundedInlinePanel
from cms.translated import Translated


@register_setting(icon="site")
class SiteChrome(BaseSiteSetting, ClusterableModel):
    """The name, contacts and small print of a site."""

    site_name = models.CharField(_("name of the site"), max_length=80, default="Cultnetwork")
    mission_it = models.CharField(
        _("message"),
        max_length=160,
        blank=True,
        help_text=_("Shown under the name at the foot of each page."),
    )
    mission_en = models.CharField(_("message in English"), max_length=160, blank=True)
    mission = Translated()

    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    address = models.TextField(_("address"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    certified_email = models.EmailField(
        _("certified e-mail"), blank=True, help_text=_("The PEC address of the consortium.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)

    legal_it = models.TextField(
        _("legal lines"), blank=True, help_text=_("Small print at the foot of each page: register, capital.")
    )
    legal_en = models.TextField(_("legal lines in English"), blank=True)
    legal = Translated()

    panels = [
        MultiFieldPanel(
            [FieldPanel("site_name"), FieldRowPanel([FieldPanel("mission_it"), FieldPanel("mission_en")])],
            heading=_("Name"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("legal_name"),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("email"), FieldPanel("certified_email"), FieldPanel("phone")]),
                FieldRowPanel([FieldPanel("tax_code"), FieldPanel("vat_number")]),
            ],
            heading=_("Contacts"),
        ),
        BoundedInlinePanel("social_links", heading=_("Social profiles"), label=_("Profile")),
        MultiFieldPanel([FieldPanel("legal_it"), FieldPanel("legal_en")], heading=_("Legal lines")),
    ]

    class Meta:
        verbose_name = _("site name and contacts")
        verbose_name_plural = _("site names and contacts")


class SocialLink(Orderable):
    """A profile of the network elsewhere; a plain link, nothing is loaded from there."""

    chrome = ParentalKey(SiteChrome, on_delete=models.CASCADE, related_name="social_links")
    label = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"))

    panels = [FieldRowPanel([FieldPanel("label"), FieldPanel("url")])]

    class Meta(Orderable.Meta):
        verbose_name = _("social profile")
        verbose_name_plural = _("social profiles")

    def __str__(self) -> str:
        return self.label
