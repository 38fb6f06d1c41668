"""Kinds of field whose value stands by itself: texts, numbers, amounts, dates, yes and no, links."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from cms.custom_fields.typed import FilterPair, TypedField
from cms.models.custom_fields import FieldKind
from cms.money import Money, NotMoney
from cms.money_fields import AmountField

TEXT_AT_MOST = 500
LONG_TEXT_AT_MOST = 20_000
# More digits would not come back from a database: a number with decimals is kept as a float.
DIGITS_AT_MOST, WHOLE_DIGITS_AT_MOST = 15, 18
YES = {"sì", "si", "s", "vero", "yes", "y", "true", "1", "x"}
NO = {"no", "n", "falso", "false", "0"}


def written(typed: Any) -> str:
    """What was typed, as text without spaces around. Sheets give whole numbers as 12.0."""
    if isinstance(typed, float) and typed.is_integer():
        typed = int(typed)
    return "" if typed is None else str(typed).replace("\x00", "").strip()


def places_of(number: Decimal) -> int:
    """How many decimal places a number needs."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class TextField(TypedField):
    kind = FieldKind.TEXT
    at_most = TEXT_AT_MOST
    widget: Any = forms.TextInput

    def to_python(self, typed: Any) -> str | None:
        text = written(typed)
        if len(text) > self.at_most:
            raise ValidationError(_("At most %(count)s characters.") % {"count": self.at_most})
        return text or None

    def form_field(self, value: Any = None) -> forms.Field:
        return forms.CharField(max_length=self.at_most, widget=self.widget(), **self.form_options())


class LongTextField(TextField):
    kind = FieldKind.LONG_TEXT
    at_most = LONG_TEXT_AT_MOST
    widget = AdminAutoHeightTextInput
    is_sortable = False


class NumberInput(forms.DecimalField):
    """A number typed by a person, read as sheets are read."""

    def __init__(self, *, field: NumberField, **kwargs) -> None:
        self.field = field
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return self.field.to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return self.field.bare(value) if isinstance(value, Decimal) else value


class NumberField(TypedField):
    kind = FieldKind.NUMBER
    column_kind = "number"

    def to_python(self, typed: Any) -> Decimal | None:
        if isinstance(typed, bool):
            raise self._complaint()
        if isinstance(typed, int | float | Decimal):
            return self._within(Decimal(str(typed)) if math.isfinite(typed) else None)
        text = re.sub(r"[\s\u00a0\u202f']", "", written(typed)).removesuffix(self.definition.unit.strip())
        if not text:
            return None
        point, comma = (",", ".") if (get_language() or "it").startswith("it") else (".", ",")
        groups = rf"-?[0-9]{{1,3}}({re.escape(comma)}[0-9]{{3}})+({re.escape(point)}[0-9]+)?"
        if re.fullmatch(groups, text):
            text = text.replace(comma, "")
        elif len(re.findall(r"[.,]", text)) > 1:
            raise self._complaint()
        try:
            return self._within(Decimal(text.replace(",", ".")))
        except InvalidOperation as odd:
            raise self._complaint() from odd

    def _complaint(self) -> ValidationError:
        example = number_format(Decimal("12.5") if self.definition.decimals else 12, use_l10n=True)
        return ValidationError(_("Enter a number such as %(example)s.") % {"example": example})

    def _within(self, number: Decimal | None) -> Decimal:
        if number is None or not number.is_finite():
            raise self._complaint()
        number = number.normalize()
        places, size = places_of(number), abs(number.adjusted())
        digits = len(number.as_tuple().digits) if places else size + 1
        if digits > (DIGITS_AT_MOST if places else WHOLE_DIGITS_AT_MOST) or size > WHOLE_DIGITS_AT_MOST:
            raise ValidationError(_("This number has too many digits."))
        if places > (most := self.definition.decimals):
            told = _("At most %(count)s decimal places.") if most else _("A whole number.")
            raise ValidationError(told % {"count": most})
        return number + 0  # no minus before zero

    def from_stored(self, stored: Any) -> Decimal:
        return Decimal(str(stored))

    def to_stored(self, value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)

    def form_field(self, value: Any = None) -> forms.Field:
        options = self.form_options()
        if self.definition.unit:
            options["label"] = f"{options['label']} ({self.definition.unit})"
        return NumberInput(field=self, **options)

    def bare(self, value: Decimal) -> str:
        """The number without its unit and without points between thousands, to be typed over."""
        return number_format(value, decimal_pos=places_of(value), use_l10n=True)

    def display(self, value: Any, record: Any = None) -> str:
        if value is None:
            return ""
        number = number_format(value, decimal_pos=places_of(value), use_l10n=True, force_grouping=True)
        return f"{number} {self.definition.unit}".strip()

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [("", self.from_stored(stored))]


