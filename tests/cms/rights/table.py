"""The rules of all addresses, as they stand in rules/*.txt: one line says who may do what with an address.

    address  admin editor fundraiser commercial trainer cooperative auditor  stranger  other's

A role may r(ead: GET), w(rite: POST), both, or "-" nothing. A stranger is sent to "login", or may r and w as
well. The last word is what a cooperative's editor gets for the same row of another cooperative: "404",
"refused" (Wagtail's refusal of a page, 403 in an API), "401" (it asks for a token), "shown" (the row is
everybody's), or "-" where the address asks for no row.
Names with one rule may share a line: members_lead_modeladmin_{index,results}.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cms.roles import Role

FOLDER = Path(__file__).parent / "rules"
ROLES = tuple(Role.values)
RIGHTS = {"-", "r", "w", "rw"}
FOREIGN = {"-", "404", "401", "refused", "shown"}


@dataclass(frozen=True)
class Rule:
    address: str
    rights: dict[str, str]
    stranger: str
    foreign: str
    file: str  # whose rules it stands among: "wagtail", "members"


def rules() -> dict[str, Rule]:
    """By address. Raises AssertionError for a line that cannot be read, or a second rule for an address."""
    lines = [line for file in sorted(FOLDER.glob("*.txt")) for line in _lines(file)]
    twice = [address for address, n in Counter(rule.address for rule in lines).items() if n > 1]
    assert not twice, f"more than one rule: {twice}"
    return {rule.address: rule for rule in lines}


def _lines(file: Path) -> Iterator[Rule]:
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        words = line.split("#")[0].split()
        if not words:
            continue
        where = f"{file.name}:{number}: {line.strip()}"
        if len(words) == 2 and words[1] == "public":
            words = [words[0], *["rw"] * 8, "shown"]
        assert len(words) == 10, f"{where}\nneeds ten words: {__doc__}"
        address, *rights, stranger, foreign = words
        assert set(rights) <= RIGHTS and stranger in {*RIGHTS, "login"} and foreign in FOREIGN, where
        for name in _spelt_out(address):
            yield Rule(name, dict(zip(ROLES, rights, strict=True)), stranger, foreign, file.stem)


def _spelt_out(address: str) -> list[str]:
    braces = re.search(r"{([^}]*)}", address)
    if not braces:
        return [address]
    before, after = address[: braces.start()], address[braces.end() :]
    return [name for word in braces[1].split(",") for name in _spelt_out(before + word + after)]
