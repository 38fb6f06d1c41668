"""Which pages the public may see, of any type at once."""

from wagtail.models import Page
from wagtail.query import PageQuerySet

from pages.models import CampaignPage, CooperativePage, ServiceFormatPage

_ABOUT_RECORDS = (CampaignPage, CooperativePage, ServiceFormatPage)


def public_pages() -> PageQuerySet:
    """Live pages without a password or login, except those whose record staff have taken off the site."""
    return without_hidden_records(Page.objects.live().public().filter(depth__gt=1))


def without_hidden_records(pages: PageQuerySet) -> PageQuerySet:
    """Some pages, without those about a record that staff do not show."""
    for model in _ABOUT_RECORDS:
        pages = pages.exclude(pk__in=model.objects.exclude(model.record_is_shown).order_by().values("pk"))
    return pages
