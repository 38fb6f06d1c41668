"""The public site in both languages: a tree of pages around the records, menus and contacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wagtail.images.models import Image
from wagtail.models import Locale, Page

from pages.demo.pictures import Pictures
from pages.models import HomePage

LANGUAGES = ("it", "en")


@dataclass(frozen=True)
class Twins:
    """A page in Italian and its translation."""

    it: Page
    en: Page


class Writer:
    """Writes pages two at a time: the Italian one first, then its translation, both published."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self.english = Locale.objects.get(language_code="en")

    def homes(self) -> Twins:
        """The two home pages that the migrations made."""
        by_language = {page.locale.language_code: page for page in HomePage.objects.select_related("locale")}
        return Twins(it=by_language["it"], en=by_language["en"])

    def write(
        self,
        below: Twins,
        kind: type[Page],
        *,
        words: Callable[[str], dict[str, Any]],
        facts: dict[str, Any] | None = None,
        picture: str = "",
        organisers: list | None = None,
        english: bool = True,
    ) -> Twins:
        """Write a page and its translation below two parents.

        words: the fields in a language, title and slug included. facts: fields that are the same in both.
        picture: the file name of a picture. english: False leaves the page in Italian only, as happens.
        """
        shared = {**(facts or {}), **self._picture(picture, "it")}
        italian = kind(locale=below.it.locale, **shared, **words("it"))
        below.it.add_child(instance=italian)
        if organisers:
            italian.organisers.set(organisers)
        italian.save_revision().publish()
        if not english:
            return Twins(it=italian, en=italian)
        translated = italian.copy_for_translation(self.english)
        for name, value in {**words("en"), **self._picture(picture, "en")}.items():
            setattr(translated, name, value)
        translated.save_revision().publish()
        return Twins(it=italian, en=translated)

    def rewrite(self, twins: Twins, words: Callable[[str], dict[str, Any]]) -> None:
        """Change fields of pages that stand, and publish them."""
        for language in LANGUAGES:
            page = getattr(twins, language)
            page.refresh_from_db()
            for name, value in words(language).items():
                setattr(page, name, value)
            page.save_revision().publish()

    def _picture(self, name: str, language: str) -> dict[str, Any]:
        if not name:
            return {}
        image: Image = self.pictures.images[name]
        return {"picture": image, "picture_alt": self.pictures.alt(name, language)}
