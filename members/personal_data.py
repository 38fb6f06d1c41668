"""Where people stand among requests, contacts, enrolments and accounts, and how they leave them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import APIToken
from wagtail.users.models import UserProfile

from cms.doors import second_factor, sessions
from cms.models import RetentionRule
from cms.privacy import columns
from cms.privacy.files import doom_files
from cms.privacy.needles import MARK
from cms.privacy.retention import RetentionKind, delete_all, kinds, without_person
from cms.privacy.sources import Fate, OwnRows, Plan
from cms.registries import personal_data_sources
from members.models import Contact, Enrolment, Exchange, Lead, StageKind, User
from members.services.enrolments import cancel
from members.today import today

Action = RetentionRule.Action


class Leads(OwnRows):
    model = Lead
    emails = ("contact__email", "consent__email")
    names = (("sender_name",),)
    phones = ("sender_phone",)
    recognised_by = ("sender_name", "sender_organisation", "message")
    fate = Fate.PSEUDONYMISE
    why = _("What was asked for, its value and its outcome count in the figures of the network.")
    keeps = frozenset({"currency", "format_name", "page_title", "page_url"})
    order = 20

    def export(self, row: Any) -> dict[str, Any]:
        notes = [note.text for note in row.notes.all()]
        return super().export(row) | ({str(_("Notes of our staff")): notes} if notes else {})

    def pseudonymise(self, row: Any) -> None:
        row.notes.all().delete()
        row.moves.update(note="")
        columns.empty(row, keeps=self.keeps, title=MARK, contact=None)


class Exchanges(OwnRows):
    model = Exchange
    emails = ("contact__email",)
    recognised_by = ("kind", "text")
    order = 20

    def moment(self, row: Any):
        return row.happened_at


class Contacts(OwnRows):
    model = Contact
    names = (("first_name", "last_name"),)
    phones = ("phone",)
    recognised_by = ("email", "phone", "organisation")
    order = 30


class Enrolments(OwnRows):
    model = Enrolment
    names = (("first_name", "last_name"),)
    phones = ("phone",)
    recognised_by = ("email", "phone", "organisation_name")
    fate = Fate.PSEUDONYMISE
    why = _("How many people were on an edition counts in the figures of the network.")
    order = 20

    def pseudonymise(self, row: Any) -> None:
        if row.state == Enrolment.State.CONFIRMED and row.edition.ends_on >= today():
            cancel(enrolment=row, by=None, tell=False)
        super().pseudonymise(row)


class Accounts(OwnRows):
    model = User
    names = (("first_name", "last_name"),)
    recognised_by = ("email", "last_login")
    order = 40

    def plan(self, row: Any) -> Plan:
        if row.is_active:
            return Plan(Fate.KEEP, _("A colleague's account: switch it off first, then it can be emptied."))
        return Plan(Fate.PSEUDONYMISE, _("The log says who did what; the name goes, the number stays."))

    def moment(self, row: Any):
        return row.date_joined

    def pseudonymise(self, row: Any) -> None:
        row.groups.clear()
        APIToken.objects.filter(user=row).delete()
        second_factor.forget(row)
        sessions.end_all(row)
        for profile in UserProfile.objects.filter(user=row):
            doom_files(profile)
            profile.delete()
        row.set_unusable_password()
        columns.empty(row, password=row.password)


SOURCES = (Leads(), Enrolments(), Exchanges(), Contacts(), Accounts())
LEADS, ENROLMENTS, _exchanges, CONTACTS, _accounts = SOURCES


def register() -> None:
    for source in SOURCES:
        personal_data_sources.register(source.key, source)
    kinds.register(
        "members.leads",
        RetentionKind(
            _("Requests that were won or lost"),
            lambda before: (
                Lead.objects.exclude(kind=StageKind.OPEN).filter(updated_at__lt=before).exclude(title=MARK)
            ),
            {Action.PSEUDONYMISE: without_person(LEADS)},
        ),
    )
    kinds.register(
        "members.contacts",
        RetentionKind(
            _("Contacts without a request"),
            lambda before: Contact.objects.filter(updated_at__lt=before, leads=None),
            {Action.DELETE: delete_all},
        ),
    )
    kinds.register(
        "members.enrolments",
        RetentionKind(
            _("Enrolments on editions that have ended"),
            lambda before: Enrolment.objects.filter(edition__ends_on__lt=before.date()).exclude(
                email__endswith="@erased.invalid"
            ),
            {Action.PSEUDONYMISE: without_person(ENROLMENTS)},
        ),
    )
