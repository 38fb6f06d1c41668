"""What the network's work tells of somebody: requests with their moves and notes, calls, courses."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.timeline import About, Moments, subjects
from cms.timeline.moments import register as register_sources
from members.models import Contact, Enrolment, Exchange, Lead, LeadNote, LeadStageMove, Organisation


def about_contact(contact: Contact, user: Any) -> About:
    return About(contact, {contact.email} - {""}, {"members.contact": [contact.pk]})


def about_organisation(organisation: Organisation, user: Any) -> About:
    """A client, with the people who speak for it."""
    people = Contact.objects.filter(
        Q(organisation=organisation) | Q(pk__in=organisation.positions.values("contact"))
    )
    return About(
        organisation,
        people.exclude(email="").order_by().values("email"),
        {"members.organisation": [organisation.pk], "members.contact": people.order_by().values("pk")},
    )


def about_request(lead: Lead, user: Any) -> About:
    """Everything with the client and the person who ask, the request among it."""
    emails = {lead.contact.email} - {""} if lead.contact else set()
    return About(
        lead,
        emails,
        {"members.organisation": [lead.organisation_id or 0], "members.contact": [lead.contact_id or 0]},
    )


def _of(about: About, prefix: str = "") -> Q:
    """The rows that point at the client or at the people."""
    return Q(**{f"{prefix}contact__in": about.of(Contact)}) | Q(
        **{f"{prefix}organisation__in": about.of(Organisation)}
    )


class Requests(Moments):
    key, label, icon = "requests", gettext_lazy("Requests"), "mail"
    model = Lead

    def rows(self, about: About, user: Any) -> QuerySet:
        return Lead.objects.filter(_of(about)).select_related("stage")

    def title(self, row: Any) -> str:
        return _("Request: %(title)s") % {"title": row.title}

    def detail(self, row: Any) -> str:
        return row.message


class Moves(Moments):
    """A request's way through its stages. Its first step is the request itself."""

    key, label, icon = "moves", gettext_lazy("Stages"), "arrow-right"
    model, kept_in = LeadStageMove, Lead
    at = "at"

    def rows(self, about: About, user: Any) -> QuerySet:
        return (
            LeadStageMove.objects.filter(_of(about, "lead__"), from_stage__isnull=False)
            .select_related("lead", "from_stage", "to_stage", "by", "lost_reason")
        )  # fmt: skip

    def title(self, row: Any) -> str:
        return f"{row} · {row.lead.title}"

    def detail(self, row: Any) -> str:
        return " · ".join(str(part) for part in (row.lost_reason, row.note) if part)

    def by(self, row: Any) -> Any:
        return row.by

    def page_of(self, row: Any) -> Lead:
        return row.lead


class Notes(Moments):
    key, label, icon = "notes", gettext_lazy("Notes"), "comment"
    model, kept_in = LeadNote, Lead

    def rows(self, about: About, user: Any) -> QuerySet:
        return LeadNote.objects.filter(_of(about, "lead__")).select_related("lead", "author")

    def title(self, row: Any) -> str:
        return _("Note on “%(title)s”") % {"title": row.lead.title}

    def detail(self, row: Any) -> str:
        return row.text

    def by(self, row: Any) -> Any:
        return row.author

    def page_of(self, row: Any) -> Lead:
        return row.lead


class Exchanges(Moments):
    key, label, icon = "exchanges", gettext_lazy("Calls and meetings"), "group"
    model = Exchange
    at = "happened_at"

    def rows(self, about: About, user: Any) -> QuerySet:
        return Exchange.objects.filter(_of(about)).select_related("author", "contact")

    def title(self, row: Any) -> str:
        kind = row.get_kind_display().capitalize()
        return _("%(kind)s with %(person)s") % {"kind": kind, "person": row.contact} if row.contact else kind

    def detail(self, row: Any) -> str:
        return row.text

    def by(self, row: Any) -> Any:
        return row.author


class Enrolments(Moments):
    key, label, icon = "enrolments", gettext_lazy("Courses"), "pick"
    model = Enrolment

    def rows(self, about: About, user: Any) -> QuerySet:
        return Enrolment.objects.filter(email__in=about.emails).select_related("edition__course")

    def title(self, row: Any) -> str:
        return _("Enrolled on %(edition)s") % {"edition": row.edition}

    def detail(self, row: Any) -> str:
        return row.get_state_display()


def register() -> None:
    """Called once, when the app is ready."""
    subjects.register(Contact, about_contact)
    subjects.register(Organisation, about_organisation)
    subjects.register(Lead, about_request)
    register_sources(Requests, Moves, Notes, Exchanges, Enrolments)
