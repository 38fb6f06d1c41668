"""The site's chrome for one request: menu, footer, contacts, and the same page in other languages.

What is the same for all readers of a site in a language is built with four queries and kept in the
shared cache until something in it changes (cms.chrome_cache); the rest depends on the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from cms.addresses import kept_in_language, reading_language
from cms.alternates import Alternate, Language, absolute, alternates_of, home, languages_of
from cms.chrome_cache import VERSION
from cms.models import Menu, MenuItem, SiteChrome

HOUR = 60 * 60


@dataclass
class Entry:
    """A link of a menu. `lang` is the language of its label; `url` is empty for a heading."""

    label: str
    url: str
    lang: str
    children: list[Entry] = field(default_factory=list)
    is_current: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the reader is here or at one of the entries below."""
        return self.is_current or any(child.is_current for child in self.children)


@dataclass
class Column:
    """A column at the foot of the page."""

    title: str
    items: list[Entry]


@dataclass
class Contacts:
    legal_name: str = ""
    address: str = ""
    email: str = ""
    certified_email: str = ""
    phone: str = ""
    tax_code: str = ""
    vat_number: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass
class Surroundings:
    """Everything that all readers of a site in a language share."""

    site_name: str
    mission: str = ""
    legal: str = ""
    contacts: Contacts = field(default_factory=Contacts)
    social: list[Entry] = field(default_factory=list)
    menu: list[Entry] = field(default_factory=list)
    footer_columns: list[Column] = field(default_factory=list)


class Chrome:
    """What a template reads as `chrome`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _shared(self) -> Surroundings:
        shared = surroundings(self._request)
        columns = [entry for column in shared.footer_columns for entry in column.items]
        for entry in [*shared.menu, *columns]:
            for link in [entry, *entry.children]:
                link.is_current = link.url == self._request.path
        return shared

    @property
    def site_name(self) -> str:
        return self._shared.site_name

    @property
    def mission(self) -> str:
        return self._shared.mission

    @property
    def legal(self) -> str:
        return self._shared.legal

    @property
    def contacts(self) -> Contacts:
        return self._shared.contacts

    @property
    def social(self) -> list[Entry]:
        return self._shared.social

    @property
    def menu(self) -> list[Entry]:
        return self._shared.menu

    @property
    def footer_columns(self) -> list[Column]:
        return self._shared.footer_columns

    @property
    def home_url(self) -> str:
        """The home page in the reader's language."""
        return home(reading_language())

    @cached_property
    def languages(self) -> list[Language]:
        """Each language of the site, with the address of this page in it, or of its home."""
        return languages_of(self._request)

    @property
    def alternates(self) -> list[Alternate]:
        """What <link rel="alternate" hreflang> says of a view that is no page; pages know theirs better."""
        return alternates_of(self._request)

    @property
    def canonical(self) -> str:
        """The full address of this page without its query."""
        return absolute(self._request, self._request.path)

    @property
    def shows_userbar(self) -> bool:
        """Whether somebody may be logged in; known without touching the session, so pages stay cacheable."""
        return settings.SESSION_COOKIE_NAME in self._request.COOKIES


def surroundings(request: HttpRequest) -> Surroundings:
    """The shared part, from the cache or built now."""
    site = Site.find_for_request(request)
    if site is None:
        return Surroundings(site_name=settings.WAGTAIL_SITE_NAME)
    language = reading_language()
    key = f"chrome:{site.pk}:{language}"
    # The version is read before the rows: what is built from old rows is stored under the old version.
    kept = cache.get_many([VERSION, key])
    version = kept.get(VERSION, "")
    if key in kept and kept[key][0] == version:
        return kept[key][1]
    built = build(request, site, language)
    cache.set(key, (version, built), HOUR)
    return built


def build(request: HttpRequest, site: Site, language: str) -> Surroundings:
    """Read the shared part from the database: four queries, however many entries."""
    chrome = SiteChrome.objects.prefetch_related("social_links").filter(site=site).first() or SiteChrome(
        site=site
    )
    items = list(
        MenuItem.objects.filter(menu__site=site)
        .select_related("menu", "page")
        .order_by("menu__place", "menu__order", "menu_id", "sort_order", "pk")
    )
    pages = _pages_in(language, items)
    menus: dict[Menu, list[Entry]] = {}
    for item in items:
        entries = menus.setdefault(item.menu, [])
        entry = _entry(item, pages, language, request)
        if entry is None:
            continue
        if item.nested and entries:
            entries[-1].children.append(entry)
        else:
            entries.append(entry)
    return Surroundings(
        site_name=chrome.site_name,
        mission=chrome.mission,
        legal=chrome.legal,
        contacts=Contacts(**{name: getattr(chrome, name) for name in Contacts.__dataclass_fields__}),
        social=[Entry(link.label, link.url, "") for link in chrome.social_links.all()] if chrome.pk else [],
        menu=[
            entry
            for menu, entries in menus.items()
            if menu.place == Menu.Place.MAIN
            for entry in _useful(entries)
        ],
        footer_columns=[
            Column(menu.title, _useful(entries))
            for menu, entries in menus.items()
            if menu.place == Menu.Place.FOOTER and _useful(entries)
        ],
    )


def _pages_in(language: str, items: list[MenuItem]) -> dict[tuple, Page]:
    """The live pages behind the entries, by translation key and language."""
    keys = {item.page.translation_key for item in items if item.page}
    found = Page.objects.live().filter(
        translation_key__in=keys, locale__language_code__in={language, settings.LANGUAGE_CODE}
    )
    return {
        (page.translation_key, page.locale.language_code): page for page in found.select_related("locale")
    }


def _entry(item: MenuItem, pages: dict, language: str, request: HttpRequest) -> Entry | None:
    """An entry as this language shows it; None when its page is not online."""
    label, label_lang = (item.label_en, "en") if language == "en" and item.label_en else (item.label_it, "it")
    if item.page is None:
        return Entry(label, item.link, label_lang)
    key = item.page.translation_key
    page = pages.get((key, language)) or pages.get((key, settings.LANGUAGE_CODE))
    if page is None:
        return None
    if language == "en" and not item.label_en and page.locale.language_code == "en":
        label, label_lang = page.title, "en"
    elif not label:
        label, label_lang = page.title, page.locale.language_code
    return Entry(label, kept_in_language(page.get_url(request) or "", page.locale.language_code), label_lang)


def _useful(entries: list[Entry]) -> list[Entry]:
    """Without headings that have nothing under them."""
    return [entry for entry in entries if entry.url or entry.children]
