"""What a cell means in a column of a known type, as Italians write it.

Each function takes a cell as cms.spreadsheets.reading gives it and returns the value, or None for an empty
one. Nothing is guessed: what could mean two things raises Problem, in words for who wrote the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.consent import normal_email
from cms.folding import fold
from cms.money import CURRENCIES, Money, NotMoney
from cms.spreadsheets.escaping import restored
from cms.spreadsheets.problems import Problem
from cms.spreadsheets.reading.book import Broken

YES = frozenset({"si", "s", "x", "vero", "v", "true", "t", "1", "yes", "y", "✓", "✔"})
NO = frozenset({"no", "n", "falso", "f", "false", "0", "-"})
# Numbers in Excel have fifteen digits; what comes after is noise of the float.
DIGITS = ".15g"
SHOWN = 60
# What is taken off a cell's ends.
SPACES = " \u00a0\u202f\r\n\t"


def given(cell: Any) -> Any:
    """The cell without spaces around it, None when nothing is left. Raises Problem for a broken one."""
    if isinstance(cell, Broken):
        if cell.code == "formula":
            raise Problem(_("the formula was never calculated: open the file, save it and send it again"))
        raise Problem(_("the cell shows the error %(error)s") % {"error": cell.shown})
    if not isinstance(cell, str):
        return cell
    if "\x00" in cell:
        raise Problem(_("the cell holds signs that no text has"))
    return restored(cell.strip(SPACES) if not cell.startswith("'") else cell.rstrip()) or None


def as_text(cell: Any, *, longest: int | None = None) -> str | None:
    """The cell as the sheet shows it."""
    cell = given(cell)
    if cell is None:
        return None
    text = shown(cell)
    if longest and len(text) > longest:
        raise Problem(
            _("“%(text)s…” has %(count)s characters; %(limit)s are allowed")
            % {"text": text[:20], "count": len(text), "limit": longest}
        )
    return text


def shown(cell: Any) -> str:
    """A cell in the words of the sheet: 31/12/2025, 12,5, sì."""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M" if not cell.second else "%d/%m/%Y %H:%M:%S")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, time):
        return cell.strftime("%H:%M" if not cell.second else "%H:%M:%S")
    if isinstance(cell, float | Decimal):
        return f"{_plain_decimal(cell):f}".replace(".", ",")
    return str(cell)


def as_phone(cell: Any) -> str | None:
    """Kept as it is written: zeros and signs before it mean something."""
    text = as_text(cell, longest=40)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9+()/.\-\s]*[0-9][0-9+()/.\-\s]*(?:(?:int|ext|x)\.?\s*[0-9]+)?", text, re.I):
        raise Problem(_("“%(text)s” is no telephone number") % {"text": text[:SHOWN]})
    return " ".join(text.split())


def as_email(cell: Any) -> str | None:
    """In the form in which addresses are compared everywhere in the house."""
    text = as_text(cell)
    if text is None:
        return None
    address = normal_email(re.sub(r"^mailto:", "", text, flags=re.I))
    try:
        EmailValidator()(address)
    except ValidationError as wrong:
        raise Problem(_("“%(text)s” is no e-mail address") % {"text": text[:SHOWN]}) from wrong
    return address


def as_link(cell: Any) -> str | None:
    """A web address; "www.…" is taken as https."""
    text = as_text(cell)
    if text is None:
        return None
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as wrong:
        raise Problem(_("“%(text)s” is no web address") % {"text": text[:SHOWN]}) from wrong
    return address


def as_boolean(cell: Any) -> bool | None:
    """sì, si, s, x, vero, true, 1; no, n, falso, false, 0. Anything else is asked about."""
    cell = given(cell)
    if cell is None or isinstance(cell, bool):
        return cell
    word = fold(shown(cell))
    if word in YES:
        return True
    if word in NO:
        return False
    raise Problem(_("“%(text)s” is neither yes nor no") % {"text": shown(cell)[:SHOWN]})


def as_decimal(cell: Any, *, places: int | None = None) -> Decimal | None:
    """1.234,56, 1234.56 or 1234,56; "1.234" and "1,234" may mean two things and are refused.

    places: how many decimals the column keeps; more of them are refused, never rounded.
    """
    cell = given(cell)
    if cell is None:
        return None
    number = _parsed_decimal(cell) if isinstance(cell, str) else _number(cell)
    exponent = number.normalize().as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        raise Problem(
            _("“%(text)s” has more than %(places)s decimals")
            % {"text": shown(cell)[:SHOWN], "places": places}
        )
    return number


def as_integer(cell: Any) -> int | None:
    """A whole number; groups of thousands as in 1.234 are understood, for no decimal could be meant."""
    cell = given(cell)
    if cell is None:
        return None
    if isinstance(cell, str) and re.fullmatch(r"[-+]?\d{1,3}(?:[.\u00a0\u202f ']\d{3})+", cell):
        return int(re.sub(r"[^\d-]", "", cell))
    number = _parsed_decimal(cell) if isinstance(cell, str) else _number(cell)
    if number != number.to_integral_value():
        raise Problem(_("“%(text)s” is no whole number") % {"text": shown(cell)[:SHOWN]})
    return int(number)


def as_money(cell: Any, currency: str = "EUR") -> Money | None:
    """1.234,56, 1234.56, € 12, 12,5 € and numbers with at most two decimals. Another currency is refused."""
    cell = given(cell)
    if cell is None:
        return None
    if isinstance(cell, str):
        return _parsed_money(cell, currency)
    cents = _number(cell) * 100
    if cents != cents.to_integral_value():
        raise Problem(_("“%(text)s” has more than two decimals") % {"text": shown(cell)[:SHOWN]})
    return Money(int(cents), currency)


def as_choice(cell: Any, choices: Iterable[tuple[Any, Any]]) -> Any:
    """The key of a choice, named by its key or by its label in Italian or English; case and accents aside.

    choices: (key, label) pairs, labels lazy where they are translated.
    """
    text = as_text(cell)
    if text is None:
        return None
    pairs = list(choices)
    wanted = fold(" ".join(text.split()))
    found = {key for key, label in pairs if wanted in _names(key, label)}
    if len(found) == 1:
        return found.pop()
    if found:
        raise Problem(_("“%(text)s” may mean more than one choice") % {"text": text[:SHOWN]})
    labels = [str(label) for _key, label in pairs]
    allowed = ", ".join(labels[:10]) + ("…" if len(labels) > 10 else "")
    raise Problem(
        _("“%(text)s” is none of the choices: %(choices)s") % {"text": text[:SHOWN], "choices": allowed}
    )


def as_choices(cell: Any, choices: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Several choices, separated by semicolons, bars, line breaks or, failing that, commas; none twice."""
    text = as_text(cell)
    if text is None:
        return []
    pairs = list(choices)
    parts = re.split(r"[;|\n]", text)
    if len(parts) == 1 and not any(fold(text) in _names(key, label) for key, label in pairs):
        parts = text.split(",")
    return list(dict.fromkeys(as_choice(part, pairs) for part in parts if part.strip()))