class MoneyField(TypedField):
    """Whole cents of euros."""

    kind = FieldKind.MONEY
    column_kind = "money"

    def to_python(self, typed: Any) -> int | None:
        if isinstance(typed, Money):
            typed = typed.format("it")
        if isinstance(typed, bool) or (isinstance(typed, int | float | Decimal) and not math.isfinite(typed)):
            typed = "?"
        if isinstance(typed, int | float | Decimal):
            typed = f"{Decimal(str(typed)):f}"
        text = written(typed)
        if not text:
            return None
        try:
            cents = Money.parse(text).cents
        except NotMoney as complaint:
            raise ValidationError(str(complaint)) from complaint
        if cents < 0:
            raise ValidationError(_("The amount cannot be negative."))
        return cents

    def check_stored(self, stored: Any) -> None:
        if type(stored) is not int or stored < 0:
            raise ValidationError(_("Amounts are kept in whole cents."))

    def form_field(self, value: Any = None) -> forms.Field:
        return AmountField(**self.form_options())

    def display(self, value: Any, record: Any = None) -> str:
        return "" if value is None else Money(value).format()

    def raw(self, value: Any) -> Money | None:
        return None if value is None else Money(value)

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [("", int(stored))]


class DateField(TypedField):
    kind = FieldKind.DATE
    column_kind = "date"

    def to_python(self, typed: Any) -> datetime.date | None:
        if isinstance(typed, datetime.datetime):
            return typed.date()
        if isinstance(typed, datetime.date):
            return typed
        text = written(typed)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
            day = moment.date() if moment else parse_date(text)
            if day is None and (found := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)):
                day = datetime.date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(_("Enter a date such as 31/12/2027."))
        return day

    def from_stored(self, stored: Any) -> datetime.date | None:
        return parse_date(stored)

    def to_stored(self, value: datetime.date) -> str:
        return value.isoformat()

    def form_field(self, value: Any = None) -> forms.Field:
        return forms.DateField(widget=AdminDateInput(), **self.form_options())

    def display(self, value: Any, record: Any = None) -> str:
        return "" if value is None else date_format(value, "SHORT_DATE_FORMAT")

    def text(self, value: Any) -> str:
        return "" if value is None else value.isoformat()

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [("", datetime.date.fromisoformat(stored).toordinal())]


class YesNoField(TypedField):
    kind = FieldKind.YES_NO
    column_kind = "boolean"

    def to_python(self, typed: Any) -> bool | None:
        if isinstance(typed, bool):
            return typed
        text = written(typed).casefold()
        if not text:
            return None
        if text in YES | {_("Yes").casefold()}:
            return True
        if text in NO | {_("No").casefold()}:
            return False
        raise ValidationError(_("Write “sì” or “no”."))

    def form_field(self, value: Any = None) -> forms.Field:
        choices = [("", _("not said")), ("True", _("Yes")), ("False", _("No"))]
        return forms.TypedChoiceField(
            choices=choices,
            coerce=lambda typed: typed == "True",
            empty_value=None,
            widget=forms.RadioSelect(),
            **self.form_options(),
        )

    def initial(self, value: Any) -> Any:
        return "" if value is None else str(value)

    def display(self, value: Any, record: Any = None) -> str:
        return "" if value is None else (_("Yes") if value else _("No"))

    def filter_values(self, stored: Any) -> list[FilterPair]:
        return [("", int(bool(stored)))]


class LinkField(TypedField):
    kind = FieldKind.LINK
    column_kind = "link"
    valid = URLValidator(schemes=["http", "https"])

    def to_python(self, typed: Any) -> str | None:
        text = written(typed)
        if not text:
            return None
        if "://" not in text:
            text = f"https://{text}"
        if len(text) > TEXT_AT_MOST:
            raise ValidationError(_("At most %(count)s characters.") % {"count": TEXT_AT_MOST})
        try:
            self.valid(text)
        except ValidationError as odd:
            raise ValidationError(_("Enter a web address such as https://www.example.org.")) from odd
        return text

    def form_field(self, value: Any = None) -> forms.Field:
        return LinkInput(field=self, **self.form_options())


class LinkInput(forms.CharField):
    """A web address, with or without its beginning."""

    def __init__(self, *, field: LinkField, **kwargs) -> None:
        self.field = field
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "url"}), **kwargs)

    def to_python(self, value: Any) -> str:
        return self.field.to_python(value) or ""
