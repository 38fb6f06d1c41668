"""Marks of an old .xls: its records are walked once, for those that calamine keeps silent on."""

import struct
from collections.abc import Iterator
from pathlib import Path

from cms.spreadsheets.reader import ole
from cms.spreadsheets.reader.marks import Marks
from cms.spreadsheets.reader.marks_xlsx import PADDED
from cms.spreadsheets.reader.stopping import Stop

FORMULA, FILEPASS, DATE_MODE, BOUND_SHEET, MULTIPLE_RK = 0x06, 0x2F, 0x22, 0x85, 0xBD
STYLE, NUMBER, BOOL_OR_ERROR, ROW, RK, FORMAT, BEGIN = 0xE0, 0x203, 0x205, 0x208, 0x27E, 0x41E, 0x809
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
BIFF8 = 0x600


def marks_of(path: Path) -> tuple[dict[str, Marks], bool]:
    """Name of a sheet -> what is to be marked in it; whether days count from 1904. Stops at a password."""
    content = ole.stream(path.read_bytes(), ("Workbook", "Book"))
    book = _Book()
    for at, kind, data in _records(content):
        if kind == BEGIN:
            if struct.unpack_from("<H", data)[0] != BIFF8:
                return {}, False
            book.marks = book.sheets.get(book.begins.get(at, ""), Marks())
        else:
            book.take(kind, data)
    return book.sheets, book.starts_in_1904


def _records(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        yield at, kind, content[at + 4 : at + 4 + length]
        at += 4 + length


class _Book:
    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self.begins: dict[int, str] = {}
        self.marks = Marks()
        self.starts_in_1904 = False
        self.formats: dict[int, int] = {}
        self.styles: list[int] = []

    def take(self, kind: int, data: bytes) -> None:
        if kind == FILEPASS:
            raise Stop("password")
        if kind == BOUND_SHEET:
            name = _text(data, 6, data[6])
            self.begins[struct.unpack_from("<I", data)[0]] = name
            self.sheets[name] = Marks()
        elif kind == DATE_MODE:
            self.starts_in_1904 = data[:2] == b"\x01\x00"
        elif kind == FORMAT:
            number, length = struct.unpack_from("<HH", data)
            if said := PADDED.match(_text(data, 3, length)):
                self.formats[number] = len(said[1])
        elif kind == STYLE:
            self.styles.append(self.formats.get(struct.unpack_from("<H", data, 2)[0], 0))
        elif kind == ROW:
            if struct.unpack_from("<H", data, 12)[0] & 0x20:
                self.marks.hidden.add(struct.unpack_from("<H", data)[0])
        else:
            self._take_cell(kind, data)

    def _take_cell(self, kind: int, data: bytes) -> None:
        if kind == BOOL_OR_ERROR and data[7]:
            self._breaks(data, data[6])
        elif kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
            self._breaks(data, data[8])
        elif kind == NUMBER:
            self._pads(*struct.unpack_from("<HHHd", data))
        elif kind == RK:
            row, column, style, number = struct.unpack_from("<HHHI", data)
            self._pads(row, column, style, _rk(number))
        elif kind == MULTIPLE_RK:
            row, first = struct.unpack_from("<HH", data)
            for place in range((len(data) - 6) // 6):
                style, number = struct.unpack_from("<HI", data, 4 + place * 6)
                self._pads(row, first + place, style, _rk(number))

    def _breaks(self, data: bytes, code: int) -> None:
        row, column = struct.unpack_from("<HH", data)
        self.marks.breaks(row, column, "error", ERRORS.get(code, "#N/A"))

    def _pads(self, row: int, column: int, style: int, number: float) -> None:
        digits = self.styles[style] if style < len(self.styles) else 0
        if digits and number >= 0 and number == int(number):
            self.marks.cells[row, column] = str(int(number)).zfill(digits)


def _text(data: bytes, at: int, length: int) -> str:
    """A text of one or two bytes a letter, after the byte that says which."""
    is_wide = data[at + 1] & 1
    raw = data[at + 2 : at + 2 + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le" if is_wide else "latin-1", "replace")


def _rk(packed: int) -> float:
    """A number in four bytes: thirty bits of a float or of an integer, perhaps hundredths."""
    if packed & 2:
        number: float = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number
