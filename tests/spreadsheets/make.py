"""Make the spreadsheets of tests/spreadsheets/files again: `python -m tests.spreadsheets.make`.

The files of Excel's conventions are written here byte by byte or by XlsxWriter and openpyxl. Those of
LibreOffice are made by LibreOffice itself (`apt-get install libreoffice-calc-nogui`), without which they stay
as they are: no test needs it. Beside each file stands what it must give.
"""

import codecs
import csv
import io
import json
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlsxwriter

FILES = Path(__file__).parent / "files"
# What every file says, in its own way: the test cleans the cells and finds these.
HEADER = ["Nome", "CAP", "Nato il", "Quota", "Socio", "Note"]
PEOPLE = [
    ["Maria Forlì", "00123", date(1980, 2, 1), 1234.56, True, "perché “sì” – 5 €"],
    ["Niccolò D'Angelo", "46100", date(2025, 12, 31), 12, False, "prima riga\nseconda; riga"],
    ["Zoë Müller", "01234", None, 0.5, None, "=1+1"],
]
ITALIAN = {True: "sì", False: "no", None: ""}


def main() -> None:
    FILES.mkdir(exist_ok=True)
    texts()
    workbooks()
    formulas()
    if shutil.which("soffice"):
        libre_office()


def expect(name: str, **expected) -> None:
    """What a file must give: see test_real_files. `refused` is the code of a refusal."""
    (FILES / f"{name}.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


def lines(delimiter: str, ends: str = "\r\n") -> str:
    """The people as a csv that Excel writes in Italian."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=delimiter, lineterminator=ends)
    writer.writerow(HEADER)
    for name, postcode, born, share, member, note in PEOPLE:
        day = born.strftime("%d/%m/%Y") if born else ""
        amount = f"{share:,.2f}".translate(str.maketrans(",.", ".,"))
        writer.writerow([name, postcode, day, amount, ITALIAN[member], escaped(note)])
    return made.getvalue()


def escaped(note: str) -> str:
    return f"'{note}" if note.startswith("=") else note


def texts() -> None:
    """csv as the programs of this part of the world write it."""
    plain = {"kind": "csv", "header": 1, "remarks": []}
    for name, content, encoding, delimiter, guessed in (
        ("excel-semicolon-cp1252.csv", lines(";").encode("cp1252"), "cp1252", ";", True),
        ("excel-utf8.csv", codecs.BOM_UTF8 + lines(";").encode(), "utf-8-sig", ";", False),
        (
            "excel-unicode-text.csv",
            codecs.BOM_UTF16_LE + lines("\t").encode("utf-16-le"),
            "utf-16",
            "\t",
            False,
        ),
        ("big-endian.csv", codecs.BOM_UTF16_BE + lines(",").encode("utf-16-be"), "utf-16", ",", False),
        ("no-mark-utf16.csv", lines(";").encode("utf-16-le"), "utf-16-le", ";", False),
        ("old-mac.csv", lines(";", "\r").encode("mac_roman"), "mac_roman", ";", True),
        ("separator-line.csv", ("sep=|\r\n" + lines("|")).encode(), "utf-8", "|", False),
        ("comma.csv", lines(",", "\n").encode(), "utf-8", ",", False),
        ("dos.csv", lines(";").translate(DOS).encode("cp850"), "cp850", ";", True),
    ):
        (FILES / name).write_bytes(content)
        remarks = ["guessed_encoding"] if guessed else []
        expect(name, **{**plain, "encoding": encoding, "delimiter": delimiter, "remarks": remarks})
    expect(
        "dos.csv",
        kind="csv",
        header=1,
        encoding="cp850",
        delimiter=";",
        remarks=["guessed_encoding"],
        notes=2,
    )


# What DOS had no letters for.
DOS = str.maketrans({"“": '"', "”": '"', "–": "-", "€": "E"})


def workbooks() -> None:
    """What Excel saves: days counted from 1904, postcodes as numbers, texts as dates, several sheets."""
    with xlsxwriter.Workbook(FILES / "excel-1904.xlsx", {"date_1904": True}) as book:
        people(book, book.add_worksheet("Soci"))
    expect("excel-1904.xlsx", kind="xlsx", header=1, sheet="Soci", remarks=[], starts_in_1904=True)
    with xlsxwriter.Workbook(FILES / "excel-sheets.xlsx") as book:
        cover = book.add_worksheet("Leggimi")
        cover.write(0, 0, "Elenco dei soci della rete")
        sheet = book.add_worksheet("Soci 2025")
        sheet.merge_range(0, 0, 0, 5, "Elenco dei soci", book.add_format({"bold": True}))
        people(book, sheet, first=3)
        sheet.set_row(5, None, None, {"hidden": True})
        hidden = book.add_worksheet("Appoggio")
        hidden.write(0, 0, "sì")
        hidden.hide()
    expect(
        "excel-sheets.xlsx",
        kind="xlsx",
        header=4,
        sheet="Soci 2025",
        sheets=["Leggimi", "Soci 2025", "Appoggio"],
        remarks=["merged", "hidden_rows", "hidden_sheet"],
        hidden=[6],
    )
    with xlsxwriter.Workbook(FILES / "text-dates.xlsx") as book:
        sheet = book.add_worksheet("Soci")
        for row, record in enumerate(csv.reader(io.StringIO(lines(";"), newline=""), delimiter=";")):
            for column, text in enumerate(record):
                sheet.write_string(row, column, text)
    expect("text-dates.xlsx", kind="xlsx", header=1, sheet="Soci", remarks=[])


def people(book: xlsxwriter.Workbook, sheet, first: int = 0) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    digits = book.add_format({"num_format": "00000"})
    euros = book.add_format({"num_format": '#,##0.00 "€"'})
    sheet.write_row(first, 0, HEADER)
    for row, (name, postcode, born, share, member, note) in enumerate(PEOPLE, start=first + 1):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, int(postcode), digits)
        if born:
            sheet.write_datetime(row, 2, datetime(born.year, born.month, born.day), day)
        sheet.write_number(row, 3, share, euros)
        if member is not None:
            sheet.write_boolean(row, 4, member)
        sheet.write_string(row, 5, note)


def formulas() -> None:
    """What was never calculated, for openpyxl writes formulas without values; and cells with an error."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Conti"
    sheet.append(["Nome", "Totale", "Stato"])
    sheet.append(["Anna", "=1+1", "#N/A"])
    sheet.append(["Bruno", 3, "#DIV/0!"])
    for place in ("C2", "C3"):
        sheet[place].data_type = "e"
    book.save(FILES / "formulas.xlsx")
    expect(
        "formulas.xlsx",
        kind="xlsx",
        header=1,
        sheet="Conti",
        remarks=["errors", "formulas"],
        cells=[["Anna", "formula", "error"], ["Bruno", 3, "error"]],
    )


def libre_office() -> None:
    """The same people, saved by LibreOffice in each of its formats, with a formula and an error."""
    source = FILES / "libreoffice.xlsx"
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet("Soci")
        people(book, sheet)
        sheet.set_row(2, None, None, {"hidden": True})
        sums = book.add_worksheet("Conti")
        sums.write_row(0, 0, ["Voce", "Importo"])
        sums.write_row(1, 0, ["Somma"])
        sums.write_formula(1, 1, "=1+1", value=2)
        sums.write_row(2, 0, ["Errore"])
        sums.write_formula(2, 1, "=NA()", value="#N/A")
    made = FILES / "made"
    for kind in ("ods", "xls", "xlsx", "csv:Text - txt - csv (StarCalc):59,34,76,1,,1040,false,true"):
        command = ["soffice", "--headless", "--convert-to", kind, "--outdir", made, source]
        subprocess.run(command, check=True, capture_output=True)
    for kind in ("ods", "xls", "xlsx", "csv"):
        (made / f"libreoffice.{kind}").replace(FILES / f"libreoffice.{kind}")
    made.rmdir()
    told = {"sheet": "Soci", "header": 1, "sheets": ["Soci", "Conti"], "remarks": ["hidden_rows", "errors"]}
    expect("libreoffice.ods", kind="ods", hidden=[3], **told)
    expect("libreoffice.xlsx", kind="xlsx", hidden=[3], **told)
    expect("libreoffice.xls", kind="xls", hidden=[3], **told)
    expect("libreoffice.csv", kind="csv", encoding="utf-8", delimiter=";", header=1, remarks=[])


if __name__ == "__main__":
    main()
