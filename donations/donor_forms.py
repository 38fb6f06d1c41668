"""The forms of a donor's own area."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.forms import AmountField


class AmountForm(forms.Form):
    """How much each time."""

    amount = AmountField(label=_("Amount in euros"))


class DayForm(forms.Form):
    """The day of the next payment, in Italy."""

    day = forms.DateField(
        label=_("Day of the next payment"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Between tomorrow and a year from now."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["day"].widget.attrs["min"] = tomorrow.isoformat()


class PauseForm(forms.Form):
    """How long nothing is taken. `until` is a day, or None until the donor goes on."""

    until = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=[
            ("1", _("One month")),
            ("3", _("Three months")),
            ("6", _("Six months")),
            ("0", _("Until I go on")),
        ],
        coerce=int,
        initial="3",
        widget=forms.RadioSelect,
    )

    def clean_until(self) -> date | None:
        months = self.cleaned_data["until"]
        return timezone.localdate() + timedelta(days=30 * months) if months else None


class EndForm(forms.Form):
    """Nothing is asked: whoever wants to end a gift need not say why."""


class WallForm(forms.Form):
    """What is shown of a gift among the donors."""

    is_shown = forms.BooleanField(label=_("Show my name among the donors"), required=False)
    name = forms.CharField(
        label=_("Shown as"),
        required=False,
        max_length=120,
        help_text=_("Your name, a group's, or initials. The receipt keeps the name that is on it."),
    )
    dedication = forms.CharField(label=_("Dedicated to"), required=False, max_length=140)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_shown") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Write the name that we may show."))
        return cleaned
