"""Where a button or a card leads: a page of the site, or an address elsewhere."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from pages.languages import localized, url_for_reader


class LinkValue(blocks.StructValue):
    """Knows its address in the reader's language; empty when the page is not published."""

    def url_for(self, request=None) -> str:
        page = self.get("page")
        if page is None:
            return self.get("url") or ""
        page = localized(page, request)
        return url_for_reader(page, request) if page.live else ""


class LinkBlock(blocks.StructBlock):
    page = blocks.PageChooserBlock(
        label=_("Page"),
        required=False,
        help_text=_("The translation is chosen by itself where there is one."),
    )
    url = blocks.URLBlock(label=_("Or an address elsewhere"), required=False)
    label = blocks.CharBlock(
        label=_("Words of the link"), max_length=60, help_text=_("A verb says best what happens: “Ask us”.")
    )

    def __init__(self, *args, required: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self._must_lead_somewhere = required
        if not required:
            self.child_blocks["label"].field.required = False

    def clean(self, value):
        value = super().clean(value)
        page, url = value.get("page"), value.get("url")
        if page and url:
            both = ValidationError(_("Choose a page or write an address, not both."))
            raise StructBlockValidationError(block_errors={"url": both})
        if (self._must_lead_somewhere or value.get("label")) and not (page or url):
            none = ValidationError(_("Choose the page it leads to, or write an address."))
            raise StructBlockValidationError(block_errors={"page": none})
        return value

    class Meta:
        icon = "link"
        label = _("Link")
        value_class = LinkValue
