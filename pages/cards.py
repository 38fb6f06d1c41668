"""What a card, a row of a list or a search result shows of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pages.languages import current_language, language_of, url_for_reader
from pages.pictures import CARD, Picture, shown


@dataclass(frozen=True)
class Card:
    url: str
    title: str
    text: str = ""
    kicker: str = ""
    meta: str = ""
    picture: Picture | None = None
    seed: str = ""
    threads: Sequence[object] = ()
    tags: Sequence[str] = ()
    hue: str = ""
    lang: str = ""  # empty when the words are in the reader's language


def foreign(language: str) -> str:
    """The language to declare on a text: empty when it is the reader's own."""
    return "" if language == current_language() else language


def card_of(page, request: HttpRequest | None, **more) -> Card:
    """The card of a page with its picture (`locale` and `picture` loaded, or they cost a query each)."""
    facts = {
        "url": url_for_reader(page, request),
        "title": page.title,
        "text": page.summary,
        "picture": shown(page.picture, CARD),
        "seed": page.slug,
        "threads": page.threads,
        "lang": foreign(language_of(page)),
    }
    return Card(**(facts | more))


def woven_by(names: Sequence[str]) -> str:
    """What a weave says to who cannot see it: "Woven by A, B and C". Empty without names."""
    if not names:
        return ""
    *others, last = names
    if not others:
        return _("Woven by %(name)s") % {"name": last}
    return _("Woven by %(names)s and %(last)s") % {"names": ", ".join(others), "last": last}


def cards_of(pages: Iterable, request: HttpRequest | None) -> list[Card]:
    return [page.card(request) for page in pages]
