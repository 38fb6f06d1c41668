"""What lies in an xlsx or ods, before anything else opens it.

Every part is unpacked once, in pieces that are thrown away: sizes are counted rather than believed, XML that
declares a document type is refused, and traces of what calamine does not tell are noted, so that the slow
second look of `marks` is taken only where it finds something.
"""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from cms.spreadsheets.reader.stopping import Stop

PIECE = 1 << 18
OVERLAP = 64
# No deflated text is packed closer than this; zeros and endless repetitions are.
LARGEST_RATIO = 400
RATIO_COUNTS_FROM = 20_000_000
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
ENDS_OF_ROWS = (b"</row>", b"</table:table-row>")
# Looked for one by one: ten times as quick as a regular expression that knows them all.
TRACES_XLSX = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b" hidden=")
TRACES_ODS = (b"table:formula", b'"error"', b'"collapse"', b'"filter"', b"-spanned=", b"<text:p>0")
# A manifest of OpenOffice 2 names a document type; calamine only looks for encryption there.
MAY_DECLARE = {"META-INF/manifest.xml"}


@dataclass
class Contents:
    """names: of all parts. traced: those in which there is something to mark."""

    names: set[str] = field(default_factory=set)
    traced: set[str] = field(default_factory=set)


def look(path: Path, limits: dict) -> Contents:
    """Unpack every part once. Stops for bombs, passwords, macros and XML that could be one."""
    contents = Contents()
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        _check_directory(parts, path, limits)
        for part in parts:
            contents.names.add(part.filename)
            if not part.is_dir() and _look_at(archive, part, limits):
                contents.traced.add(part.filename)
    return contents


def _check_directory(parts: list[zipfile.ZipInfo], path: Path, limits: dict) -> None:
    if len(parts) > limits["parts"]:
        raise Stop("too_many_parts")
    if any(part.flag_bits & 1 for part in parts):
        raise Stop("password")
    if len({part.filename for part in parts}) < len(parts):
        raise Stop("broken")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits["unpacked_megabytes"] * 1_000_000:
        raise Stop("too_big_inside", limit=limits["unpacked_megabytes"])
    # Parts that lie upon each other unpack the same bytes many times.
    if unpacked > RATIO_COUNTS_FROM and unpacked > LARGEST_RATIO * path.stat().st_size:
        raise Stop("too_big_inside", limit=limits["unpacked_megabytes"])
    for part in parts:
        if part.filename.endswith("vbaProject.bin") or part.filename.startswith(("Basic/", "Scripts/")):
            raise Stop("macros")


def _look_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: dict) -> bool:
    """Whether a part holds traces. A size that was lied about ends in a wrong checksum: BadZipFile."""
    is_traced, tail, rows, is_xml = False, b"", 0, False
    traces = TRACES_ODS if part.filename == "content.xml" else TRACES_XLSX
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            if not tail:
                is_xml = _is_xml(piece)
            seen = tail + piece
            if is_xml:
                if DECLARATION.search(seen) and part.filename not in MAY_DECLARE:
                    raise Stop("unsafe_xml")
                is_traced = is_traced or any(trace in seen for trace in traces)
                rows += sum(map(seen.count, ENDS_OF_ROWS))
                if rows > limits["rows"] * 2:
                    raise Stop("too_many_rows", sheet=Path(part.filename).stem, limit=limits["rows"])
            tail = seen[-OVERLAP:]
    return is_traced


def _is_xml(beginning: bytes) -> bool:
    """Stops for XML in wide letters: no spreadsheet program writes it, and a search for bytes misses it."""
    if beginning.startswith((b"\xff\xfe<", b"\xfe\xff\x00<", b"<\x00", b"\x00<", b"\x00\x00")):
        raise Stop("unsafe_xml")
    return beginning.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
