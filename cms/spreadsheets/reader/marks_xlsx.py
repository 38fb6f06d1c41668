"""Marks of an xlsx: the part of each sheet, and what stands in it."""

import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from cms.spreadsheets.reader.marks import Handlers, Marks, parse

PADDED = re.compile(r"^(?:\[[^\]]*\])*(0{2,})(?:;.*)?$")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

STARTS_IN_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")


def parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet -> name of its part."""
    book = _book(archive)
    folder, file = posixpath.split(book)
    relations = f"{folder}/_rels/{file}.rels"
    found = {}
    for element in ElementTree.fromstring(archive.read(book)).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            key = element.get(RELATION) or element.get(STRICT_RELATION)
            target = _target(archive, relations, lambda _kind, id_, key=key: id_ == key, folder)
            if target:
                found[element.get("name", "")] = target
    return found


def _book(archive: zipfile.ZipFile) -> str:
    """The part that lists the sheets."""
    target = _target(archive, "_rels/.rels", lambda kind, _id: kind.endswith("/officeDocument"))
    return target or "xl/workbook.xml"


def _target(archive: zipfile.ZipFile, relations: str, is_meant, folder: str = "") -> str:
    if relations not in archive.namelist():
        return ""
    for element in ElementTree.fromstring(archive.read(relations)):
        if is_meant(element.get("Type", ""), element.get("Id")):
            return posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))[1:]
    return ""


def padded_styles(archive: zipfile.ZipFile) -> dict[str, int]:
    """Number of a style -> how many digits it shows at least ("00000": 5)."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    formats: dict[str, int] = {}
    styles: dict[str, int] = {}
    for element in ElementTree.fromstring(archive.read("xl/styles.xml")).iter():
        name = element.tag.rpartition("}")[2]
        if name == "numFmt":
            said = PADDED.match(element.get("formatCode", ""))
            if said:
                formats[element.get("numFmtId", "")] = len(said[1])
        elif name == "cellXfs" and formats:
            for number, style in enumerate(element):
                if style.get("numFmtId") in formats:
                    styles[str(number)] = formats[style.get("numFmtId", "")]
    return styles


def starts_in_1904(path: Path) -> bool:
    """Whether days are counted as on old Macs."""
    with zipfile.ZipFile(path) as archive:
        return bool(STARTS_IN_1904.search(archive.read(_book(archive))))


def marks_of(archive: zipfile.ZipFile, part: str, padded: dict[str, int]) -> Marks:
    """What is to be marked in a sheet. padded: as padded_styles gives them."""
    handlers = _Sheet(padded)
    with archive.open(part) as file:
        parse(file, handlers)
    return handlers.marks


class _Sheet(Handlers):
    def __init__(self, padded: dict[str, int]) -> None:
        self.marks = Marks()
        self.padded = padded
        self.row = self.column = -1
        self.kind: str | None = None
        self.digits = 0
        self.has_formula = self.is_in_value = False
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.column = _column(attributes.get("r", "")) if "r" in attributes else self.column + 1
            self.kind = attributes.get("t")
            self.digits = self.padded.get(attributes.get("s", ""), 0)
            self.has_formula, self.value = False, ""
        elif name == "v":
            self.is_in_value = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden.add(self.row)

    def text(self, data: str) -> None:
        if self.is_in_value:
            self.value += data

    def end(self, name: str) -> None:
        if name == "v":
            self.is_in_value = False
        elif name == "c":
            if self.kind == "e":
                self.marks.breaks(self.row, self.column, "error", self.value or "#N/A")
            elif self.has_formula and not self.value and self.kind in (None, "n", "b", "d"):
                self.marks.breaks(self.row, self.column, "formula", "")
            elif self.digits and self.kind in (None, "n") and self.value.isdecimal():
                self.marks.cells[self.row, self.column] = self.value.zfill(self.digits)


def _column(reference: str) -> int:
    """A is 0, AA is 26."""
    column = 0
    for letter in reference:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1
