"""Dates and times in cells, as Italians write them. Day and month never change places."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from babel.dates import get_month_names
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.folding import fold
from cms.spreadsheets.problems import Problem
from cms.spreadsheets.values import SHOWN, given, shown

# Days are counted from here in Excel's numbers; in workbooks of old Macs from 1904.
EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
# Before 1 March 1900 Excel counts a day that never was.
FIRST_NUMBER, LAST_NUMBER = 61, 2_958_465
DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
NAMED = re.compile(
    r"(?:[a-z]+\.?,? )?(\d{1,2})(?:°|º|o|\^|st|nd|rd|th)? (?:de[il] )?([a-z]+)\.?,? (?:del )?(\d{4})"
)
NAMED_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?")
MOMENT = re.compile(r"(.+?),? (?:alle |ore |h )?(\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:.*")

MONTHS = {
    fold(name).rstrip("."): number
    for language in ("it", "en")
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=language).items()
} | {"sett": 9, "sept": 9, "magg": 5, "giugn": 6}


def as_date(cell: Any, *, starts_in_1904: bool = False) -> date | None:
    """31/12/2025, 31-12-25, 31.12.2025, 2025-12-31, 31 dicembre 2025; a number, if the cell was one.

    starts_in_1904: of the book, for numbers that were not formatted as dates. Raises Problem for what is no
    day, for a month of 13 and more (the day stands first, always), for a time of day that would be lost.
    """
    cell = given(cell)
    if cell is None or type(cell) is date:
        return cell
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise Problem(_("“%(text)s” has a time of day too") % {"text": shown(cell)})
        return cell.date()
    if isinstance(cell, bool | time):
        raise _no_date(cell)
    if isinstance(cell, str):
        return _parsed(cell)
    if cell != int(cell) or not FIRST_NUMBER <= cell <= LAST_NUMBER:
        raise _no_date(cell)
    return (EPOCH_1904 if starts_in_1904 else EPOCH) + timedelta(days=int(cell))


def as_moment(cell: Any, *, starts_in_1904: bool = False) -> datetime | None:
    """A day and a time, in the site's time zone; a day alone is its midnight."""
    cell = given(cell)
    if cell is None:
        return None
    if isinstance(cell, str) and ISO_MOMENT.fullmatch(cell):
        cell = _iso(cell)
    if isinstance(cell, datetime):
        return cell if timezone.is_aware(cell) else _local(cell)
    if isinstance(cell, float) and FIRST_NUMBER <= cell <= LAST_NUMBER:
        midnight = as_moment(int(cell), starts_in_1904=starts_in_1904)
        seconds = round((cell - int(cell)) * 86_400)
        # By the clock on the wall, also on the two days a year when hours are missing or come twice.
        return midnight and _local(timezone.make_naive(midnight, _zone()) + timedelta(seconds=seconds))
    if isinstance(cell, str) and (said := MOMENT.fullmatch(cell)):
        return _local(datetime.combine(_parsed(said[1]), as_time(said[2]) or time()))
    day = as_date(cell, starts_in_1904=starts_in_1904)
    return _local(datetime.combine(day, time())) if day else None


def as_time(cell: Any) -> time | None:
    """14:30 or 14.30; a fraction of a day, if the cell was a number."""
    cell = given(cell)
    if cell is None or isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        return (datetime.min + timedelta(seconds=round(cell * 86_400))).time()
    said = TIME.fullmatch(cell) if isinstance(cell, str) else None
    try:
        if said:
            return time(int(said[1]), int(said[2]), int(said[3] or 0))
    except ValueError:
        pass
    raise Problem(_("“%(text)s” is no time: write it as 14:30") % {"text": shown(cell)[:SHOWN]})


def _local(moment: datetime) -> datetime:
    """A moment as the clock on the site's wall shows it, wherever the person is who sent the sheet."""
    return timezone.make_aware(moment, _zone())


def _zone() -> tzinfo:
    return timezone.get_default_timezone()


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as wrong:
        raise _no_date(text) from wrong


def _parsed(text: str) -> date:
    """The day in a text."""
    words = fold(" ".join(text.split()))
    if said := YEAR_FIRST.fullmatch(words):
        return _day(text, int(said[1]), int(said[2]), int(said[3]))
    if said := DAY_FIRST.fullmatch(words):
        return _day(text, _year(text, said[3]), int(said[2]), int(said[1]))
    if (said := NAMED.fullmatch(words)) and said[2] in MONTHS:
        return _day(text, int(said[3]), MONTHS[said[2]], int(said[1]))
    if (said := NAMED_FIRST.fullmatch(words)) and said[1] in MONTHS:
        return _day(text, int(said[3]), MONTHS[said[1]], int(said[2]))
    raise _no_date(text)


def _year(text: str, digits: str) -> int:
    """A year of two digits as spreadsheets take it, save those that people take differently."""
    year = int(digits)
    if len(digits) == 4:
        return year
    if 30 <= year < 50:
        raise Problem(
            _("“%(text)s” may be in %(one)s or %(other)s: write the year with four digits")
            % {"text": text[:SHOWN], "one": 1900 + year, "other": 2000 + year}
        )
    return year + (2000 if year < 30 else 1900)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as wrong:
        if month > 12 and 1 <= day <= 12:
            raise Problem(
                _("“%(text)s”: there is no month %(month)s; write the day first, as in 31/12/2025")
                % {"text": text[:SHOWN], "month": month}
            ) from wrong
        raise Problem(_("“%(text)s” is a day that does not exist") % {"text": text[:SHOWN]}) from wrong


def _no_date(cell: Any) -> Problem:
    return Problem(_("“%(text)s” is no date: write it as 31/12/2025") % {"text": shown(cell)[:SHOWN]})
