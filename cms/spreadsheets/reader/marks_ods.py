"""Marks of an ods: all its sheets stand in one part."""

import zipfile

from cms.spreadsheets.reader.marks import Handlers, Marks, parse

CONTENT = "content.xml"


def marks_of(archive: zipfile.ZipFile, most_columns: int) -> dict[str, Marks]:
    """Name of a sheet -> what is to be marked in it."""
    handlers = _Content(most_columns)
    with archive.open(CONTENT) as file:
        parse(file, handlers)
    return handlers.sheets


class _Content(Handlers):
    def __init__(self, most_columns: int) -> None:
        self.sheets: dict[str, Marks] = {}
        self.marks = Marks()
        self.most_columns = most_columns
        self.row = self.column = self.rows = 0
        self.cell: dict[str, str] | None = None
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self.cell, self.value = attributes, ""
        elif name == "table-row":
            self.rows = int(attributes.get("table:number-rows-repeated", 1))
            self.column = 0
            # A sheet may end in a million hidden empty rows, said at once.
            if attributes.get("table:visibility") in ("collapse", "filter") and self.rows < 10_000:
                self.marks.hidden.update(range(self.row, self.row + self.rows))
        elif name == "table":
            self.marks = self.sheets.setdefault(attributes.get("table:name", ""), Marks())
            self.row = 0

    def text(self, data: str) -> None:
        if self.cell is not None:
            self.value += data

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._take(self.cell)
            self.cell = None
        elif name == "table-row":
            self.row += self.rows

    def _take(self, cell: dict[str, str]) -> None:
        repeated = int(cell.get("table:number-columns-repeated", 1))
        mark = self._mark(cell)
        if mark is not None:
            for row in range(self.row, self.row + min(self.rows, 1000)):
                for column in range(self.column, self.column + min(repeated, self.most_columns)):
                    self.marks.cells[row, column] = mark
        if (
            int(cell.get("table:number-columns-spanned", 1)) > 1
            or int(cell.get("table:number-rows-spanned", 1)) > 1
        ):
            self.marks.merged.append((self.row, self.column))
        self.column += repeated

    def _mark(self, cell: dict[str, str]) -> list[str] | str | None:
        kind = cell.get("office:value-type")
        if cell.get("calcext:value-type") == "error":
            return ["error", self.value or "#N/A"]
        if "table:formula" in cell:
            # Before LibreOffice said so, an error was a text that looks like one.
            if kind == "string" and self.value.startswith(("#", "Err:")):
                return ["error", self.value]
            if kind is None:
                return ["formula", ""]
        if kind == "float" and self.value.startswith("0") and self.value.isdecimal() and len(self.value) > 1:
            return self.value
        return None
