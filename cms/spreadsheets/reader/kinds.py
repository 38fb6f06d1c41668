"""What a file is, by its content. Its name is never asked: people rename."""

import re
import zipfile
from pathlib import Path

from cms.spreadsheets.reader.stopping import Stop

# Beginnings of files that people send by mistake. Longer than a word, so that no csv begins like them.
BEGINNINGS = (
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"SQLite format 3\x00", "database"),
    (b"Rar!\x1a\x07", "zip"),
    (b"7z\xbc\xaf", "zip"),
    (b"\x1f\x8b\x08", "zip"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<head|<body|<table|<!--|<svg|<style)", re.I)
JSON = re.compile(rb'^\s*(?:\{\s*"|\[\s*[\[{])')


def kind_of(path: Path, limits: dict) -> str:
    """ "csv", "xlsx", "xls", "ods" or "xlsb". Stops for anything else."""
    with path.open("rb") as file:
        head = file.read(4096)
    for beginning, what in BEGINNINGS:
        if head.startswith(beginning):
            raise Stop("not_a_spreadsheet", what=what)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise Stop("not_a_spreadsheet", what="picture")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_archive(path)
    if head.startswith(OLE):
        return _kind_of_ole(path)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text[2:].replace(b"\x00", b"")
    if MARKUP.match(text):
        raise Stop(
            "not_a_spreadsheet", what="xml" if b"<html" not in text.lower() and b"<?xml" in text else "html"
        )
    if JSON.match(text):
        raise Stop("not_a_spreadsheet", what="json")
    return "csv"


def _kind_of_archive(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
            mimetype = archive.read("mimetype").strip()
            if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return "ods"
            raise Stop("not_a_spreadsheet", what="document")
    if "EncryptedPackage" in names:
        raise Stop("password")
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names) and "[Content_Types].xml" in names:
        return "xlsx"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Stop("not_a_spreadsheet", what="document")
    raise Stop("not_a_spreadsheet", what="zip")


def _kind_of_ole(path: Path) -> str:
    content = path.read_bytes()

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\x00\x00" in content

    if has("EncryptedPackage"):
        raise Stop("password")
    if has("_VBA_PROJECT_CUR") or has("_VBA_PROJECT"):
        raise Stop("macros")
    if has("Workbook") or has("Book"):
        return "xls"
    raise Stop("not_a_spreadsheet", what="document" if has("WordDocument") else "binary")
