"""What a person is recognised by in texts: the e-mail address, full names, telephone numbers."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.crypto import salted_hmac

# What stands in the place of a person's words, in whatever language the record is read.
MARK = "[cancellato]"
PHONE_DIGITS = 7
_ADDRESS = re.compile(r"[\w.+'%-]+@[\w-]+(?:\.[\w-]+)+")


def erased_address(key: Any) -> str:
    """An address that stands for an erased one: nobody can have it, for .invalid is never given out."""
    return f"cancellato-{hashlib.sha256(str(key).encode()).hexdigest()[:12]}@erased.invalid"


def email_hash(email: str) -> str:
    """A print of an address that only this site can make: it recognises, and tells nothing."""
    return salted_hmac("cms.privacy", email.strip().lower(), algorithm="sha256").hexdigest()


def addresses_in(text: str) -> set[str]:
    """The e-mail addresses that stand in a text, in small letters."""
    return {found.lower() for found in _ADDRESS.findall(text)}


def _spellings(text: str) -> set[str]:
    """A text as it is, as HTML, and as JSON writes it, once and inside another JSON."""
    once = json.dumps(text)[1:-1]
    return {text, html.escape(text), once, json.dumps(once)[1:-1]}


class Needles:
    """The words by which a person is found in texts, and by which they are taken out.

    Names count only when they have two words, telephone numbers from seven digits on: less would hit others.
    """

    def __init__(self, email: str, *, names: Iterable[str] = (), phones: Iterable[str] = ()) -> None:
        self.email = email.strip().lower()
        full = {" ".join(name.split()) for name in names}
        self.names = {name for name in full if " " in name and len(name) > 4}
        self.phones = {phone.strip() for phone in phones if sum(c.isdigit() for c in phone) >= PHONE_DIGITS}

    @cached_property
    def spellings(self) -> list[str]:
        """Every way in which a database may hold one of the words."""
        words = {self.email, *self.names, *self.phones} - {""}
        return sorted(set().union(*map(_spellings, words)), key=len, reverse=True) if words else []

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # ada@rete.example is not nada@rete.example, and Ada Neri is not Ada Nerini.
        words = "|".join(re.escape(word) for word in self.spellings) or r"(?!)"
        return re.compile(rf"(?<![\w.+-])(?:{words})(?![\w-]|\.\w)", re.IGNORECASE)

    def stand_in(self, text: str) -> bool:
        """Whether one of the words stands in a text."""
        return bool(self._pattern.search(text))

    def scrub(self, value: Any) -> Any:
        """A text, or lists and dictionaries of texts, with the mark in the place of each word."""
        if isinstance(value, str):
            return self._pattern.sub(MARK, value)
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub(entry) for key, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.scrub(entry) for entry in value]
        return value
