"""Why a file was refused, in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than %(limit)s MB. Split it into smaller ones."),
    "too_big_inside": _(
        "The file unpacks to more than %(limit)s MB, as files made to do harm do. Open it in your "
        "spreadsheet program, copy the rows to a new file and save that."
    ),
    "too_many_parts": _("The file holds far more parts than a spreadsheet has. Save the rows as a new file."),
    "too_many_rows": _("The sheet “%(sheet)s” has more than %(limit)s rows. Split it into smaller ones."),
    "too_many_columns": _(
        "The sheet “%(sheet)s” has more than %(limit)s columns. Keep only those that you want to import."
    ),
    "too_many_sheets": _("The file has more than %(limit)s sheets. Keep only those that you want to import."),
    "cell_too_long": _("Row %(row)s holds a cell of more than %(limit)s characters."),
    "too_heavy": _(
        "The file is too heavy to be read here: it needs too much memory or time. Copy the rows to a new "
        "file, without pictures and formats, or save it as csv."
    ),
    "open_quote": _(
        "Row %(row)s opens a quotation mark that is never closed, so that the rows after it run into "
        "one cell."
    ),
    "password": _("The file is protected by a password. Save a copy without one and send that."),
    "macros": _("The file holds macros. Save it as an ordinary workbook (.xlsx) and send that."),
    "not_a_spreadsheet": _(
        "The file is not a spreadsheet: it looks like %(what)s. Send an .xlsx, .xls, .ods or .csv file."
    ),
    "broken": _(
        "The file is damaged or was not sent whole. Open it in your spreadsheet program, save it again and "
        "send that."
    ),
    "unsafe_xml": _("The file holds XML that no spreadsheet program writes. Save the rows as a new file."),
    "unknown_encoding": _(
        "The letters of the file cannot be made out. Save it as “CSV UTF-8” or as .xlsx and send that."
    ),
    "no_rows": _("The file holds no rows."),
    "no_such_sheet": _("The file has no sheet called “%(sheet)s”."),
}

WHAT = {
    "picture": _("a picture"),
    "pdf": _("a PDF"),
    "html": _("a web page saved under another name"),
    "xml": _("an XML file"),
    "zip": _("an archive"),
    "document": _("a text document"),
    "program": _("a program"),
    "json": _("a JSON file"),
    "rtf": _("a text document"),
    "binary": _("something else"),
    "database": _("a database"),
}

REMARKS = {
    "merged": _(
        "“%(sheet)s”: %(count)s merged areas (the first is %(where)s). Only their first cell has a value."
    ),
    "hidden_rows": _("“%(sheet)s”: %(count)s hidden rows are read too (the first is row %(where)s)."),
    "hidden_sheet": _("The sheet “%(sheet)s” is hidden."),
    "errors": _("“%(sheet)s”: %(count)s cells hold an error such as #N/A (the first is %(where)s)."),
    "formulas": _(
        "“%(sheet)s”: %(count)s formulas were never calculated (the first is %(where)s). Open the file in "
        "your spreadsheet program, save it and send it again."
    ),
    "old_format": _(
        "In the .xlsb format, cells that show an error look empty. Save as .xlsx to have them told."
    ),
    "guessed_encoding": _("The letters were read as %(where)s. Check accents in the preview."),
    "odd_rows": _("“%(sheet)s”: %(count)s rows have more cells than the first (the first is row %(where)s)."),
}


class Refused(Exception):
    """A file that is not read. code: a key of SENTENCES; str() is the sentence for people."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def sentence(self) -> str:
        shown = {
            name: WHAT.get(value, value) if name == "what" else value for name, value in self.params.items()
        }
        return str(SENTENCES[self.code]) % shown

    def __str__(self) -> str:
        return self.sentence
