"""The picture of a shared link, for pages that have no picture of their own."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from cms.models import SiteChrome
from cms.social_card import social_card
from cms.threads import threads_of
from pages.languages import language_of
from pages.pictures import Picture

WEEK = 7 * 24 * 60 * 60
DAY = 24 * 60 * 60


def card_for(page: Page) -> Picture:
    """Where the drawn card of a page is, and its size."""
    return Picture(reverse("social_card", args=[page.pk]), 1200, 630)


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of a page that any visitor may read; 404 for any other."""
    page = Page.objects.live().public().filter(pk=pk).select_related("locale").first()
    specific = page.specific if page else None
    if specific is None or not hasattr(specific, "threads") or not getattr(specific, "is_shown", True):
        raise Http404
    # Published again, it is drawn again.
    key = f"social-card:{page.pk}:{page.last_published_at.timestamp() if page.last_published_at else 0}"
    drawn = cache.get(key)
    if drawn is None:
        drawn = _draw(specific, request)
        cache.set(key, drawn, WEEK)
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


def _draw(page, request: HttpRequest) -> bytes:
    site = Site.find_for_request(request)
    written_in = language_of(page)
    with translation.override(written_in):
        return social_card(
            title=getattr(page, "message", "") or page.title,
            kicker=str(page.kicker),
            seed=page.slug,
            threads=threads_of(page.threads, seed=page.slug),
            site_name=SiteChrome.for_site(site).site_name if site else "",
            language=written_in,
        )
