"""A small network with two of everything: the row of our cooperative, and the same of another one.

What belongs to the other cooperative carries ALTRUI in its name, so that it is recognised wherever it leaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import Collection, Locale, Page, Site, Task, Workflow
from wagtail_localize.models import Translation, TranslationSource

from cms.models import (
    BulkRun,
    ClockRun,
    CustomField,
    ImportBatch,
    Lockout,
    PrivacyRequest,
    RetentionRule,
    SavedView,
    StaffToken,
)
from cms.money import Money
from cms.roles import Role
from donations.models import (
    BankLine,
    Beneficiary,
    DayTotal,
    Dispute,
    Donation,
    LedgerEntry,
    Payment,
    Receipt,
    ReceiptWording,
    Refund,
)
from donations.services.offline import Giver
from donations.services.pledges import make_pledge
from members.models import (
    ConsentText,
    Exchange,
    FormatPart,
    LeadNote,
    LeadOrigin,
    LeadStage,
    LostReason,
    Territory,
)
from pages.models import CooperativeIndexPage, DonatePage
from tests.factories import cms, donations, members, pages

SECRET = "ALTRUI"


@dataclass
class TwoOfEach:
    """label of a model -> (our row, the other's); rows that are nobody's stand twice."""

    users: dict[str, Any]
    rows: dict[str, tuple[Any, Any]]
    extra: dict[str, tuple[Any, Any]]

    def pair(self, label: str) -> tuple[Any, Any]:
        """Raises KeyError with advice for a model that nobody has made two rows of."""
        try:
            return self.rows[label]
        except KeyError:
            raise KeyError(f"make two {label} in tests/cms/rights/site.py, ours and the other's") from None


def two_of_each() -> TwoOfEach:
    """Build it: about a second."""
    rows: dict[str, tuple[Any, Any]] = {}

    def keep(*pair: Any) -> tuple[Any, Any]:
        ours, theirs = pair if len(pair) == 2 else (pair[0], pair[0])
        rows[ours._meta.label_lower] = (ours, theirs)
        return ours, theirs

    receives = keep(
        donations.BeneficiaryFactory(name="Nostro fondo"),
        donations.BeneficiaryFactory(name=f"{SECRET} fondo"),
    )
    ours, theirs = keep(
        members.CooperativeFactory(slug="nostra", name="Nostra", beneficiary=receives[0]),
        members.CooperativeFactory(slug="altrui", name=f"{SECRET} cooperativa", beneficiary=receives[1]),
    )
    users = {role: members.UserFactory(role=role, email=f"{role}@rete.example") for role in Role}
    users[Role.COOPERATIVE_EDITOR].cooperative = ours
    users[Role.COOPERATIVE_EDITOR].save()
    colleague = members.UserFactory(
        role=Role.COOPERATIVE_EDITOR,
        email="altrui@rete.example",
        last_name="Colleghi",  # staff know each other by name
        cooperative=theirs,
    )
    keep(users[Role.COOPERATIVE_EDITOR], colleague)
    _people_and_work(keep, ours, theirs)
    _giving(keep, receives)
    extra = _pages(keep, (ours, theirs), (users[Role.COOPERATIVE_EDITOR], colleague))
    _platform(keep, users[Role.CONSORTIUM_ADMIN], (users[Role.COOPERATIVE_EDITOR], colleague))
    for pair in rows.values():
        for row in dict.fromkeys(pair):
            if row._meta.app_label in ("members", "donations", "cms"):
                log(row, "wagtail.edit", user=users[Role.CONSORTIUM_ADMIN], data={"fields": []})
    return TwoOfEach({str(role): user for role, user in users.items()}, rows, extra)


def _people_and_work(keep, ours, theirs) -> None:
    formats = keep(
        members.ServiceFormatFactory(name_it="Nostro format", woven_by=[ours]),
        members.ServiceFormatFactory(name_it=f"{SECRET} format", woven_by=[theirs]),
    )
    keep(*(FormatPart.objects.get(service_format=one) for one in formats))
    keep(*(members.CompetenceFactory(name_it=name) for name in ("Teatro", "Musica")))
    keep(*(members.AudienceFactory(name_it=name) for name in ("Scuole", "Imprese")))
    clients = keep(
        *(members.OrganisationFactory(name=name) for name in ("Nostro cliente", f"{SECRET} cliente"))
    )
    contacts = keep(
        members.ContactFactory(last_name="Nostri", organisation=clients[0]),
        members.ContactFactory(last_name=SECRET, email="altrui@cliente.example", organisation=clients[1]),
    )
    leads = keep(
        *(
            members.LeadFactory(title=title, contact=contact, service_format=offer)
            for title, contact, offer in zip(
                ("Nostra richiesta", f"{SECRET} richiesta"), contacts, formats, strict=True
            )
        )
    )
    keep(*(LeadNote.objects.create(lead=lead, text=f"Nota di {lead}") for lead in leads))
    keep(*(Exchange.objects.create(contact=one, text=f"Chiamata con {one}") for one in contacts))
    keep(LeadStage.objects.first())
    keep(LostReason.objects.first())
    keep(LeadOrigin.objects.first())
    keep(Territory.objects.first())
    keep(ConsentText.objects.first())
    courses = keep(*(members.CourseFactory(title_it=title) for title in ("Corso nostro", "Corso comune")))
    editions = keep(*(members.CourseEditionFactory(course=course) for course in courses))
    keep(*(members.SessionFactory(edition=edition) for edition in editions))
    keep(
        members.EnrolmentFactory(edition=editions[0]),
        members.EnrolmentFactory(edition=editions[1], last_name=SECRET, email="altrui@iscritta.example"),
    )


def _giving(keep, receives) -> None:
    keep(*(donations.RegimePeriodFactory(beneficiary=one) for one in receives))
    keep(ReceiptWording.objects.first())
    Beneficiary.objects.update(iban="IT60X0542811101000000123456")
    keep(
        *(
            make_pledge(
                amount=Money(5000),
                giver=Giver(name=name, email=f"impegno{place}@persone.example"),
                beneficiary=Beneficiary.objects.get(pk=one.pk),
            )
            for place, (one, name) in enumerate(
                zip(receives, ("Nostra promessa", f"{SECRET} promessa"), strict=True)
            )
        )
    )
    keep(BankLine.objects.create(booked_on=date(2026, 11, 24), amount_cents=5000, description="Bonifico"))
    campaigns = keep(
        *(
            donations.CampaignFactory(name_it=name, beneficiary=beneficiary)
            for name, beneficiary in zip(("Nostra campagna", f"{SECRET} campagna"), receives, strict=True)
        )
    )
    donors = keep(
        donations.DonorFactory(name="Nostra Donatrice"),
        donations.DonorFactory(name=f"{SECRET} Donatore", email="altrui@dona.example"),
    )
    gifts = keep(
        *(
            donations.DonationFactory(
                campaign=campaign,
                donor=donor,
                paid=True,
                refunded=100,
                disputed="needs_response",
                delivered=True,
            )
            for campaign, donor in zip(campaigns, donors, strict=True)
        )
    )
    keep(*(Payment.objects.get(donation=gift) for gift in gifts))
    keep(*(Receipt.objects.get(donation=gift, kind="receipt") for gift in gifts))
    keep(*(Refund.objects.get(donation=gift) for gift in gifts))
    keep(*(Dispute.objects.get(donation=gift) for gift in gifts))
    keep(
        *(
            donations.RecurringDonationFactory(campaign=campaign, donor=donor)
            for campaign, donor in zip(campaigns, donors, strict=True)
        )
    )
    keep(donations.ConcernFactory())
    keep(donations.PayoutFactory())
    keep(*(DayTotal.objects.filter(beneficiary=one.beneficiary).first() for one in gifts))
    keep(*(LedgerEntry.objects.filter(beneficiary=one.beneficiary).first() for one in gifts))
    keep(donations.StripeEventFactory())
    keep(donations.GivingBlockFactory())
    assert Donation.objects.count() == 2


def _pages(keep, cooperatives, editors) -> dict[str, tuple[Any, Any]]:
    index = pages.EventIndexPageFactory()
    pages.CooperativeIndexPageFactory()
    pages.DonatePageFactory()
    # Nothing of the other's is published: what the public may read is nobody's secret.
    profiles = [
        pages.CooperativePageFactory(cooperative=one, draft=one is cooperatives[1]) for one in cooperatives
    ]
    events = [
        pages.EventPageFactory(title=title, organisers=[cooperative], owner=editor, draft=True, parent=index)
        for title, cooperative, editor in zip(
            ("Nostra sera", f"{SECRET} sera"), cooperatives, editors, strict=True
        )
    ]
    for event, editor in zip(events, editors, strict=True):
        log(event, "wagtail.edit", user=editor)
    keep(
        *(
            get_image_model().objects.create(
                title=title, file=get_test_image_file(f"{title}.png"), uploaded_by_user=editor
            )
            for title, editor in zip(("Nostra", "Comune"), editors, strict=True)
        )
    )
    keep(
        *(
            get_document_model().objects.create(
                title=title, file=ContentFile(b"%PDF-1.4", name=f"{title}.pdf"), uploaded_by_user=editor
            )
            for title, editor in zip(("Nostro", "Comune"), editors, strict=True)
        )
    )
    keep(Collection.objects.get(depth=1).add_child(name="Cartella"))
    workflow = keep(Workflow.objects.first())[0]
    keep(Task.objects.first())
    states = [workflow.start(event, editor) for event, editor in zip(events, editors, strict=True)]
    one_page = Page.objects.get(pk=index.pk)
    return {
        "event": tuple(events),
        "profile": tuple(profiles),
        "event_index": (index, index),
        "cooperative_index": (CooperativeIndexPage.objects.get(),) * 2,
        "donate": (DonatePage.objects.get(),) * 2,
        "home": (one_page.get_parent(),) * 2,
        "revision": tuple(event.latest_revision for event in events),
        "workflow_state": tuple(states),
        "task_state": tuple(state.current_task_state for state in states),
        "editing_session": tuple(
            EditingSession.objects.create(user=editor, content_object=event, last_seen_at=timezone.now())
            for event, editor in zip(events, editors, strict=True)
        ),
        **_translations(events),
    }


def _translations(events) -> dict[str, tuple[Any, Any]]:
    english = Locale.objects.get(language_code="en")
    found: dict[str, list[Any]] = {
        "translation_source": [],
        "translation": [],
        "string_segment": [],
        "override": [],
    }
    for event in events:
        source, _made = TranslationSource.update_or_create_from_instance(event)
        translation = Translation.objects.create(source=source, target_locale=english)
        translation.save_target(publish=False)
        found["translation_source"].append(source)
        found["translation"].append(translation)
        found["string_segment"].append(source.stringsegment_set.first())
        found["override"].append(source.overridablesegment_set.first())
    return {name: tuple(pair) for name, pair in found.items()}


def _platform(keep, admin, editors) -> None:
    keep(
        *(
            SavedView.objects.create(owner=editor, name=f"di {editor}", source_key="members.formatpart")
            for editor in editors
        )
    )
    keep(
        *(
            StaffToken.objects.create(
                owner=editor, name=f"di {editor}", digest=str(n), expires_on="2099-01-01"
            )
            for n, editor in enumerate(editors)
        )
    )
    keep(Locale.objects.get(language_code="en"))
    keep(Site.objects.get())
    keep(Group.objects.get(name=Role.TRAINER))
    keep(cms.MenuFactory())
    keep(ClockRun.objects.create(name="una prova", next_run_at=timezone.now()))
    keep(
        *(
            cms.OutboxMessageFactory(to=to, subject=f"Mail a {to}")
            for to in ("nostra@rete.example", "altrui@rete.example")
        )
    )
    keep(cms.ConsentRecordFactory())
    keep(cms.SuppressionFactory())
    keep(
        PrivacyRequest.objects.create(
            kind="access", email="chi@rete.example", asked_by="Chi", due_on="2099-01-01"
        )
    )
    keep(RetentionRule.objects.first())
    # Nobody but its sender sees a sheet: the one is an administrator's, the other's a colleague's.
    keep(
        *(
            ImportBatch.objects.create(target="members.contact", user=user, filename="soci.csv", state="done")
            for user in (admin, editors[1])
        )
    )
    keep(
        *(
            BulkRun.objects.create(target="members.formatpart", action="approve", label="Approva", user=user)
            for user in (admin, editors[1])
        )
    )
    keep(CustomField.objects.create(record_kind="members.lead", key="colore", kind="text", label_it="Colore"))
    keep(
        Lockout.objects.create(
            user=editors[1], counter="qui", since=timezone.now(), until=timezone.now() + timedelta(hours=1)
        )
    )
    keep(Redirect.objects.create(old_path="/vecchia", redirect_link="/nuova/"))
    keep(Query.get("concerto"))
