"""Round sums are shown without cents where space is short; others never lose theirs."""

import pytest

from cms.money import Money


@pytest.mark.parametrize(
    ("cents", "italian", "english"),
    [
        (1_800_000, "18.000 €", "€18,000"),
        (2_550, "25,50 €", "€25.50"),
        (0, "0 €", "€0"),
        (100_001, "1.000,01 €", "€1,000.01"),
        (-500, "-5 €", "-€5"),
    ],
)
def test_round_sums_are_shown_without_cents(cents, italian, english):
    money = Money(cents, "EUR")
    assert money.short("it").replace("\N{NO-BREAK SPACE}", " ") == italian
    assert money.short("en") == english
