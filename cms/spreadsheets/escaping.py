"""Text that a spreadsheet program would take for a formula.

A csv says nothing of types: `=HYPERLINK(...)` typed into a form would run on the computer of whoever opens
the export. So such text goes out with an apostrophe before it, which is taken off on the way back. One more
is added where there was one already, so that every text comes back as it was.
"""

import re

_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_ESCAPED = re.compile(r"'+(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might calculate a text, or an apostrophe before it be taken off."""
    return bool(_FORMULA.match(text))


def escaped(text: str) -> str:
    """A text as it may stand in a csv."""
    return f"'{text}" if _FORMULA.match(text) else text


def escaped_typed(text: str) -> str:
    """A text for a cell that is known to be text: only what `restored` would shorten changes."""
    return f"'{text}" if _ESCAPED.match(text) else text


def restored(text: str) -> str:
    """What `escaped` was given."""
    return text[1:] if _ESCAPED.match(text) else text
