"""Menus: the one at the top of each page and the columns at its foot."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, Page, Site

from cms.bounded_panel import BoundedInlinePanel
from cms.models.record import Record
from cms.translated import Translated

safe_link = RegexValidator(
    r"^(https?://[^\s<>\"]+|/(?![/\\])[^\s<>\"]*|#[\w-]*|mailto:[^\s<>\"]+|tel:[+\d][\d\s-]*)$",
    _("Enter a full address (https://…) or one of this site (/contatti/)."),
)


class Menu(Record, ClusterableModel):
    """An ordered list of links at one place of a site."""

    class Place(models.TextChoices):
        MAIN = "main", _("main menu")
        FOOTER = "footer", _("column at the foot of the page")

    site = models.ForeignKey(Site, models.CASCADE, related_name="menus", verbose_name=_("site"))
    place = models.CharField(_("place"), max_length=10, choices=Place)
    title_it = models.CharField(
        _("title"), max_length=60, blank=True, help_text=_("Shown above a column at the foot of the page.")
    )
    title_en = models.CharField(_("title in English"), max_length=60, blank=True)
    title = Translated()
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels = [
        FieldRowPanel([FieldPanel("site"), FieldPanel("place"), FieldPanel("order")]),
        FieldRowPanel([FieldPanel("title_it"), FieldPanel("title_en")]),
        BoundedInlinePanel("items", heading=_("Entries"), label=_("Entry")),
    ]

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        ordering = ["place", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(place="main"),
                name="menu_main_is_one_for_a_site",
                violation_error_message=_("This site already has a main menu: change that one."),
            )
        ]

    def __str__(self) -> str:
        return self.title_it or str(self.get_place_display())


class MenuItem(Orderable):
    """A link, or a heading for those under it. A page is linked in the reader's language."""

    menu = ParentalKey(Menu, on_delete=models.CASCADE, related_name="items")
    label_it = models.CharField(
        _("label"), max_length=60, blank=True, help_text=_("Empty: the title of the page.")
    )
    label_en = models.CharField(_("label in English"), max_length=60, blank=True)
    page = models.ForeignKey(
        Page, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    link = models.CharField(
        _("or address"),
        max_length=500,
        blank=True,
        validators=[safe_link],
        help_text=_("When it is not a page."),
    )
    nested = models.BooleanField(_("under the entry above"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("label_it"), FieldPanel("label_en")]),
        FieldRowPanel([FieldPanel("page"), FieldPanel("link")]),
        FieldPanel("nested"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=True) | Q(link=""), name="menuitem_page_or_address"
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=False) | ~Q(label_it=""), name="menuitem_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.label_it or str(self.page)

    def clean(self) -> None:
        super().clean()
        if self.page_id and self.link:
            raise ValidationError({"link": _("Choose a page or write an address, not both.")})
        if not self.page_id and not self.label_it:
            raise ValidationError({"label_it": _("Write the label of this entry, or choose a page.")})
