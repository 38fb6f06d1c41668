"""Files made to do harm, damaged and wrong ones. Each is made here, and gets a sentence within seconds."""

import random
import resource
import struct
import threading
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from cms.spreadsheets.reading import Refused, open_book

SECONDS = 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def workbook(rows: int = 3, columns: int = 3) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Soci")
        for row in range(rows):
            sheet.write_row(row, 0, [f"{row}-{column}" for column in range(columns)])
    return made.getvalue()


def with_parts(parts: dict[str, bytes], content: bytes | None = None) -> bytes:
    """A workbook in which some parts are others."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content or workbook())) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return made.getvalue()


def with_sheet(xml: str, declaration: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>{declaration}<worksheet xmlns='
    namespace = '"http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return with_parts({"xl/worksheets/sheet1.xml": f"{head}{namespace}{xml}</worksheet>".encode()})


def lying_about_its_size() -> bytes:
    """The directory says ten bytes where there are many."""
    content = bytearray(with_parts({"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 10**6}))
    name = b"xl/worksheets/sheet1.xml"
    entry = content.rindex(name) - 46
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return bytes(content)


def ods(table: str) -> bytes:
    made = BytesIO()
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(made, "w", 8) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="A">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return made.getvalue()


def cells(count: int) -> str:
    return "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(1, count + 1))


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LONG_STRING = f"<sst><si><t>{'a' * 1_000_000}</t></si></sst>".encode()
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb": ("too_big_inside", lambda: with_parts({"xl/worksheets/sheet1.xml": bytes(30_000_000)})),
    "lying bomb": ("broken", lying_about_its_size),
    "thousands of parts": ("too_many_parts", lambda: with_parts({f"xl/{part}": b"" for part in range(3000)})),
    "archive in an archive": (
        "not_a_spreadsheet",
        lambda: with_parts({"a.zip": workbook()}, empty_archive()),
    ),
    "macros": ("macros", lambda: with_parts({"xl/vbaProject.bin": b"x"})),
    "old macros": ("macros", lambda: OLE + wide("Workbook") + wide("_VBA_PROJECT_CUR") + bytes(512)),
    "password": ("password", lambda: OLE + wide("EncryptedPackage") + bytes(512)),
    "document": ("not_a_spreadsheet", lambda: OLE + wide("WordDocument") + bytes(512)),
    "old and cut": ("broken", lambda: OLE + wide("Workbook") + bytes(512)),
    "5,000 columns": ("too_many_columns", lambda: workbook(columns=5000)),
    "5,000 columns of csv": ("too_many_columns", lambda: b";".join([b"a"] * 5000)),
    "2 million rows": ("too_many_rows", lambda: b"a;b\n" * 2_000_000),
    "a million rows": ("too_many_rows", lambda: with_sheet("<sheetData>" + "<row></row>" * 1_000_000)),
    "a cell at the far end": (
        "too_heavy",
        lambda: with_sheet(
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    ),
    "one long text many times": (
        "too_heavy",
        lambda: with_parts(
            {"xl/sharedStrings.xml": LONG_STRING},
            with_sheet(f"<sheetData><row r='1'>{cells(5000)}</row></sheetData>"),
        ),
    ),
    "one long text": (
        "cell_too_long",
        lambda: with_sheet(
            f'<sheetData><row r="1"><c t="inlineStr"><is><t>{"a" * 50_000}</t></is></c></row></sheetData>'
        ),
    ),
    "repeated a million times": (
        "broken",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell office:value-type="float" office:value="1" '
            'table:number-columns-repeated="16000"><text:p>1</text:p></table:table-cell></table:table-row>'
        ),
    ),
    "billion laughs": ("unsafe_xml", lambda: with_sheet("<sheetData/>", LAUGHS)),
    "billion laughs in wide letters": (
        "unsafe_xml",
        lambda: with_parts({"xl/workbook.xml": f"<?xml version='1.0'?>{LAUGHS}<l>&b;</l>".encode("utf-16")}),
    ),
    "outside entity": ("unsafe_xml", lambda: ods('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "broken XML": ("broken", lambda: with_sheet('<sheetData><row><c t="e"></row></sheetData>')),
    "cut in half": ("broken", lambda: workbook(200)[:4000]),
    "no workbook": ("broken", lambda: with_parts({"xl/workbook.xml": b""})),
    "empty archive": ("not_a_spreadsheet", lambda: empty_archive()),
    "empty": ("empty", lambda: b""),
    "nothing but spaces": ("no_rows", lambda: b" \n;;\n"),
    "no cells": ("no_rows", lambda: workbook(0)),
    "picture": ("not_a_spreadsheet", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    "PDF": ("not_a_spreadsheet", lambda: b"%PDF-1.7\n"),
    "web page": ("not_a_spreadsheet", lambda: b"<html><table><tr><td>1</td></tr></table></html>"),
    "XML of 2003": ("not_a_spreadsheet", lambda: b'<?xml version="1.0"?><Workbook/>'),
    "JSON": ("not_a_spreadsheet", lambda: b'[{"a": 1}]'),
    "binary garbage": ("not_a_spreadsheet", lambda: random.Random(1).randbytes(5000)),
    "garbage after text": ("not_a_spreadsheet", lambda: b"a;b\n" * 2000 + b"\x00\x01\x02"),
    "open quote": ("open_quote", lambda: b'a;b\n1;"2\n3;4\n5;6\n'),
    "endless cell": ("cell_too_long", lambda: b'a;b\n1;"' + b"x" * 50_000),
    "broken letters": ("unknown_encoding", lambda: b"\xff\xfea\x00\x00\xd8"),
}


def empty_archive() -> bytes:
    made = BytesIO()
    zipfile.ZipFile(made, "w").close()
    return made.getvalue()


def wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\x00\x00"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_gets_a_sentence_within_seconds_and_bounded_memory(name, tmp_path):
    code, make = HOSTILE[name]
    path: Path = tmp_path / "soci.xlsx"
    path.write_bytes(make())
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        open_book(path, "soci.xlsx")
    assert refused.value.code == code
    assert refused.value.sentence and "%(" not in refused.value.sentence
    assert time.monotonic() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_100_000


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[] if seed < 2 else pytest.mark.long) for seed in range(8)]
)
def test_bytes_changed_at_random_are_read_or_refused(seed, tmp_path):
    chance = random.Random(seed)
    content = bytearray(workbook(20) if seed % 2 else ods("<table:table-row/>" * 20))
    for _change in range(chance.randint(1, 40)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path: Path = tmp_path / "soci.xlsx"
    path.write_bytes(content[: chance.randint(len(content) // 2, len(content))])
    try:
        book = open_book(path, "soci.xlsx")
        assert [list(book.rows(sheet.name)) for sheet in book.sheets]
    except Refused as refused:
        assert refused.sentence


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Only Linux tells the children of a thread.")
def test_a_reader_who_stops_leaves_no_process_behind(tmp_path):
    path: Path = tmp_path / "soci.csv"
    path.write_bytes(b"a;b;c\n" * 200_000)
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    # The browser's driver may be a child of this thread as well.
    before = set(children.read_text().split())
    rows = open_book(path, "soci.csv").rows("csv")
    assert next(rows).number == 1
    assert len(set(children.read_text().split()) - before) == 1
    rows.close()
    assert set(children.read_text().split()) <= before
