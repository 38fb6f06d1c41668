"""Which language a page is shown in, and what stands in for a translation that is not there yet.

Italian pages live at `/`, English ones at `/en/`. A page that exists in one language only is shown to
everybody, with its language declared and a line that says so: under `/en/` every Italian address answers,
so that an English reader keeps the English menus and forms around an Italian text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from cms.addresses import address, kept_in_language
from cms.addresses import reading_language as current_language

if TYPE_CHECKING:
    from wagtail.models import Locale, Page

__all__ = [
    "absolute",
    "address",
    "alternates",
    "current_language",
    "full_url",
    "language_of",
    "language_switch",
    "localized",
    "url_for_reader",
]
DEFAULT = settings.LANGUAGE_CODE


def language_of(page: Page) -> str:
    """The language a page is written in. An alias repeats the words of the page it copies."""
    return page.alias_of.locale.language_code if page.alias_of_id else page.locale.language_code


def url_for_reader(page: Page, request: HttpRequest | None = None) -> str:
    """The address of a page, kept inside the reader's language where the page has only Italian words.

    Needs `page.locale` loaded, or it costs a query.
    """
    return kept_in_language(page.get_url(request) or "", page.locale.language_code)


def localized(page: Page, request: HttpRequest | None = None) -> Page:
    """The published page in the reader's language, or the page as it is; its locale is loaded.

    Wagtail's own `page.localized` asks for the reader's locale at each link; here a request asks once.
    """
    locales = _locales(request)
    reader = next((one for one in locales.values() if one.language_code == current_language()), None)
    page.locale = locales[page.locale_id]
    if reader is None or reader.pk == page.locale_id:
        return page
    twin = page.get_translation_or_none(reader)
    if twin is None or not twin.live:
        return page
    twin.locale = reader
    return twin


def _locales(request: HttpRequest | None) -> dict[int, Locale]:
    """The site's locales by key, read once for a request."""
    from wagtail.models import Locale

    known = getattr(request, "_locales_by_key", None)
    if known is None:
        known = Locale.objects.in_bulk()
        if request is not None:
            request._locales_by_key = known  # type: ignore[attr-defined]
    return known


def full_url(page: Page, request: HttpRequest | None = None) -> str:
    """The whole address of a page, on the site's own host: the same for every reader and program.

    BASE_URL decides and not the host that somebody asked for, nor Wagtail's record of the site: what is
    written in canonical links, feeds and shared cards outlives the request. Empty before it has an address.
    """
    path = page.get_url(request) or ""
    return absolute(path) if path.startswith("/") else path


def absolute(path: str) -> str:
    """The whole address of a path of the site."""
    return settings.BASE_URL + path


def alternates(page: Page, request: HttpRequest | None = None) -> dict[str, str]:
    """The absolute addresses of a page in each language it is published in, by language code."""
    found = {}
    twins = (
        page.get_translations(inclusive=True).live().filter(alias_of__isnull=True).select_related("locale")
    )
    for twin in twins:
        found[twin.locale.language_code] = full_url(twin, request)
    return found


def language_switch(published: dict[str, str]) -> dict[str, str]:
    """Where the language switch of a page leads, by language code.

    published: what `alternates` found. Where English words are missing it leads to the Italian page within
    the English site, which says so.
    """
    paths = {code: urlsplit(url).path for code, url in published.items()}
    if DEFAULT in paths:
        for code, _name in settings.LANGUAGES:
            paths.setdefault(code, f"/{code}{paths[DEFAULT]}")
    return paths
