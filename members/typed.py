"""What people type, made fit to keep: no characters that a database refuses, no ragged ends."""

import re

# Below the space, all but tab and line ends: PostgreSQL refuses NUL. Lone surrogates cannot be encoded.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def tidy_line(text: str, limit: int) -> str:
    """One line: control characters out, white space single, cut at `limit` characters."""
    return " ".join(_UNPRINTABLE.sub("", text).split())[:limit].strip()


def tidy_text(text: str) -> str:
    """A text of several lines: control characters out, line ends alike, no white space around."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
