"""Italian tax codes: a slip is told before it reaches a receipt."""

import pytest
from django.core.exceptions import ValidationError

from donations import tax_codes


@pytest.mark.parametrize(
    "typed",
    ["RSSMRA80A01E897X", "rssmra80a01e897x", "RSS MRA 80A01 E897X", "RSSMRA80A01E8V7M", "00743110157"],
)
def test_codes_of_people_and_bodies_are_taken(typed):
    if typed == "RSSMRA80A01E8V7M":
        from stdnum.it import codicefiscale

        typed = typed[:15] + codicefiscale.calc_check_digit(
            typed[:15]
        )  # two people alike: letters for digits
    tax_codes.validate_tax_code(tax_codes.normal(typed))


@pytest.mark.parametrize(
    "typed", ["RSSMRA80A01E897Y", "RSSMRA80A10E897X", "00743110158", "123", "RSSMRA80A01E897XX"]
)
def test_a_slip_is_refused(typed):
    with pytest.raises(ValidationError):
        tax_codes.validate_tax_code(tax_codes.normal(typed))


def test_an_empty_field_stays_empty_and_spaces_go():
    field = tax_codes.TaxCodeFormField(required=False, validators=[tax_codes.validate_tax_code])
    assert field.clean("") == ""
    assert field.clean(" rss mra 80a01 e897x ") == "RSSMRA80A01E897X"
