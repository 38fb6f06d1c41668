"""Whom a custom field of kind “person” points at: a contact."""

from django import forms

from cms.custom_fields import People, people
from members.models import Contact


def chooser() -> forms.Widget:
    from members.choosers import CHOOSERS, ContactChooser

    return next(each for each in CHOOSERS if isinstance(each, ContactChooser)).widget_class()


def register() -> None:
    if "people" not in people:
        people.register("people", People(model=Contact, widget=chooser))
