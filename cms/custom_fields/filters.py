"""Filters of lists by custom fields: all ask the narrow table of values, by its indexes."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters
from django import forms
from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.fields import RangeField
from django_filters.widgets import RangeWidget
from wagtail.admin import active_filters
from wagtail.admin.filters import DateRangePickerWidget

from cms.custom_fields.chosen_kinds import ChoiceField
from cms.custom_fields.filter_values import at_least, at_most
from cms.custom_fields.reference_kinds import people
from cms.custom_fields.typed import TypedField
from cms.folding import fold
from cms.models.custom_fields import FieldKind, FilterValue

WORDS_AT_MOST = 8
FREQUENT = 3000


class ValueFilter(django_filters.Filter):
    """Rows of which a field holds certain values."""

    def __init__(self, *, field: TypedField, **kwargs) -> None:
        self.custom = field
        super().__init__(label=field.label, **kwargs)

    def found(self, condition: Q) -> Q:
        """The condition on a record that one on its values makes.

        A list of keys, not EXISTS: measured, SQLite counts it six times as fast, PostgreSQL as fast. Only
        where very many values fit would SQLite fetch and sort all their rows for one page; then it takes the
        rows in the order of the list and looks at the values of each.
        """
        values = FilterValue.objects.filter(condition, field=self.custom.definition.pk)
        is_sqlite = connections[values.db].vendor == "sqlite"
        if is_sqlite and values.order_by().values("pk")[: FREQUENT + 1].count() > FREQUENT:
            return Q(Exists(values.filter(record_id=OuterRef("pk"))))
        return Q(pk__in=values.values("record_id"))

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value in (None, "", []):
            return qs
        condition = self.condition(value)
        return qs if condition is None else qs.filter(condition)

    def condition(self, value: Any) -> Q | None:
        raise NotImplementedError


class WordsFilter(ValueFilter):
    """Texts and links: each word stands somewhere in it, whatever its case and accents."""

    field_class = forms.CharField

    def condition(self, value: str) -> Q | None:
        words = fold(value.replace("\x00", "")).split()[:WORDS_AT_MOST]
        return self.found(reduce(and_, (Q(text__contains=word) for word in words))) if words else None


class ChoicesFilter(ValueFilter):
    """Any of some choices. Values that still hold a merged choice are found by what it became."""

    field_class = forms.MultipleChoiceField

    def condition(self, value: list[str]) -> Q:
        field: Any = self.custom
        keys = [key for chosen in value for key in field.keys_meaning(chosen)]
        return self.found(Q(text__in=keys))


class YesNoFilter(ValueFilter):
    field_class = forms.ChoiceField

    def condition(self, value: str) -> Q:
        if value == "unsaid":
            return ~self.found(Q())
        return self.found(Q(number=int(value == "yes")))


class PeopleFilter(ValueFilter):
    """A person by words of the name or the address: a list of all would be too long to choose from."""

    field_class = forms.CharField

    def condition(self, value: str) -> Q | None:
        source = people["people"]
        wanted = [
            # SQLite compares only plain letters without regard to case; these spellings are those of names.
            reduce(
                or_,
                (
                    Q(**{f"{path}__icontains": spelling})
                    for path in source.words_in
                    for spelling in {word, word.lower(), word.upper(), word.capitalize()}
                ),
            )
            for word in value.replace("\x00", "").split()[:WORDS_AT_MOST]
        ]
        if not wanted:
            return None
        rows = source.rows(self.custom.user).filter(reduce(and_, wanted))
        return self.found(Q(number__in=rows.values("pk")))


class SpanField(RangeField):
    """From and to, each typed as the field itself is."""

    widget = RangeWidget

    def __init__(self, *args, field: TypedField, **kwargs) -> None:
        ends = []
        for _end in range(2):
            end = field.form_field()
            end.required = False
            ends.append(end)
        kwargs.setdefault("widget", RangeWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(tuple(ends), *args, **kwargs)


class SpanFilter(ValueFilter):
    """Numbers, amounts and dates from one to another, both included."""

    field_class = SpanField

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):
            self._field = SpanField(field=self.custom, label=self.label, required=False)
        return self._field

    def condition(self, value: slice) -> Q | None:
        ends = ((at_least, value.start), (at_most, value.stop))
        limits = [condition(self.number_of(end)) for condition, end in ends if end is not None]
        return self.found(reduce(and_, limits)) if limits else None

    def number_of(self, end: Any) -> Decimal | int:
        [(_text, number)] = self.custom.filter_values(self.custom.to_stored(end))
        assert number is not None
        return number


class DaysFilter(SpanFilter, django_filters.DateFromToRangeFilter):
    """Days from one to another, both included, with the calendar of Wagtail's own filters."""

    field_class = django_filters.fields.DateRangeField

    @property
    def field(self) -> forms.Field:
        return super(SpanFilter, self).field

    def number_of(self, end: Any) -> Decimal | int:
        # django-filter gives the moments at which the days begin and end.
        return super().number_of(timezone.localdate(end) if timezone.is_aware(end) else end.date())


def filter_of(field: TypedField) -> django_filters.Filter | None:
    """The filter of a list by a field; None for a field that has none, or whose values are being gathered."""
    definition = field.definition
    if not definition.in_filters or definition.filters_ready_at is None:
        return None
    if isinstance(field, ChoiceField):
        return ChoicesFilter(field=field, choices=field.all_choices(), widget=forms.CheckboxSelectMultiple())
    if field.kind == FieldKind.YES_NO:
        choices = [("yes", _("Yes")), ("no", _("No")), ("unsaid", _("not said"))]
        return YesNoFilter(field=field, choices=[("", "–"), *choices])
    if field.kind == FieldKind.PERSON:
        return PeopleFilter(field=field, max_length=200)
    if field.kind == FieldKind.DATE:
        return DaysFilter(field=field, widget=DateRangePickerWidget())
    if field.kind in (FieldKind.NUMBER, FieldKind.MONEY):
        return SpanFilter(field=field)
    return WordsFilter(field=field, max_length=200)


# How an active filter reads above the list: in the words of its choices, from one end to the other.
for _filter, _adapter in (
    (ChoicesFilter, active_filters.MultipleChoiceFilterAdapter),
    (YesNoFilter, active_filters.ChoiceFilterAdapter),
    (SpanFilter, active_filters.RangeFilterAdapter),
    (DaysFilter, active_filters.DateFromToRangeFilterAdapter),
):
    active_filters.register_filter_adapter_class(_filter, adapter_class=_adapter)
