"""What calamine does not tell of a sheet: errors and uncalculated formulas (it gives empty cells for both),
hidden rows, and numbers that are shown with zeros before them, such as postcodes."""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from cms.spreadsheets.reader.stopping import Stop

PIECE = 1 << 18


@dataclass
class Marks:
    """Of one sheet, by (row, column) from zero. cells: what to put instead. hidden: rows. merged: areas."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int]] = field(default_factory=list)

    def breaks(self, row: int, column: int, code: str, shown: str) -> None:
        self.cells[row, column] = [code, shown]

    def counted(self, code: str) -> list[tuple[int, int]]:
        """Where cells are broken in one way."""
        return [place for place, mark in self.cells.items() if type(mark) is list and mark[0] == code]


class Handlers:
    """A reader of one kind of XML: `start`, `end` and `text` are called with names without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def parse(file: Any, handlers: Handlers) -> None:
    """Feed an XML file to handlers, in pieces. Stops when it is no XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    # archives.look has refused declarations; should one slip through, nothing of it is used.
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: handlers.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: handlers.end(_local(name))
    parser.CharacterDataHandler = handlers.text
    try:
        while piece := file.read(PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as wrong:
        raise Stop("broken") from wrong


def _refuse(*_declaration: Any) -> None:
    raise Stop("unsafe_xml")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
