"""Dates are typed and written the European way, whatever the language."""

from datetime import date, datetime

import pytest
from django import forms
from django.utils import formats, timezone, translation

SECOND_OF_JANUARY = date(2026, 1, 2)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("typed", ["02/01/2026", "2026-01-02"])
def test_a_typed_date_has_the_day_first_or_is_iso(language, typed):
    with translation.override(language):
        assert forms.DateField().clean(typed) == SECOND_OF_JANUARY
        moment = timezone.make_aware(datetime(2026, 1, 2, 18, 30))
        assert forms.DateTimeField().clean(f"{typed} 18:30") == moment


@pytest.mark.parametrize(("language", "long"), [("it", "2 gennaio 2026"), ("en", "2 january 2026")])
def test_a_date_is_written_with_the_day_first(language, long):
    with translation.override(language):
        assert formats.date_format(SECOND_OF_JANUARY, "DATE_FORMAT").lower() == long
        assert formats.date_format(SECOND_OF_JANUARY, "SHORT_DATE_FORMAT") == "02/01/2026"


def test_the_calendar_of_the_editor_reads_what_it_writes():
    """A format that forms do not read would lose what an editor chose."""
    from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

    for language in ("it", "en"):
        with translation.override(language):
            written = AdminDateTimeInput().format_value(datetime(2026, 1, 2, 18, 30))
            assert written == "02/01/2026 18:30"
            assert forms.DateTimeField().clean(written)
            assert AdminDateInput().format_value(SECOND_OF_JANUARY) == "02/01/2026"
