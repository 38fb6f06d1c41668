"""Reading workbooks by calamine."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from cms.spreadsheets.reading.child.stopping import Stop


def look(path: Path, kind: str, limits: dict) -> dict:
    """Which sheets a workbook has."""
    book = _opened(path)
    if len(book.sheets_metadata) > limits["sheets"]:
        raise Stop("too_many_sheets", limit=limits["sheets"])
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        last = columns = 0
        for number, _hidden, cells in _filled(_sheet(book, meta.name), meta.name, limits):
            last, columns = number, max(columns, len(cells))
        sheets.append({"name": meta.name, "rows": last, "columns": columns, "is_hidden": is_hidden})
    if not any(sheet["rows"] for sheet in sheets):
        raise Stop("no_rows")
    return {"kind": kind, "encoding": "", "delimiter": "", "sheets": sheets, "remarks": []}


def rows(path: Path, kind: str, sheet: str, limits: dict) -> Iterator[tuple]:
    """(number, hidden, cells) of each row that holds something."""
    yield from _filled(_sheet(_opened(path), sheet), sheet, limits)


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


def _filled(sheet: Any, name: str, limits: dict) -> Iterator[tuple]:
    start = sheet.start
    if start is None:
        return
    if start[1] + sheet.width > limits["columns"] * 50:
        raise Stop("too_many_columns", sheet=name, limit=limits["columns"])
    left = [None] * start[1]
    count = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = left + [_plain(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > limits["rows"]:
            raise Stop("too_many_rows", sheet=name, limit=limits["rows"])
        if len(cells) > limits["columns"]:
            raise Stop("too_many_columns", sheet=name, limit=limits["columns"])
        yield number, False, cells


def _plain(cell: Any) -> Any:
    """A cell as JSON knows it; whole floats are whole numbers again."""
    kind = type(cell)
    if kind is str:
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
