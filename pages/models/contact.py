"""The contact page: who we are to write to, and the form to tell what one needs."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from pages.models.base import IndexPage
from pages.models.requests import RequestMixin


class ContactPage(RequestMixin, IndexPage):
    hue: ClassVar[str] = "hue-brick"

    parent_page_types = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Contacts of the network and the form “Tell us what you need”.")

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")
