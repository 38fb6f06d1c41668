"""Amounts in forms: people type "1.234,56", columns keep cents."""

import pytest
from django import forms
from django.utils import translation

from cms.money_fields import AmountField


class Form(forms.Form):
    amount = AmountField(required=False)


@pytest.mark.parametrize(
    ("language", "typed", "cents"),
    [
        ("it", "25,50", 2550),
        ("it", "1.234,56", 123_456),
        ("it", "€ 25", 2500),
        ("en", "1,234.56", 123_456),
        ("it", "0", 0),
        ("it", "", None),
    ],
)
def test_typed_amounts_become_cents(language, typed, cents):
    with translation.override(language):
        form = Form({"amount": typed})
        assert form.is_valid()
        assert form.cleaned_data["amount"] == cents


@pytest.mark.parametrize("typed", ["-5", "tanto", "1,2,3", "9" * 30, "\x00", "🎭", "1e9", "NaN", "٣"])
def test_what_is_no_amount_is_told(typed):
    with translation.override("it"):
        assert list(Form({"amount": typed}).errors) == ["amount"]


@pytest.mark.parametrize(("language", "shown"), [("it", "1234,50"), ("en", "1234.50")])
def test_kept_cents_are_shown_as_the_reader_writes_them_and_read_back_alike(language, shown):
    with translation.override(language):
        form = Form(initial={"amount": 123_450})
        assert f'value="{shown}"' in str(form["amount"])
        again = Form({"amount": shown}, initial={"amount": 123_450})
        assert not again.has_changed()
        assert again.is_valid()
        assert again.cleaned_data["amount"] == 123_450


def test_what_was_typed_stays_after_a_mistake():
    assert 'value="tanto"' in str(Form({"amount": "tanto"})["amount"])
