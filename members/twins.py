"""When two contacts, or two clients, may be one. The same rule for forms, pages and sheets."""

from typing import Any

from django import forms
from django.db.models import CharField, Q, QuerySet, Value
from django.utils.translation import gettext as _

from cms.twins import TwinRule, twin_rules
from members.models import Contact, Organisation
from members.models.contact import of_full_name, of_phone
from members.models.organisation import bare_key, email_key, name_key


def _chooser(model: type) -> forms.Widget:
    from members.choosers import CHOOSERS

    return next(each for each in CHOOSERS if each.model is model).widget_class()


class ContactTwins(TwinRule):
    """The same address, the same telephone number, or the same name."""

    def candidates(self, record: Any) -> QuerySet:
        wanted = Q()
        if record.email:
            wanted |= Q(email=email_key(record.email))
        if record.full_name:
            wanted |= Q(name_key=of_full_name(_text(record.first_name), _text(record.last_name)))
        if any(letter.isdigit() for letter in record.phone):
            wanted |= Q(phone_key=of_phone(_text(record.phone)))
        rows = Contact.objects.select_related("organisation")
        return rows.filter(wanted) if wanted else rows.none()

    def why(self, record: Any, other: Any) -> list[str]:
        reasons = []
        if record.email and email_key(record.email) == other.email:
            reasons.append(_("the same e-mail address"))
        if record.full_name and record.full_name.lower() == other.full_name.lower():
            reasons.append(_("the same name"))
        if _digits(record.phone) and _digits(record.phone) == _digits(other.phone):
            reasons.append(_("the same telephone number"))
        return [*reasons, *([str(other.organisation)] if other.organisation else [])]

    def chooser(self) -> forms.Widget:
        return _chooser(Contact)


class OrganisationTwins(TwinRule):
    """The same tax code, or the same name but for its legal form and its small words."""

    def candidates(self, record: Any) -> QuerySet:
        wanted = Q()
        if key := bare_key(record.name):
            wanted |= Q(bare_key=key)
        if record.tax_code:
            wanted |= Q(tax_code=record.tax_code)
        return Organisation.objects.filter(wanted) if wanted else Organisation.objects.none()

    def why(self, record: Any, other: Any) -> list[str]:
        reasons = []
        if name_key(record.name) == other.name_key:
            reasons.append(_("the same name"))
        elif bare_key(record.name) == other.bare_key:
            reasons.append(_("nearly the same name"))
        if record.tax_code and record.tax_code == other.tax_code:
            reasons.append(_("the same tax code"))
        return [*reasons, *([other.town] if other.town else [])]

    def chooser(self) -> forms.Widget:
        return _chooser(Organisation)


def _text(text: str) -> Value:
    return Value(text, output_field=CharField())


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())[-9:]


def register() -> None:
    """Called once, when the app is ready."""
    twin_rules.register(Contact, ContactTwins())
    twin_rules.register(Organisation, OrganisationTwins())
