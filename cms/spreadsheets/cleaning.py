"""What a cell may mean, by the kind of its column. Values come out as staged rows keep them: plain JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.consent import normal_email
from cms.dates import long_date
from cms.folding import fold
from cms.money import Money
from cms.money_fields import CentsField
from cms.spreadsheets import days, values
from cms.spreadsheets.problems import Problem

if TYPE_CHECKING:
    from cms.spreadsheets.fields import SheetField

Cleaner = Callable[[Any], Any]


_ADDRESSES = (EmailValidator, URLValidator)


class Kind:
    """A kind of column. Called with a field, it gives the function that cleans a cell of it."""

    rule: Any = gettext_lazy("A text.")

    def __call__(self, field: SheetField) -> Cleaner:
        clean = self.reader(field)
        check = _validators(field)
        if check is None:
            return clean

        def cleaned(cell: Any) -> Any:
            value = clean(cell)
            check(value)
            return value

        return cleaned

    def reader(self, field: SheetField) -> Cleaner:
        raise NotImplementedError

    def stored(self, value: Any) -> Any:
        """A value of the database in the same form."""
        return value

    def plain(self, value: Any) -> Any:
        """A stored value as the cleaner would give it: what differs only so is no change."""
        return value

    def shown(self, value: Any) -> str:
        return str(value)


class Line(Kind):
    """One line of text."""

    def reader(self, field: SheetField) -> Cleaner:
        return _line

    def plain(self, value: Any) -> Any:
        return " ".join(value.split()) if isinstance(value, str) else value


class Text(Kind):
    """Several lines of text."""

    def reader(self, field: SheetField) -> Cleaner:
        return _text

    def plain(self, value: Any) -> Any:
        return _lines(value).strip(values.SPACES) if isinstance(value, str) else value


class Email(Line):
    rule = gettext_lazy("An e-mail address, such as name@example.org.")

    def plain(self, value: Any) -> Any:
        return normal_email(value) if isinstance(value, str) else value

    def reader(self, field: SheetField) -> Cleaner:
        return values.as_email


class Url(Line):
    rule = gettext_lazy("A web address, such as https://example.org.")

    def reader(self, field: SheetField) -> Cleaner:
        return values.as_link


class Slug(Line):
    rule = gettext_lazy("Small letters, numbers and hyphens.")

    def reader(self, field: SheetField) -> Cleaner:
        def read(cell: Any) -> str:
            typed = _line(cell)
            if slugify(typed) != typed:
                raise Problem(
                    _("“%(typed)s” is not made of small letters, numbers and hyphens") % {"typed": typed}
                )
            return typed

        return read


class Whole(Kind):
    rule = gettext_lazy("A whole number.")

    def reader(self, field: SheetField) -> Cleaner:
        return values.as_integer


class Cents(Kind):
    rule = gettext_lazy("An amount, such as 1.234,56.")

    def reader(self, field: SheetField) -> Cleaner:
        def read(cell: Any) -> int | None:
            amount = values.as_money(cell)
            if amount is not None and amount.cents < 0:
                raise Problem(_("the amount cannot be negative"))
            return None if amount is None else amount.cents

        return read

    def shown(self, value: Any) -> str:
        return Money(int(value)).format()


class SignedCents(Cents):
    """An amount that may be less than nothing, as in the movements of an account."""

    rule = gettext_lazy("An amount, such as 1.234,56, with a minus for money that went out.")

    def reader(self, field: SheetField) -> Cleaner:
        def read(cell: Any) -> int | None:
            amount = values.as_money(cell)
            return None if amount is None else amount.cents

        return read


class Number(Kind):
    rule = gettext_lazy("A number, such as 12,5.")

    def reader(self, field: SheetField) -> Cleaner:
        return lambda cell: self.stored(values.as_decimal(cell))

    def stored(self, value: Any) -> Any:
        return None if value is None else str(Decimal(value).normalize())


class Day(Kind):
    rule = gettext_lazy("A date, such as 31/12/2026.")

    def reader(self, field: SheetField) -> Cleaner:
        return lambda cell: self.stored(days.as_date(cell))

    def stored(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def shown(self, value: Any) -> str:
        return long_date(date.fromisoformat(value))


class YesNo(Kind):
    rule = gettext_lazy("Yes or no.")

    def reader(self, field: SheetField) -> Cleaner:
        return values.as_boolean

    def shown(self, value: Any) -> str:
        return _("Yes") if value else _("No")


class Choice(Kind):
    """One of few values, by its label in either language or by the value itself."""

    def reader(self, field: SheetField) -> Cleaner:
        known = field.spellings()

        def read(cell: Any) -> Any:
            typed = _line(cell)
            try:
                return known[fold(typed)]
            except KeyError:
                raise Problem(
                    _("“%(typed)s” is none of: %(choices)s")
                    % {"typed": typed, "choices": ", ".join(label for _value, label in field.choices)}
                ) from None

        return read


class OneReference(Kind):
    """Another record, by name. The cleaner gives the spelling under which it is looked for."""

    rule = gettext_lazy("The name of a record that is already there.")

    def reader(self, field: SheetField) -> Cleaner:
        key = field.refers_to.key
        return lambda cell: key(_line(cell))

    def __call__(self, field: SheetField) -> Cleaner:
        return self.reader(field)


class ManyReferences(OneReference):
    rule = gettext_lazy("Names of records that are already there, with semicolons between them.")

    def reader(self, field: SheetField) -> Cleaner:
        key = field.refers_to.key
        return lambda cell: [key(part.strip()) for part in _line(cell).split(";") if part.strip()]


KINDS: dict[str, Kind] = {
    "line": Line(),
    "text": Text(),
    "email": Email(),
    "url": Url(),
    "slug": Slug(),
    "whole": Whole(),
    "cents": Cents(),
    "signed_cents": SignedCents(),
    "number": Number(),
    "day": Day(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "reference": OneReference(),
    "references": ManyReferences(),
}
# The first that fits: a CharField with choices is a choice, an EmailField an e-mail address.
_BY_FIELD: list[tuple[type[models.Field], str]] = [
    (models.ManyToManyField, "references"),
    (models.ForeignKey, "reference"),
    (models.EmailField, "email"),
    (models.URLField, "url"),
    (models.SlugField, "slug"),
    (CentsField, "cents"),
    (models.BooleanField, "yes_no"),
    (models.DateField, "day"),
    (models.DecimalField, "number"),
    (models.IntegerField, "whole"),
    (models.TextField, "text"),
]


def _line(cell: Any) -> str:
    """One line, "" for an empty cell."""
    return " ".join((values.as_text(cell) or "").split())


def _text(cell: Any) -> str:
    """Several lines, with line ends alike."""
    return _lines(values.as_text(cell) or "")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def kind_of(field: Any) -> str:
    """The kind of a model's field."""
    if getattr(field, "choices", None):
        return "choice"
    return next((kind for cls, kind in _BY_FIELD if isinstance(field, cls)), "line")


def _validators(field: SheetField) -> Cleaner | None:
    """The model's own rules for a value, as one function; None when it has none."""
    if field.model_field is None or field.member or field.kind in ("choice", "day", "yes_no"):
        return None
    # Addresses have been looked at by then, with words of the sheet.
    rules = [rule for rule in field.model_field.validators if not isinstance(rule, _ADDRESSES)]
    if not rules:
        return None

    def check(value: Any) -> None:
        if value is None:
            return
        for rule in rules:
            try:
                rule(value)
            except ValidationError as refusal:
                raise Problem(" ".join(refusal.messages)) from refusal

    return check
