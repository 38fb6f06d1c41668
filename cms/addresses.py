"""Addresses that have a name in each language."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.functional import lazy


def reading_language() -> str:
    """The language the reader chose by the address: "it" or "en"."""
    return (translation.get_language() or settings.LANGUAGE_CODE)[:2]


def address(**by_language: str) -> str:
    """A route that depends on the language: `path(address(it="cerca/", en="search/"), ...)`.

    Written in the code and not in a catalogue of translations: addresses are a contract, and must not
    change because a catalogue was not compiled.
    """
    return lazy(lambda: by_language.get(reading_language(), by_language[settings.LANGUAGE_CODE]), str)()


def kept_in_language(path: str, language: str) -> str:
    """An address of this site as a reader of `language` gets to it.

    Every Italian page answers under /en/ too, between English menus, until it is translated.
    """
    reader = reading_language()
    if language == settings.LANGUAGE_CODE and reader != language and path.startswith("/"):
        return f"/{reader}{path}"
    return path
