"""Reading a spreadsheet that somebody sent, whatever is in it.

    with open_book(path, "soci.xlsx") as book:
        guess = guess_header(book.rows("Foglio1"))
        for row in book.rows("Foglio1"):
            ...

Everything that touches the file happens in a child process with bounded memory and time, which is
`cms.spreadsheets.reader`: a hostile file costs a sentence and not the worker.
"""

from cms.spreadsheets.reading.book import Book, Broken, Cell, Remark, Row, SheetInfo, letters, open_book
from cms.spreadsheets.reading.header import HeaderGuess, guess_header
from cms.spreadsheets.reading.refusals import Refused

__all__ = [
    "Book",
    "Broken",
    "Cell",
    "HeaderGuess",
    "Refused",
    "Remark",
    "Row",
    "SheetInfo",
    "guess_header",
    "letters",
    "open_book",
]
