"""A page of words: who we are, privacy, accessibility."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from pages.models.base import BasePage


class StandardPage(BasePage):
    hue: ClassVar[str] = "hue-brick"

    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    subpage_types = ["pages.StandardPage"]
    page_description = _("A page of text, pictures and lists.")

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def threads(self) -> list:
        return [self.slug]
