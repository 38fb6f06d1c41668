"""The form of a new token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.models import StaffToken
from cms.tokens.kinds import kinds_for

LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)


class NewTokenForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("May read"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose as little as the program needs. It sees the rows and fields that you see."),
    )

    class Meta:
        model = StaffToken
        fields = ["name", "kinds", "expires_on"]
        widgets = {"expires_on": AdminDateInput}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(source.key, capfirst(source.label)) for source in kinds_for(user)]
        self.fields["kinds"].choices = offered  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = timezone.localdate() + USUAL

    def clean_expires_on(self) -> date:
        last = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if not today <= last <= today + LONGEST:
            raise forms.ValidationError(gettext("Choose a day between today and a year from now."))
        return last
