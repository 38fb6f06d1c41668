"""The reason that a donor writes into a bank transfer, by which the money is known again: DONO-7K3M-9QX4.

Seven letters and digits drawn by chance and one that checks them. The alphabet has 31 signs, a prime, and
each place its own weight, so that one wrong sign, or two that changed places, never make another valid
reason.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "DONO"
_DRAWN = 7
_LENGTH = _DRAWN + 1


def draw() -> str:
    """A new reason, without hyphens, as it is stored."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(_DRAWN))
    return PREFIX + drawn + _check(drawn)


def shown(code: str) -> str:
    """As people write it: DONO-7K3M-9QX4."""
    body = code.removeprefix(PREFIX)
    return f"{PREFIX}-{body[:4]}-{body[4:]}"


def is_valid(code: str) -> bool:
    """Whether the signs are ours and the last one checks the others."""
    body = code.removeprefix(PREFIX)
    return (
        code.startswith(PREFIX)
        and len(body) == _LENGTH
        and all(sign in ALPHABET for sign in body)
        and _check(body[:_DRAWN]) == body[_DRAWN]
    )


def found_in(text: str) -> list[str]:
    """The valid reasons in what a bank writes, whatever spaces, hyphens and line ends stand between."""
    return list(dict.fromkeys(code for code in _candidates(text) if is_valid(code)))


def mistyped_in(text: str) -> list[str]:
    """What looks like a reason with a slip in it: eight signs after the prefix that do not check."""
    return list(dict.fromkeys(code for code in _candidates(text) if not is_valid(code)))


def is_near(typed: str, code: str) -> bool:
    """Whether a mistyped reason is one sign, or one swap of neighbours, away from another."""
    if len(typed) != len(code):
        return False
    differ = [place for place in range(len(code)) if typed[place] != code[place]]
    if len(differ) == 2:
        first, second = differ
        return second == first + 1 and typed[first] == code[second] and typed[second] == code[first]
    return len(differ) == 1


def _candidates(text: str) -> Iterator[str]:
    squeezed = re.sub(r"[^A-Z0-9]", "", text.upper())
    for match in re.finditer(f"(?={PREFIX}([A-Z0-9]{{{_LENGTH}}}))", squeezed):
        yield PREFIX + match[1]


def _check(drawn: str) -> str:
    total = sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(drawn))
    return ALPHABET[-total % len(ALPHABET)]
