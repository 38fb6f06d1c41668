"""Letters as a search compares them, by the same table in Python and in both databases' SQL.

"Città", "CITTA" and "citta" are alike: Latin letters lose accents and capitals. Other scripts lose their
capitals on PostgreSQL only.
"""

from __future__ import annotations

from cms.folding import fold

# Beyond Western Europe's, the letters of the neighbours' names; each costs SQLite a little at every writing.
_NEIGHBOURS = "ăąćčďđęěğıłńňőřśşšșťţțůűźżžø"
_UNDECOMPOSED = {"ø": "o", "đ": "d", "ł": "l", "ı": "i"}
_MARKS = [
    chr(code) for code in (0x300, 0x301, 0x302, 0x303, 0x308, 0x30A, 0x30C, 0x327)
]  # typed by themselves


def _letters() -> dict[str, str]:
    western = "".join(map(chr, range(0xC0, 0x100)))
    every = dict.fromkeys(f"{western}{_NEIGHBOURS}{_NEIGHBOURS.upper()}")
    plain = {letter: _UNDECOMPOSED.get(letter.lower(), fold(letter)) for letter in every}
    return {letter: one for letter, one in plain.items() if len(one) == 1 and one.isascii() and letter != "I"}


LETTERS = _letters()
_TABLE = str.maketrans(LETTERS | dict.fromkeys(_MARKS, ""))
_AT_ONCE = 16  # more replacements inside each other are too deep for SQLite's parser


def plain_letters(text: str) -> str:
    """A text as the index keeps it."""
    return text.translate(_TABLE).lower()


def plain_letters_sql(expression: str) -> str:
    """The same for an SQL expression of text, on PostgreSQL."""
    letters, plain = "".join([*LETTERS, *_MARKS]), "".join(LETTERS.values())
    return f"lower(translate({expression}, '{letters}', '{plain}'))"


def replacing_in_sqlite(column: str) -> list[str]:
    """SQL expressions for SQLite that, one after the other, make a column's text in small letters plain."""
    pairs = [*(LETTERS | dict.fromkeys(_MARKS, "")).items()]
    steps = []
    for start in range(0, len(pairs), _AT_ONCE):
        expression = column
        for letter, plain in pairs[start : start + _AT_ONCE]:
            expression = f"replace({expression}, '{letter}', '{plain}')"
        steps.append(expression)
    return steps
