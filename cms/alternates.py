"""The same page in the other languages: for the language switch and for search engines."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language_info
from wagtail.models import Page

from cms.addresses import reading_language


class Language(NamedTuple):
    """A language of the site, named in itself, and where its link leads."""

    code: str
    label: str
    url: str
    is_current: bool


class Alternate(NamedTuple):
    """A `code` for hreflang with a full address."""

    code: str
    url: str


def paths_of(request: HttpRequest) -> dict[str, str]:
    """Where what is shown now stands in each language, by language code.

    A page says it itself: `request.alternate_paths = {"it": "/…", "en": "/en/…"}`. Other views have the
    names that their routes have; what answers at one address only is left out.
    """
    given = getattr(request, "alternate_paths", None)
    if given is not None:
        return given
    match = request.resolver_match
    if match is None or match.url_name == "wagtail_serve":
        return {}
    paths = {code: translate_url(request.path, code) for code, _name in settings.LANGUAGES}
    return paths if len(set(paths.values())) == len(paths) else {}


def languages_of(request: HttpRequest) -> list[Language]:
    """Each language of the site, with the address of what is shown now, or of that language's home."""
    paths, current = paths_of(request), reading_language()
    return [
        Language(
            code=code,
            label=get_language_info(code)["name_local"].capitalize(),
            url=paths.get(code) or home(code),
            is_current=code == current,
        )
        for code, _name in settings.LANGUAGES
    ]


def alternates_of(request: HttpRequest) -> list[Alternate]:
    """The full addresses for <link rel="alternate" hreflang>, when there are two or more."""
    paths = paths_of(request)
    if len(paths) < 2:
        return []
    known = [Alternate(code, absolute(request, path)) for code, path in paths.items()]
    return known + [Alternate("x-default", each.url) for each in known if each.code == settings.LANGUAGE_CODE]


def below_page(page: Page, request: HttpRequest, code: str) -> str:
    """What follows a page's own address, when the reader is at one of the page's routes, in a language."""
    match = getattr(request, "routable_resolver_match", None)
    if match is None or not match.url_name:
        return ""
    with translation.override(code):
        try:
            return page.reverse_subpage(match.url_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return ""


def home(code: str) -> str:
    """The path of the home page in a language."""
    with translation.override(code):
        return reverse("wagtail_serve", args=[""])


def absolute(request: HttpRequest, path: str) -> str:
    """A full address on this site."""
    return (settings.BASE_URL + path) if settings.BASE_URL else request.build_absolute_uri(path)
