"""The same page in the other languages: for the language switch and for search engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language_info
from wagtail.models import Page


class Language(NamedTuple):
    """A language of the site, named in itself, and where its link leads."""

    code: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Alternate:
    """A `code` for hreflang with a full address."""

    code: str
    url: str


@dataclass(frozen=True)
class Versions:
    """A page in the languages of the site. `paths`: where it is online; `copies`: where untranslated."""

    current: str
    paths: dict[str, str]
    copies: frozenset[str] = frozenset()

    @property
    def translated(self) -> dict[str, str]:
        """The addresses where this very page stands in the language that it claims."""
        return {code: path for code, path in self.paths.items() if code not in self.copies}

    def languages(self) -> list[Language]:
        """Each language of the site; where the page is not online, its home."""
        return [
            Language(
                code=code,
                label=get_language_info(code)["name_local"].capitalize(),
                url=self.paths.get(code) or home(code),
                is_current=code == self.current,
            )
            for code, _name in settings.LANGUAGES
        ]


def versions_of(request: HttpRequest) -> Versions:
    """The versions of the page that is being shown.

    A view whose addresses differ otherwise sets `request.alternate_paths = {"it": "/…", "en": "/en/…"}`.
    """
    current = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    given = getattr(request, "alternate_paths", None)
    if given is not None:
        return Versions(current, given)
    match = request.resolver_match
    if match is None:
        return Versions(current, {})
    if match.url_name != "wagtail_serve":
        return Versions(current, _view_paths(request.path))
    route = getattr(request, "_wagtail_route_for_request", None)
    return _page_versions(current, route[0], request) if route else Versions(current, {})


def absolute(request: HttpRequest, path: str) -> str:
    """A full address on this site."""
    return (settings.BASE_URL + path) if settings.BASE_URL else request.build_absolute_uri(path)


def _page_versions(current: str, page: Page, request: HttpRequest) -> Versions:
    paths, copies = {}, set()
    for each in page.get_translations(inclusive=True).live().select_related("locale"):
        code = each.locale.language_code
        paths[code] = (each.get_url(request) or "") + _subpath(page, request, code)
        # Wagtail keeps a page that nobody translated yet as a live alias of the original.
        if each.alias_of_id:
            copies.add(code)
    return Versions(current, paths, frozenset(copies))


def _view_paths(path: str) -> dict[str, str]:
    """The addresses of a view that is not a page; languages that share one address are left out."""
    paths = {code: translate_url(path, code) for code, _name in settings.LANGUAGES}
    return paths if len(set(paths.values())) == len(paths) else {}


def _subpath(page: Page, request: HttpRequest, code: str) -> str:
    """The rest of the address below a page with routes of its own, in a language."""
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
