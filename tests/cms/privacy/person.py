"""One recognisable person, standing in every place where the site may keep somebody."""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.contrib.forms.models import FormSubmission

from cms import audit
from cms.consent import record_consent
from cms.models import (
    BulkRow,
    BulkRun,
    CustomField,
    CustomFile,
    FilterValue,
    ImportBatch,
    PrivacyRequest,
    StagedRow,
    Suppression,
)
from cms.outbox import Stream, queue_mail
from donations.models import BankLine, BankLineState, Pledge, PledgeState, RecurringState, Refund, RefundState
from members.models import Contact, Exchange, LeadNote
from members.services.enrolments import enrol
from members.services.leads import open_lead
from tests.factories.donations import (
    DonationFactory,
    DonorFactory,
    RecurringDonationFactory,
    StripeEventFactory,
)
from tests.factories.members import CourseEditionFactory, UserFactory
from tests.factories.pages import EventPageFactory

EMAIL = "zenobia.quaranta@persona.example"
NAME = "Zenobia D'Quaràntà"
PHONE = "0376 918273645"
WORDS = (EMAIL, NAME, PHONE)


def be_everywhere(colleague) -> None:
    """Rows of every source, by the ways in which they come to be."""
    lead = open_lead(
        name=NAME,
        email=EMAIL.upper(),
        phone=PHONE,
        message=f"Sono {NAME}, chiamatemi al {PHONE}.",
        consent_text="Acconsento.",
    )
    LeadNote.objects.create(lead=lead, author=colleague, text=f"Chiamata {NAME} al {PHONE}")
    Exchange.objects.create(contact=lead.contact, text=f"{NAME} chiama dal {PHONE}", author=colleague)
    audit.record("wagtail.edit", lead, user=colleague, data={"fields": ["title"], "typed": EMAIL})
    audit.record("wagtail.edit", Contact.objects.get(email=EMAIL), user=colleague)
    FormState.objects.create(
        data=f"sender_name={NAME}",
        user=colleague,
        content_type=ContentType.objects.get_for_model(lead),
        object_id=str(lead.pk),
        last_updated_at=timezone.now(),
    )
    enrol(
        edition=CourseEditionFactory(),
        first_name=NAME.split()[0],
        last_name=NAME.split()[1],
        email=EMAIL,
        phone=PHONE,
        consent_text="Acconsento.",
    )
    give()
    UserFactory(email=EMAIL, first_name=NAME.split()[0], last_name=NAME.split()[1], is_active=False)
    Suppression.objects.create(email=EMAIL, reason=Suppression.Reason.BOUNCED, note=f"550 <{EMAIL}>")
    record_consent(
        purpose="promotional", email=EMAIL, text="Sì alle notizie.", language="it", source="/iscriviti/"
    )
    be_in_mails_and_pages()
    be_in_a_sheet_and_a_field()


def be_in_a_sheet_and_a_field() -> None:
    batch = ImportBatch.objects.create(target="members.contact", filename="soci.csv", state="done")
    batch.file.save("soci.csv", ContentFile(f"{NAME};{EMAIL}".encode()))
    contact = Contact.objects.get(email=EMAIL)
    StagedRow.objects.create(batch=batch, number=2, outcome="new", cells=[NAME, EMAIL])
    StagedRow.objects.create(
        batch=batch, number=3, outcome="changed", object_pk=contact.pk, values_old={"phone": PHONE}
    )
    run = BulkRun.objects.create(
        target="members.contact",
        action="note",
        label="Annota",
        question={"words": NAME},
        typed={"note": [NAME]},
    )
    BulkRow.objects.create(run=run, object_id=contact.pk, why=f"Si appoggiano a {NAME}")
    field = CustomField.objects.create(
        record_kind="members.contact", key="soprannome", label_it="Soprannome", kind="text"
    )
    Contact.objects.filter(pk=contact.pk).update(custom={field.key: NAME})
    FilterValue.objects.create(field=field, record_id=contact.pk, text=NAME.lower())
    kept = CustomFile(field=field, record_id=contact.pk, name=f"curriculum {NAME}.txt")
    kept.file.save("cv.txt", ContentFile(NAME.encode()))


def give() -> None:
    donor = DonorFactory(email=EMAIL, name=NAME)
    gift = DonationFactory(donor=donor, message=f"Da {NAME}", paid=True, delivered=True)
    pledge = Pledge.objects.create(
        donor=donor,
        beneficiary=gift.beneficiary,
        amount_cents=2550,
        display_name=NAME,
        message=f"Da {NAME}",
        expires_on=timezone.localdate(),
    )
    pledge.transition(to=PledgeState.CANCELED, because="non arriva")
    line = BankLine.objects.create(
        booked_on=timezone.localdate(), amount_cents=2550, description=f"Bonifico {NAME}", payer=NAME
    )
    line.transition(to=BankLineState.MATCHED, donation=gift)
    Refund.objects.create(
        donation=gift,
        payment=gift.payments.get(),
        amount_cents=500,
        state=RefundState.REFUSED,
        note=f"{NAME} chiama dal {PHONE}",
    )
    RecurringDonationFactory(donor=donor, message=f"Da {NAME}", state=RecurringState.CANCELED)
    session = {
        "id": gift.session_id,
        "customer_details": {"name": "ZENOBIA Q.", "email": EMAIL, "phone": PHONE},
        "payment_intent": gift.payment_intent_id,
    }
    StripeEventFactory(raw=json.dumps({"id": "evt_1", "data": {"object": session}}))


def be_in_mails_and_pages() -> None:
    queue_mail(
        to=EMAIL,
        stream=Stream.PROMOTIONAL,
        template="tests/mail",
        context={"name": NAME},
        language="it",
    )
    page = EventPageFactory(title=f"Incontro con {NAME}", summary=f"Scrivi a {EMAIL}")
    page.save_revision().publish()
    FormSubmission.objects.create(page=page.page_ptr, form_data={"indirizzo": EMAIL, "chi": NAME})
    other = PrivacyRequest(kind="export", email=EMAIL, asked_by=NAME, channel=f"telefono {PHONE}")
    other.asked_on = timezone.localdate() - timedelta(days=3)
    other.file.save("copia.txt", ContentFile(f"{NAME} {EMAIL}".encode()))
