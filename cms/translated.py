"""Texts of records that the public reads in two languages: two columns and one word to read them.

    name_it = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name = Translated()

`record.name` is the text in the reader's language; an empty English text falls back to Italian, and
`name_lang` tells templates which language they really show.
"""

from __future__ import annotations

from django.utils import translation


class Translated:
    """Reads `<name>_<language>` of a record, falling back to Italian. Adds `<name>_lang`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        setattr(owner, f"{name}_lang", property(lambda record: language_of(record, name)))

    def __get__(self, record: object | None, owner: type | None = None):
        if record is None:
            return self
        return getattr(record, f"{self.name}_{language_of(record, self.name)}")


def language_of(record: object, name: str) -> str:
    """The language in which a record's text can be shown now: the reader's, or "it"."""
    wanted = (translation.get_language() or "it")[:2]
    return wanted if wanted == "en" and getattr(record, f"{name}_en") else "it"
