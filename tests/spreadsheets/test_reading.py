"""What a file gives, or why it is refused."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from cms.spreadsheets.reading import Refused, guess_header, open_book


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_an_italian_csv_gives_its_rows_as_the_program_numbers_them(tmp_path):
    content = 'Nome;Importo\r\n"Rossi\r\nMaria";12,50\r\n\r\nForlì;007\r\n'.encode("cp1252")
    book = open_book(written(tmp_path / "a.csv", content), "a.csv")
    assert (book.kind, book.encoding, book.delimiter) == ("csv", "cp1252", ";")
    rows = list(book.rows("csv"))
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("Nome", "Importo")),
        (2, ("Rossi\r\nMaria", "12,50")),
        (4, ("Forlì", "007")),
    ]
    guess = guess_header(rows)
    assert (guess.row_number, guess.names, guess.is_certain) == (1, ("Nome", "Importo"), True)


def test_the_questions_of_a_form_are_names_however_long_and_the_widest_row_is_proposed(tmp_path):
    question = "Che cosa vi serve, per chi e quando? " * 5
    long = f"Estrazione riservata;;\n{question};Ente;Note\nUna rassegna;Comune;–\nUn corso;Scuola;–\n"
    guess = guess_header(open_book(written(tmp_path / "a.csv", long.encode()), "a.csv").rows("csv"))
    assert (guess.row_number, guess.is_certain) == (2, True)
    unclear = "Dati\n1;2;3\n4;5;6\n"
    guess = guess_header(open_book(written(tmp_path / "b.csv", unclear.encode()), "b.csv").rows("csv"))
    assert (guess.row_number, guess.is_certain) == (2, False)


def test_a_workbook_gives_typed_cells(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as made:
        sheet = made.add_worksheet("Soci")
        sheet.write_row(1, 1, ["Nome", "Dal", "Quote"])
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_string(2, 1, "007")
        sheet.write_datetime(2, 2, datetime(2025, 2, 1), day)
        sheet.write_number(2, 3, 12)
        made.add_worksheet("Nascosto").hide()
    book = open_book(tmp_path / "a.xlsx", "a.csv")
    assert [(sheet.name, sheet.rows, sheet.columns, sheet.is_hidden) for sheet in book.sheets] == [
        ("Soci", 3, 4, False),
        ("Nascosto", 0, 0, True),
    ]
    assert [(row.number, row.cells) for row in book.rows("Soci")] == [
        (2, (None, "Nome", "Dal", "Quote")),
        (3, (None, "007", date(2025, 2, 1), 12)),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not_a_spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_spreadsheet"),
        (bytes(range(256)) * 4, "not_a_spreadsheet"),
        (b"\n\n;;\n", "no_rows"),
    ],
)
def test_what_is_no_spreadsheet_gets_a_sentence(tmp_path, content, code):
    with pytest.raises(Refused) as refused:
        open_book(written(tmp_path / "soci.xlsx", content), "soci.xlsx")
    assert refused.value.code == code
    assert refused.value.sentence
