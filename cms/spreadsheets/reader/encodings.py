"""How the letters of a text file are encoded."""

import codecs
import re
from pathlib import Path

from cms.spreadsheets.reader.stopping import Stop

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What programs in this part of the world write besides UTF-8, the likeliest first: Windows, old Macs, DOS.
WESTERN = ("cp1252", "mac_roman", "cp850")
USUAL = frozenset("àèéìíòóùúÀÈÉÌÒÓÙÚçÇñÑäöüÄÖÜßâêîôûëïœæåø€°’‘“”«»–—…•·ªº§£©®™\u00a0")
# Letters that mark another script's encoding when they abound.
SAMPLE = 64 * 1024
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def encoding_of(path: Path) -> tuple[str, bool]:
    """The encoding, and whether it was only guessed. Stops for what is no text."""
    with path.open("rb") as file:
        head = file.read(4096)
    for bom, name in BOMS:
        if head.startswith(bom):
            return _checked(path, name), False
    wide = _wide(head)
    if wide:
        return _checked(path, wide), False
    if CONTROLS.search(head):
        raise Stop("not_a_spreadsheet", what="binary")
    if _decodes(path, "utf-8"):
        return "utf-8", False
    return _guess(path), True


def _checked(path: Path, name: str) -> str:
    if not _decodes(path, name):
        raise Stop("unknown_encoding")
    return name


def _decodes(path: Path, name: str) -> bool:
    try:
        with path.open(encoding=name, newline="") as file:
            while part := file.read(1 << 20):
                if "\x00" in part:
                    raise Stop("not_a_spreadsheet", what="binary")
    except UnicodeError:
        return False
    return True


def _wide(head: bytes) -> str:
    """UTF-16 without a mark at its beginning: every other byte is empty."""
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _guess(path: Path) -> str:
    """The encoding that makes usual letters of the file's accented ones."""
    sample = bytearray()
    with path.open("rb") as file:
        for line in file:
            if CONTROLS.search(line):
                raise Stop("not_a_spreadsheet", what="binary")
            if len(sample) < SAMPLE and not line.isascii():
                sample += line
    scores = {name: _share_of_usual(bytes(sample[: SAMPLE * 2]), name) for name in WESTERN}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= 0.8 and _decodes(path, best):
        return best
    return _from_afar(path, bytes(sample[:SAMPLE])) or ("latin-1" if scores["cp1252"] >= 0.5 else _give_up())


def _give_up() -> str:
    raise Stop("unknown_encoding")


def _share_of_usual(sample: bytes, name: str) -> float:
    text = sample.decode(name, errors="replace")
    special = [letter for letter in text if not letter.isascii()]
    return sum(letter in USUAL for letter in special) / len(special) if special else 0.0


def _from_afar(path: Path, sample: bytes) -> str:
    """Other alphabets, by the statistics of charset-normalizer."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None and _decodes(path, best.encoding) else ""
