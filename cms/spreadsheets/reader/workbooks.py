"""Reading workbooks by calamine, with the marks of what it does not tell."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from cms.spreadsheets.reader import archives, marks_ods, marks_xls, marks_xlsx
from cms.spreadsheets.reader.marks import Marks
from cms.spreadsheets.reader.stopping import Stop

ODS_DURATION = re.compile(r"^PT(\d+)H(\d\d)M(\d\d)(?:[.,]\d+)?S$")
NOTHING = Marks()


def look(path: Path, kind: str, limits: dict) -> dict:
    """Which sheets a workbook has, and what is not taken over as it looks."""
    marks = _marks(path, kind, limits)
    book = _opened(path)
    metas = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
    if len(metas) > limits["sheets"]:
        raise Stop("too_many_sheets", limit=limits["sheets"])
    sheets, remarks = [], []
    for meta in metas:
        is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        last = columns = 0
        read, mark = _sheet(book, meta.name), marks.get(meta.name, NOTHING)
        for number, _hidden, cells in _filled(read, meta.name, mark, limits):
            last, columns = number, max(columns, len(cells))
        sheets.append({"name": meta.name, "rows": last, "columns": columns, "is_hidden": is_hidden})
        if is_hidden and last:
            remarks.append({"code": "hidden_sheet", "sheet": meta.name})
        remarks.extend(_remarks(meta.name, read, mark, last))
    if not any(sheet["rows"] for sheet in sheets):
        raise Stop("no_rows")
    if kind == "xlsb":
        remarks.append({"code": "old_format"})
    return {
        "kind": kind,
        "encoding": "",
        "delimiter": "",
        "sheets": sheets,
        "remarks": remarks,
        "starts_in_1904": _starts_in_1904(path, kind),
    }


def rows(path: Path, kind: str, sheet: str, limits: dict) -> Iterator[tuple]:
    """(number, hidden, cells) of each row that holds something."""
    mark = _marks(path, kind, limits, only=sheet).get(sheet, NOTHING)
    yield from _filled(_sheet(_opened(path), sheet), sheet, mark, limits)


def _marks(path: Path, kind: str, limits: dict, only: str = "") -> dict[str, Marks]:
    """What is to be marked, by sheet. Also the guard of everything that is an archive."""
    if kind == "xls":
        return marks_xls.marks_of(path)[0]
    contents = archives.look(path, limits)
    if kind == "xlsb":
        return {}
    with zipfile.ZipFile(path) as archive:
        if kind == "ods":
            is_traced = marks_ods.CONTENT in contents.traced
            return marks_ods.marks_of(archive, limits["columns"]) if is_traced else {}
        padded = marks_xlsx.padded_styles(archive)
        return {
            name: marks_xlsx.marks_of(archive, part, padded)
            for name, part in marks_xlsx.parts_of_sheets(archive).items()
            if (padded or part in contents.traced) and part in contents.names and only in ("", name)
        }


def _starts_in_1904(path: Path, kind: str) -> bool:
    if kind == "xls":
        return marks_xls.marks_of(path)[1]
    return kind == "xlsx" and marks_xlsx.starts_in_1904(path)


def _remarks(name: str, sheet: Any, marks: Marks, last: int) -> Iterator[dict]:
    merged = [area[0] for area in sheet.merged_cell_ranges or ()] or marks.merged
    hidden = sorted(row for row in marks.hidden if row < last)
    for code, places in (
        ("merged", merged),
        ("errors", marks.counted("error")),
        ("formulas", marks.counted("formula")),
    ):
        if places:
            yield {"code": code, "sheet": name, "where": _reference(*min(places)), "count": len(places)}
    if hidden:
        yield {"code": "hidden_rows", "sheet": name, "where": str(hidden[0] + 1), "count": len(hidden)}


def _reference(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _opened(path: Path) -> Any:
    try:
        return python_calamine.load_workbook(path)
    except python_calamine.PasswordError as locked:
        raise Stop("password") from locked
    except python_calamine.CalamineError as wrong:
        raise Stop("broken") from wrong


def _sheet(book: Any, name: str) -> Any:
    try:
        return book.get_sheet_by_name(name)
    except python_calamine.CalamineError as wrong:
        raise Stop("broken") from wrong


def _filled(sheet: Any, name: str, marks: Marks, limits: dict) -> Iterator[tuple]:
    start = sheet.start or (0, 0)
    marked: dict[int, list[tuple[int, Any]]] = {}
    for (place, column), mark in marks.cells.items():
        marked.setdefault(place, []).append((column, mark))
    left: list[Any] = [None] * start[1]
    last = max(marked, default=-1) + 1
    count = 0
    for index, row in enumerate(_with_gaps(sheet, last)):
        cells: list[Any] = left + [_plain(cell) for cell in row]
        for column, mark in marked.get(index, ()):
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = mark
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > limits["rows"]:
            raise Stop("too_many_rows", sheet=name, limit=limits["rows"])
        if any(type(cell) is str and len(cell) > limits["cell_characters"] for cell in cells):
            raise Stop("cell_too_long", row=index + 1, limit=limits["cell_characters"])
        if len(cells) > limits["columns"]:
            raise Stop("too_many_columns", sheet=name, limit=limits["columns"])
        yield index + 1, index in marks.hidden, cells


def _with_gaps(sheet: Any, last: int) -> Iterator[list]:
    """All rows from the first of the sheet on, and on to the last that is marked."""
    if sheet.start is not None:
        yield from sheet.iter_rows()
        last -= sheet.end[0] + 1
    yield from ([] for _missing in range(last))


def _plain(cell: Any) -> Any:
    """A cell as JSON knows it; whole floats are whole numbers again."""
    kind = type(cell)
    if kind is str:
        if cell.startswith("PT") and (said := ODS_DURATION.match(cell)):
            return f"{int(said[1])}:{said[2]}:{said[3]}"
        return cell if cell and not cell.isspace() else None
    if kind is float:
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if kind is datetime:
        return ["m", cell.isoformat()]
    if kind is date:
        return ["d", cell.isoformat()]
    if kind is time:
        return ["t", cell.isoformat()]
    if kind is timedelta:
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell
