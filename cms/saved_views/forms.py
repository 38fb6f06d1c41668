"""The forms of views: a name for what the list asks, and who shares it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.models import SavedView
from cms.roles import Role
from cms.sources import Question


class VersionField(forms.CharField):
    """The version of a view when a form was opened."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> datetime:
        try:
            version = parse_datetime(super().clean(value))
        except ValueError:
            version = None
        if version is None:
            raise forms.ValidationError(gettext("Load the page again."))
        return version


class QuestionField(forms.CharField):
    """A question to a list, as the list's address holds it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Question:
        return Question.from_query(QueryDict(super().clean(value)))


class KeepForm(forms.Form):
    """A name for a question."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    question = QuestionField(required=False, max_length=8000)


class AskAnewForm(forms.Form):
    """Another question for a view."""

    question = QuestionField(required=False, max_length=8000)
    opened = VersionField()


class RolesField(forms.ModelMultipleChoiceField):
    """Roles, by their names."""

    def __init__(self, **kwargs: Any) -> None:
        roles = Group.objects.filter(name__in=Role.values)
        super().__init__(roles, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, group: Group) -> str:
        return str(Role(group.name).label)


class SavedViewForm(forms.ModelForm):
    shared_with = RolesField(
        label=_("Shared with"),
        help_text=_(
            "Nobody chosen: only you see it. Each colleague finds in it the rows that are theirs to see."
        ),
    )
    opened = VersionField()

    class Meta:
        model = SavedView
        fields = ["name", "shared_with", "is_in_menu"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = self.instance.updated_at.isoformat()