def _names(key: Any, label: Any) -> set[str]:
    names = {fold(str(key))}
    for language in ("it", "en"):
        with override(language):
            names.add(fold(" ".join(str(label).split())))
    return names


def _plain_decimal(number: float | Decimal) -> Decimal:
    return Decimal(format(number, DIGITS)) if isinstance(number, float) else number


def _number(cell: Any) -> Decimal:
    """A cell that is a number already. Raises Problem for dates, yes and no, infinities."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise Problem(_("“%(text)s” is no number") % {"text": shown(cell)[:SHOWN]})
    try:
        number = _plain_decimal(cell) if isinstance(cell, float) else Decimal(cell)
    except (InvalidOperation, ValueError) as wrong:
        raise Problem(_("“%(text)s” is no number") % {"text": str(cell)[:SHOWN]}) from wrong
    if not number.is_finite():
        raise Problem(_("“%(text)s” is no number") % {"text": str(cell)[:SHOWN]})
    return number


def _parsed_decimal(text: str) -> Decimal:
    """The number in a text. Raises Problem for none, and for one that could be two."""
    digits = re.sub(r"[\s\u00a0\u202f']", "", text)
    if not re.fullmatch(r"[-+]?\d{1,18}(?:[.,]\d+)*", digits):
        raise Problem(_("“%(text)s” is no number") % {"text": text[:SHOWN]})
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", digits):
        whole, part = re.split(r"[.,]", digits)
        raise Problem(
            _("“%(text)s” may be %(large)s or %(small)s: write it without a separator of thousands")
            % {"text": text[:SHOWN], "large": whole + part, "small": f"{whole},{part}"}
        )
    for group, mark in ((".", ","), (",", ".")):
        pattern = rf"[-+]?(?:\d+|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+)(?:{re.escape(mark)}\d+)?"
        if re.fullmatch(pattern, digits):
            return Decimal(digits.replace(group, "").replace(mark, "."))
    raise Problem(_("“%(text)s” is no number") % {"text": text[:SHOWN]})


def _parsed_money(text: str, currency: str) -> Money:
    if any(other in text.upper() for other in CURRENCIES - {currency}):
        raise Problem(
            _("“%(text)s” is in another currency than %(currency)s")
            % {"text": text[:SHOWN], "currency": currency}
        )
    # Two different separators leave no doubt which one is of the decimals, wherever the sheet was written.
    is_english = 0 <= text.find(",") < text.find(".")
    for locale in ("it", "en") if is_english else ("it",):
        try:
            return Money.parse(text, currency, locale=locale)
        except NotMoney:
            continue
    raise Problem(_("“%(text)s” is no amount: write it as 1234,56") % {"text": text[:SHOWN]})
