"""What happens to a request: it is opened, given to a colleague, moved, planned and noted."""

from datetime import date

from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.consent import record_consent
from members import emails
from members.models import (
    ConsentPurpose,
    ConsentText,
    Language,
    Lead,
    LeadNote,
    LeadOrigin,
    LeadStage,
    LeadStageMove,
    LostReason,
    ServiceFormat,
    StageKind,
)
from members.models.organisation import email_key
from members.services.contacts import find_or_make_contact, find_or_make_organisation
from members.services.refusal import Refusal
from members.typed import tidy_line, tidy_text

# Won and lost requests go back to an open stage first: the history then says why.
ALLOWED = {
    StageKind.OPEN: {StageKind.OPEN, StageKind.WON, StageKind.LOST},
    StageKind.WON: {StageKind.WON, StageKind.OPEN},
    StageKind.LOST: {StageKind.LOST, StageKind.OPEN},
}


class ForbiddenMove(Refusal):
    reason = _("A closed request goes back to an open stage before it is closed otherwise.")


class LostNeedsReason(Refusal):
    reason = _("Say why the request was lost.")


@transaction.atomic
def open_lead(
    *,
    name: str,
    email: str,
    message: str,
    organisation_name: str = "",
    organisation_kind: str = "",
    phone: str = "",
    service_format: ServiceFormat | None = None,
    page=None,
    page_url: str = "",
    source: str = Lead.Source.WEBSITE,
    language: str = Language.ITALIAN,
    consent_text: str,
) -> Lead:
    """Keep what somebody asked for, with the contact and the client it belongs to, and tell who must know.

    A known address or organisation is used again; every call opens a request of its own.
    page: the wagtail page the form stood on; its title is copied. consent_text: the words as they were shown.
    language: "it" or "en", of the mails to the sender. Raises ValidationError for an impossible address.
    """
    email = email_key(tidy_line(email, 254))
    validate_email(email)
    organisation = find_or_make_organisation(name=organisation_name, kind=organisation_kind)
    contact = find_or_make_contact(name=name, email=email, phone=phone, organisation=organisation)
    organisation = organisation or contact.organisation
    sender = tidy_line(name, 160)
    who = organisation.name if organisation else sender or email
    about = service_format.name_it if service_format else page.title if page else ""
    lead = Lead(
        title=tidy_line(f"{about} · {who}" if about else who, 200),
        message=tidy_text(message),
        organisation=organisation,
        contact=contact,
        sender_name=sender,
        sender_phone=tidy_line(phone, 40),
        sender_organisation=tidy_line(organisation_name, 160),
        service_format=service_format,
        format_name=service_format.name_it if service_format else "",
        source=source,
        origin=LeadOrigin.objects.filter(channel=source, is_retired=False).first(),
        page=page,
        page_title=tidy_line(page.title, 255) if page else "",
        page_url=tidy_line(page_url, 500),
        language=language if language in Language.values else Language.ITALIAN,
        consent=record_consent(
            purpose=ConsentPurpose.REQUEST,
            email=email,
            text=consent_text,
            version=ConsentText.objects.version_of(ConsentPurpose.REQUEST, consent_text),
            language=language,
            source=tidy_line(page_url, 200),
        ),
    )
    enter_first_stage(lead, by=None)
    emails.confirm_request(lead)
    emails.notify_new_request(lead)
    return lead


def enter_first_stage(lead: Lead, *, by) -> Lead:
    """Save a new request in the first open stage, with the first line of its history."""
    lead.stage = LeadStage.objects.first_open() or LeadStage.objects.create(
        name_it="nuova", name_en="new", kind=StageKind.OPEN, order=10
    )
    lead.kind = lead.stage.kind
    lead.save()
    LeadStageMove.objects.create(lead=lead, from_stage=None, to_stage=lead.stage, by=by)
    audit.record("members.lead.opened", lead, user=by)
    return lead


@transaction.atomic
def move_lead(
    *, lead: Lead, to: LeadStage, by, lost_reason: LostReason | None = None, note: str = ""
) -> LeadStageMove | None:
    """Put a request in another stage. The same stage again returns None quietly.

    Raises ForbiddenMove between two ways of being closed, LostNeedsReason for a lost stage without a reason.
    """
    _lock(lead)
    if lead.stage_id == to.pk:
        return None
    if to.kind not in ALLOWED[StageKind(lead.kind)]:
        raise ForbiddenMove
    if to.kind == StageKind.LOST and lost_reason is None:
        raise LostNeedsReason
    is_lost = to.kind == StageKind.LOST
    note = tidy_text(note)
    move = LeadStageMove.objects.create(
        lead=lead,
        from_stage=lead.stage,
        to_stage=to,
        by=by,
        lost_reason=lost_reason if is_lost else None,
        note=note,
    )
    lead.stage, lead.kind = to, to.kind
    lead.lost_reason, lead.lost_note = (lost_reason, note) if is_lost else (None, "")
    lead.save(update_fields=["stage", "kind", "lost_reason", "lost_note", "updated_at"])
    audit.record(
        "members.lead.moved",
        lead,
        user=by,
        data={"from": move.from_stage.name_it if move.from_stage else "", "to": to.name_it},
    )
    return move


@transaction.atomic
def assign_lead(*, lead: Lead, to, by) -> Lead:
    """Give a request to a colleague, who is told by mail; None gives it back to everybody."""
    _lock(lead)
    if lead.owner_id == (to.pk if to else None):
        return lead
    lead.owner = to
    lead.save(update_fields=["owner", "updated_at"])
    audit.record("members.lead.assigned", lead, user=by, data={"to": to.pk if to else None})
    if to is not None and to != by:
        emails.notify_owner(lead)
    return lead


@transaction.atomic
def set_next_action(*, lead: Lead, action: str, on: date | None, by) -> Lead:
    """Say what happens next and by when; an empty action clears both."""
    _lock(lead)
    lead.next_action = tidy_line(action, 200)
    lead.next_action_on = on if lead.next_action else None
    lead.save(update_fields=["next_action", "next_action_on", "updated_at"])
    audit.record("members.lead.planned", lead, user=by, data={"on": str(on) if on else None})
    return lead


@transaction.atomic
def add_note(*, lead: Lead, text: str, by) -> LeadNote:
    """Write something down about a request. Raises Refusal for an empty note."""
    text = tidy_text(text)
    if not text:
        raise Refusal(_("Write something in the note."))
    note = LeadNote.objects.create(lead=lead, author=by, text=text)
    audit.record("members.lead.noted", lead, user=by)
    return note


def _lock(lead: Lead) -> None:
    """Hold the row, and read again what another colleague may have changed meanwhile."""
    lead.refresh_from_db(from_queryset=Lead.objects.select_for_update())
