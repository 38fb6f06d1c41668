"""Choosing roles in a form."""

from django import forms
from django.contrib.auth.models import Group

from cms.roles import Role


class RolesField(forms.ModelMultipleChoiceField):
    """Groups, called by the names of their roles."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> str:
        return str(Role(group.name).label) if group.name in Role.values else group.name
