"""What cells mean, as Italians write them. One table; None as value means that the cell is refused."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from cms.money import Money
from cms.spreadsheets import days, values
from cms.spreadsheets.escaping import escaped, escaped_typed, looks_like_formula, restored
from cms.spreadsheets.problems import Problem
from cms.spreadsheets.reading import Broken

REFUSED = object()
LAST_DAY = date(2025, 12, 31)
TABLE = [
    (
        days.as_date,
        {
            "31/12/2025": LAST_DAY,
            "31-12-25": LAST_DAY,
            "31.12.2025": LAST_DAY,
            "2025-12-31": LAST_DAY,
            " 31 dicembre 2025 ": LAST_DAY,
            "mercoledì 31 Dic. 2025": LAST_DAY,
            "December 31, 2025": LAST_DAY,
            "1° gennaio 2026": date(2026, 1, 1),
            "02/01/2026": date(2026, 1, 2),
            "1/2/99": date(1999, 2, 1),
            datetime(2025, 12, 31): LAST_DAY,
            46022: LAST_DAY,
            "46022": REFUSED,
            46022.5: REFUSED,
            12: REFUSED,
            "12/31/2025": REFUSED,
            "29/02/2025": REFUSED,
            "1/2/35": REFUSED,
            "12/2025": REFUSED,
            "31 smarch 2025": REFUSED,
            datetime(2025, 12, 31, 14, 30): REFUSED,
            time(12): REFUSED,
            True: REFUSED,
            "": None,
            "  ": None,
            None: None,
        },
    ),
    (
        lambda cell: timezone.make_naive(moment) if (moment := days.as_moment(cell)) else moment,
        {
            "31/12/2025 14:30": datetime(2025, 12, 31, 14, 30),
            "31 dicembre 2025 alle 9.05": datetime(2025, 12, 31, 9, 5),
            "2025-12-31T14:30:00": datetime(2025, 12, 31, 14, 30),
            "2025-12-31T13:30:00Z": datetime(2025, 12, 31, 14, 30),
            "31/12/2025": datetime(2025, 12, 31),
            46022.5: datetime(2025, 12, 31, 12),
            LAST_DAY: datetime(2025, 12, 31),
            "31/12/2025 25:00": REFUSED,
            "2025-12-31T99:00": REFUSED,
            "14:30": REFUSED,
            None: None,
        },
    ),
    (days.as_time, {"14:30": time(14, 30), "9.05": time(9, 5), 0.5: time(12), "24:00": REFUSED, 3: REFUSED}),
    (
        values.as_decimal,
        {
            "1.234,56": Decimal("1234.56"),
            "1234.56": Decimal("1234.56"),
            "1,234.56": Decimal("1234.56"),
            "1234,56": Decimal("1234.56"),
            "-12,5": Decimal("-12.5"),
            "0,125": Decimal("0.125"),
            0.1 + 0.2: Decimal("0.3"),
            7: Decimal(7),
            "1.234": REFUSED,
            "1,234": REFUSED,
            "1.2.3": REFUSED,
            "1.234,5,6": REFUSED,
            "12 euro": REFUSED,
            "1e5": REFUSED,
            float("inf"): REFUSED,
            LAST_DAY: REFUSED,
            False: REFUSED,
            None: None,
        },
    ),
    (
        values.as_integer,
        {
            "1.234": 1234,
            "12": 12,
            12.0: 12,
            "12,0": 12,
            "-3": -3,
            "12,5": REFUSED,
            12.5: REFUSED,
            "x": REFUSED,
        },
    ),
    (
        values.as_money,
        {
            "1.234,56": Money(123456),
            "1234.56": Money(123456),
            "1,234.56": Money(123456),
            "€ 12": Money(1200),
            "12,5 €": Money(1250),
            "EUR 1.500": Money(150000),
            19.99: Money(1999),
            12: Money(1200),
            Decimal("0.1"): Money(10),
            0.125: REFUSED,
            "12,345": REFUSED,
            "$ 12": REFUSED,
            "12 USD": REFUSED,
            "dodici": REFUSED,
            LAST_DAY: REFUSED,
            None: None,
        },
    ),
    (
        values.as_boolean,
        {
            "sì": True,
            "SI": True,
            "s": True,
            "x": True,
            "Vero": True,
            "1": True,
            1: True,
            "no": False,
            "n": False,
            "FALSO": False,
            0: False,
            "forse": REFUSED,
            2: REFUSED,
            "": None,
        },
    ),
    (
        values.as_email,
        {" Anna@Rete.IT ": "anna@rete.it", "anna(at)rete.it": REFUSED, 12: REFUSED, None: None},
    ),
    (
        values.as_phone,
        {
            "0376 123456": "0376 123456",
            "+39 (0376) 12.34-56": "+39 (0376) 12.34-56",
            "'+39 0376": "+39 0376",
            3401234567: "3401234567",
            "chiedere": REFUSED,
        },
    ),
    (
        values.as_link,
        {
            "www.rete.it": "https://www.rete.it",
            "http://rete.it/a": "http://rete.it/a",
            "javascript:1": REFUSED,
        },
    ),
    (
        values.as_text,
        {
            "  Forlì ": "Forlì",
            12: "12",
            12.5: "12,5",
            LAST_DAY: "31/12/2025",
            "00123": "00123",
            "'=1+1": "=1+1",
            "'ndrangheta": "'ndrangheta",
            "a\x00": REFUSED,
            Broken("error", "#N/D"): REFUSED,
            Broken("formula"): REFUSED,
        },
    ),
]


@pytest.mark.parametrize(("clean", "cells"), TABLE, ids=lambda given: getattr(given, "__name__", None))
def test_cells_mean_what_italians_write(clean, cells):
    for cell, meant in cells.items():
        try:
            found = clean(cell)
        except Problem as problem:
            found = REFUSED
            assert str(problem)
        assert (found, type(found)) == (meant, type(meant)), cell


def test_choices_are_named_by_label_in_either_language_or_by_key():
    choices = [("public", gettext_lazy("Public body")), ("private", gettext_lazy("Company"))]
    with override("it"):
        for written in ("public", "Public body", " PUBLIC  BODY"):
            assert values.as_choice(written, choices) == "public"
        assert values.as_choices("company; public body;company", choices) == ["private", "public"]
        with pytest.raises(Problem, match="statale"):
            values.as_choice("statale", choices)


def test_a_day_that_americans_write_is_refused_with_the_order_to_use():
    with override("it"), pytest.raises(Problem, match=r"31.*31/12/2025"):
        days.as_date("12/31/2025")


@given(st.text())
def test_every_text_comes_back_from_a_csv_as_it_was(text):
    assert restored(escaped(text)) == text
    assert restored(escaped_typed(text)) == text
    assert not escaped(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.sampled_from(list("=+-@\t\r＝")), st.text())
def test_what_could_be_calculated_is_held_back(first, rest):
    assert looks_like_formula(first + rest)
    assert escaped(first + rest)[0] == "'"


@given(st.dates(date(1900, 3, 1)))
def test_a_written_day_is_that_day(day):
    assert days.as_date(f"{day:%d/%m}/{day.year:04}") == day
    assert days.as_date(day.isoformat()) == day
    assert days.as_date((day - days.EPOCH).days) == day


@given(st.integers(-(10**11), 10**11))
def test_a_written_amount_is_that_amount(cents):
    for language in ("it", "en"):
        assert values.as_money(Money(cents).format(language).replace("−", "-")) == Money(cents)
