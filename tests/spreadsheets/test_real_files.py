"""Files as LibreOffice and Excel save them: each gives the same people. See make.py."""

import json
from pathlib import Path

import pytest

from cms.spreadsheets import days, values
from cms.spreadsheets.reading import Broken, Refused, guess_header, open_book
from tests.spreadsheets.make import FILES, HEADER, PEOPLE

EXPECTATIONS = sorted(path.stem for path in FILES.glob("*.json"))
CLEANERS = (
    values.as_text,
    values.as_text,
    days.as_date,
    lambda cell: values.as_money(cell).cents / 100,
    values.as_boolean,
    values.as_text,
)


def cleaned(cells: tuple) -> list:
    cells += (None,) * (len(CLEANERS) - len(cells))
    return [clean(cell) for clean, cell in zip(CLEANERS, cells, strict=True)]


def plain(cell):
    return cell.code if isinstance(cell, Broken) else cell


def test_every_file_says_what_it_must_give():
    files = {path.name for path in FILES.iterdir() if path.suffix != ".json"}
    assert files == set(EXPECTATIONS)
    assert len(files) > 12


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_a_real_file_gives_what_it_says(name):
    expected = json.loads((FILES / f"{name}.json").read_text())
    if "refused" in expected:
        with pytest.raises(Refused) as refused:
            open_book(FILES / name, name)
        assert refused.value.code == expected["refused"]
        return
    # The name is never asked.
    book = open_book(FILES / name, Path(name).stem)
    assert (book.kind, book.encoding, book.delimiter, book.starts_in_1904) == (
        expected["kind"],
        expected.get("encoding", ""),
        expected.get("delimiter", ""),
        expected.get("starts_in_1904", False),
    )
    assert [remark.code for remark in book.remarks] == expected["remarks"], list(map(str, book.remarks))
    assert all(str(remark) and "%(" not in str(remark) for remark in book.remarks)
    sheet = expected.get("sheet", "csv")
    assert [found.name for found in book.sheets] == expected.get("sheets", [sheet])
    rows = list(book.rows(sheet))
    assert [row.number for row in rows if row.is_hidden] == expected.get("hidden", [])
    guess = guess_header(rows)
    assert (guess.row_number, guess.is_certain, guess.problems) == (expected["header"], True, ())
    below = [row for row in rows if row.number > guess.row_number]
    if "cells" in expected:
        assert [list(map(plain, row.cells)) for row in below] == expected["cells"]
        return
    assert list(guess.names) == HEADER
    if "notes" in expected:  # letters that the encoding has not were written as others
        assert [cleaned(row.cells)[:5] for row in below] == [person[:5] for person in PEOPLE]
    else:
        assert [cleaned(row.cells) for row in below] == PEOPLE
