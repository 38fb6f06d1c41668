"""Every verb that the log names is done once through its real door, and found in the log and in the report.

A verb without a door here fails the first test: whoever names a new one says here how people get to do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from cms import audit
from cms.custom_fields.services import working
from cms.listing.bulk import running as bulk
from cms.models import (
    ImportBatch,
    Lockout,
    OutboxMessage,
    PrivacyRequest,
    RetentionRule,
    SavedView,
    StaffToken,
)
from cms.privacy import retention
from cms.roles import Role
from cms.spreadsheets.importing import running
from donations.models import BankLine, EventState, Pledge, Receipt, Refund, RefundReason
from members.models import FormatPart
from tests.cms.doors.conftest import PASSWORD, Phone, fresh_process, phone_of
from tests.factories import cms as make_cms
from tests.factories import donations as gifts
from tests.factories import members as make
from tests.factories.custom_fields import field_of

pytestmark = pytest.mark.django_db
REPORT = "/admin/reports/site-history/"
SET_UP, CODE = "/admin/login/set-up/", "/admin/login/code/"
__all__ = ["fresh_process", "phone_of"]


@dataclass
class House:
    """What a door needs: who acts, and the means of the test."""

    client: Client
    login: Callable
    user_as: Callable
    phone_of: Callable
    settings: Any
    tmp_path: Any

    def act(self, record: Any, name: str, **typed: Any) -> None:
        """Press a button of a record's page."""
        meta = record._meta
        address = reverse(f"{meta.app_label}_{meta.model_name}_modeladmin_action", args=[record.pk, name])
        answer = self.client.post(address, {f"{name}-{field}": value for field, value in typed.items()})
        assert (answer.status_code, answer.url == "/admin/") == (302, False), name

    def post(self, address: str, typed: dict | None = None, status: int = 302) -> Any:
        answer = self.client.post(address, typed or {})
        assert answer.status_code == status, (address, answer.status_code, errors_of(answer))
        return answer


def errors_of(answer: Any) -> Any:
    form = (answer.context or {}).get("form") if answer.context else None
    return getattr(form, "errors", "")


@pytest.fixture
def house(client, login, user_as, phone_of, settings, tmp_path) -> House:
    return House(client, login, user_as, phone_of, settings, tmp_path)


doors: dict[Callable, tuple[str, ...]] = {}


def does(*actions: str) -> Callable:
    """What the log says, at least, after the door was gone through."""

    def declare(door: Callable) -> Callable:
        doors[door] = actions
        return door

    return declare


def test_every_verb_of_the_log_has_a_door_here():
    told = {action for actions in doors.values() for action in actions}
    assert set(audit.actions) - told == set(), "say in this file how people do it"
    assert {action for action in told if not action.startswith("wagtail.")} - set(audit.actions) == set()


# Records, snippets and pages.


def url(model: str, action: str, *args: Any) -> str:
    return reverse(f"{model.replace('.', '_')}_modeladmin_{action}", args=args)


def shown(answer: Any) -> str:
    return re.search(r'name="shown" value="(\w+)"', answer.content.decode()).group(1)


@does("wagtail.create", "wagtail.edit", "wagtail.delete")
def a_record(house):
    user = house.login(Role.COMMERCIAL).user
    house.post(url("members.lostreason", "create"), {"name_it": "Tempi", "name_en": "Time", "order": "9"})
    reason = ModelLogEntry.objects.get(action="wagtail.create").object_id
    form = house.client.get(url("members.lostreason", "edit", reason))
    house.post(
        url("members.lostreason", "edit", reason),
        hidden(form) | {"name_it": "Tempi lunghi", "name_en": "Time", "order": "9"},
    )
    house.login(Role.CONSORTIUM_ADMIN)
    house.post(url("members.lostreason", "delete", reason))
    return user


@does("wagtail.create", "wagtail.edit", "wagtail.delete")
def a_snippet(house):
    house.login(Role.EDITOR)
    typed = {"name_it": "Scuole", "name_en": "Schools", "slug": "scuole", "order": "1"}
    house.post(reverse("wagtailsnippets_members_audience:add"), typed)
    pk = ModelLogEntry.objects.get(action="wagtail.create").object_id
    edit = reverse("wagtailsnippets_members_audience:edit", args=[pk])
    house.post(edit, hidden(house.client.get(edit)) | typed | {"name_it": "Le scuole"})
    house.post(reverse("wagtailsnippets_members_audience:delete", args=[pk]))


def hidden(answer: Any) -> dict[str, str]:
    """The hidden fields of a form, as its browser would send them."""
    import html

    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', answer.content.decode())
    return {name: html.unescape(value) for name, value in fields}


@does("wagtail.edit", "wagtail.delete")
def many_records(house):
    house.login(Role.CONSORTIUM_ADMIN)
    organisations = make.OrganisationFactory.create_batch(2)
    bulk = "/admin/lists/members.organisation/bulk/"
    keys = {"id": [each.pk for each in organisations]}
    for typed in ({"action": "set-town", "town": "Suzzara"}, {"action": "delete"}):
        seen = house.post(bulk, typed | keys | {"step": "preview"}, status=200)
        house.post(bulk, typed | keys | {"step": "do", "shown": shown(seen)})
    for action in ("wagtail.edit", "wagtail.delete"):
        assert ModelLogEntry.objects.filter(action=action).count() == 2


@does("wagtail.delete")
def many_snippets(house):
    house.login(Role.EDITOR)
    audience = make.AudienceFactory()
    address = reverse("wagtail_bulk_action", args=["members", "audience", "delete"])
    house.post(f"{address}?id={audience.pk}&next=/admin/")


@does("wagtail.unpublish", "wagtail.delete")
def a_page(house):
    house.login()
    page = Page.objects.filter(depth=2, live=True).first()
    house.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    house.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


# Sheets.


@does("cms.import.confirmed", "cms.import.undone", "wagtail.create", "wagtail.delete")
def a_sheet(house):
    house.login(Role.COMMERCIAL)
    file = SimpleUploadedFile("contatti.csv", b"E-mail;Nome\nada@rete.example;Ada\n")
    house.post("/admin/imports/new/members.contact/", {"file": file})
    batch = ImportBatch.objects.get()
    house.post(
        reverse("cms_import_columns", args=[batch.pk]), {"column_0": "email", "column_1": "first_name"}
    )
    for name in ("confirm", "undo"):
        running.run_waiting()
        house.post(reverse("cms_import_act", args=[batch.pk, name]))
    running.run_waiting()


@does("cms.bulk.ended")
def very_many_rows(house):
    house.login(Role.COMMERCIAL)
    make.LeadFactory.create_batch(2)
    address = reverse("list_bulk", args=["members.lead"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cms.listing.bulk.views.MOST_ROWS", 1)
        asked = {"action": "assign", "to": house.client.user.pk, "scope": "all"}
        page = house.post(address, asked | {"step": "preview"}, status=200)
        house.post(
            address,
            asked | {"step": "do", "shown": page.context["outcome"].digest, "run": page.context["run_key"]},
        )
    bulk.worker.run_waiting()


@does("cms.export")
def a_list_taken_away(house):
    house.login(Role.COMMERCIAL)
    make.LeadFactory()
    house.post(reverse("list_export", args=["members.lead"]), {"scope": "all", "kind": "comma"}, status=200)


@does("cms.audit.export")
def the_log_taken_away(house):
    house.login(Role.AUDITOR)
    assert house.client.get(f"{REPORT}?export=csv").status_code == 200


# Doors of the back office.


def enter(house: House, email: str, password: str = PASSWORD, status: int = 302) -> None:
    house.post("/admin/login/", {"username": email, "password": password}, status=status)


@does("cms.login", "cms.login_failed", "cms.logout")
def the_login(house):
    email = house.user_as(Role.EDITOR).email
    enter(house, "nobody@house.example", "wrong", status=200)
    enter(house, email, "wrong", status=200)
    enter(house, email)
    house.post("/admin/logout/")


@does("cms.lockout", "cms.lockout.lifted")
def a_locked_login(house):
    house.settings.AXES_ENABLED = True
    email = house.user_as(Role.EDITOR).email
    for _try in range(8):
        house.client.post("/admin/login/", {"username": email, "password": "wrong"})
    house.login(Role.CONSORTIUM_ADMIN)
    house.act(Lockout.objects.get(), "lift")


@does("cms.second_factor.set", "cms.second_factor.codes", "cms.second_factor.reset")
def ones_own_second_factor(house):
    user = house.login(Role.COMMERCIAL).user
    house.client.get(SET_UP)
    house.post(SET_UP, {"code": Phone(TOTPDevice.objects.get(user=user)).code()}, status=200)
    house.post("/admin/account/doors/codes/", status=200)
    house.post("/admin/account/doors/off/")


@does("cms.code_failed", "cms.second_factor.recovery")
def a_phone_left_at_home(house):
    user = house.user_as(Role.COMMERCIAL)
    phone = house.phone_of(user)
    enter(house, user.email)
    house.post(CODE, {"code": "000000"}, status=200)
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    house.post(CODE, {"code": phone.codes[0]})


@does("cms.second_factor.reset", "cms.sessions.ended")
def a_colleagues_doors(house):
    person = house.user_as(Role.COMMERCIAL)
    house.phone_of(person)
    house.login(Role.CONSORTIUM_ADMIN)
    for name in ("reset", "end"):
        house.post(f"/admin/people/{person.pk}/doors/{name}/")


@does("cms.rights")
def the_roles_of_a_person(house):
    person = house.user_as(Role.EDITOR)
    house.login(Role.CONSORTIUM_ADMIN)
    role = Group.objects.get(name=Role.TRAINER)
    ModelLogEntry.objects.all().delete()
    typed = {"email": person.email, "first_name": "Ada", "last_name": "Neri", "is_active": "on"}
    house.post(reverse("wagtailusers_users:edit", args=[person.pk]), typed | {"groups": [role.pk]})
    what = [entry.data for entry in ModelLogEntry.objects.filter(action="cms.rights", object_id=person.pk)]
    assert {"what": "User_groups", "added": [role.pk]} in what


@does("cms.rights")
def the_rights_of_a_role(house):
    house.login()
    group = Group.objects.create(name="volontari")
    right = Permission.objects.get(codename="view_lead")
    typed = {"name": group.name, "permissions": [right.pk]}
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    for name in re.findall(r'name="([\w-]+)-TOTAL_FORMS"', house.client.get(address).content.decode()):
        typed |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    house.post(address, typed)
    [entry] = ModelLogEntry.objects.filter(action="cms.rights", object_id=group.pk)
    assert entry.data["added"] == [right.pk]


@does("cms.token_issued", "cms.token_revoked")
def a_token(house):
    house.login(Role.COMMERCIAL)
    last = timezone.localdate() + timedelta(days=30)
    typed = {"name": "Board", "kinds": ["members.lead"], "expires_on": last.isoformat()}
    house.post(reverse("staff_token_new"), typed, status=200)
    house.act(StaffToken.objects.get(), "revoke")


@does("wagtail.create", "wagtail.edit", "wagtail.delete")
def a_view_kept_and_shared(house):
    house.login(Role.COMMERCIAL)
    house.post(reverse("saved_view_keep", args=["members.lead"]), {"name": "Ours", "question": "q=a"})
    view = SavedView.objects.get()
    role = Group.objects.get(name=Role.COMMERCIAL)
    typed = {"name": "Ours", "shared_with": [role.pk], "opened": view.updated_at.isoformat()}
    house.post(reverse("saved_view_edit", args=[view.pk]), typed)
    entry = ModelLogEntry.objects.get(action="wagtail.edit")
    assert "shared_with" in entry.data["fields"]
    house.post(reverse("saved_view_delete", args=[view.pk]))


# People's data.

EMAIL = "ada.neri@persona.example"


def asked_for(house: House, kind: str) -> PrivacyRequest:
    """A request whose rows are confirmed."""
    asked = PrivacyRequest.objects.create(kind=kind, email=EMAIL, asked_by="Ada", channel="lettera")
    house.act(asked, "verify", how="di persona")
    rows = list(asked.rows.values_list("pk", flat=True))
    house.post(reverse("cms_privacy_rows", args=[asked.pk]), {"theirs": rows, "seen": rows})
    return asked


@does(
    "cms.privacy.verified", "cms.privacy.searched", "cms.privacy.confirmed", "cms.privacy.exported",
    "cms.privacy.downloaded",
)  # fmt: skip
def a_persons_file(house):
    house.login(Role.CONSORTIUM_ADMIN)
    make.LeadFactory(contact=make.ContactFactory(email=EMAIL))
    asked = asked_for(house, "export")
    house.act(asked, "export")
    session = house.client.session
    session["password_given_at"] = int(timezone.now().timestamp())
    session.save()
    assert house.client.get(reverse("cms_privacy_file", args=[asked.pk])).status_code == 200


@does("cms.privacy.erased", "cms.privacy.replayed")
def an_erasure_and_a_restored_backup(house):
    house.settings.ERASURES_FILE = house.tmp_path / "erasures.jsonl"
    house.login(Role.CONSORTIUM_ADMIN)
    mail = make_cms.OutboxMessageFactory(to=EMAIL)
    before = OutboxMessage.objects.filter(pk=mail.pk).values().get()
    house.act(asked_for(house, "erase"), "erase", sure="on")
    OutboxMessage.objects.filter(pk=mail.pk).delete()
    OutboxMessage.objects.create(**before)
    call_command("replay_erasures", verbosity=0)


@does("cms.privacy.refused")
def a_request_refused(house):
    house.login(Role.CONSORTIUM_ADMIN)
    house.act(asked_for(house, "export"), "refuse", why="non si sa chi sia")


@does("cms.retention.approved", "cms.retention.ran", "cms.retention.stopped")
def a_rule_of_retention(house):
    house.login(Role.CONSORTIUM_ADMIN)
    rule = RetentionRule.objects.get(kind="cms.outbox")
    make_cms.OutboxMessageFactory(state="sent", sent_at=timezone.now())
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(days=7300))
    house.act(rule, "approve", sure="on")
    retention.run_approved()
    house.act(rule, "stop")


@does("cms.consent.withdrawn")
def a_consent(house):
    house.login(Role.COMMERCIAL)
    house.act(make_cms.ConsentRecordFactory(), "withdraw", told_by="al telefono")


# Fields that staff define.


@does("custom_fields.retire", "custom_fields.restore", "custom_fields.merge")
def a_field(house):
    house.login(Role.CONSORTIUM_ADMIN)
    field = field_of(kind="choice", label="Tipo", choices=["Sala", "Cortile"]).definition
    for what in ("retire", "restore"):
        house.post(reverse("custom_fields:do", args=[field.pk, what]))
    one, other = field.choices.all()
    house.post(reverse("custom_fields:merge", args=[field.pk]), {"choice": one.pk, "into": other.pk})
    working.do_waiting_work()


# Requests, formats, courses.


@does("members.lead.opened")
def a_request_from_the_site(house):
    from members.services.leads import open_lead

    open_lead(name="Ada", email=EMAIL, message="Un laboratorio", consent_text="Sì")


@does("members.lead.moved", "members.lead.assigned", "members.lead.planned", "members.lead.noted")
def a_request(house):
    ada, lead = house.login(Role.COMMERCIAL).user, make.LeadFactory()
    house.act(lead, "assign", to=ada.pk)
    house.act(lead, "move", to=make.LeadStageFactory(qualified=True).pk)
    house.act(lead, "plan", action="telefonare", on="01/12/2030")
    house.act(lead, "note", text="Chiedere di Anna")


@does("members.exchange.written")
def a_call(house):
    house.login(Role.COMMERCIAL)
    house.act(make.ContactFactory(), "write-down", kind="call", text="Richiama venerdì")


@does("records.merged", "members.exchange.written")
def two_contacts(house):
    house.login(Role.COMMERCIAL)
    kept, gone = make.ContactFactory(), make.ContactFactory()
    house.act(gone, "write-down", kind="call", text="È la stessa persona")
    address = reverse("record_merge", args=["members.contact", kept.pk])
    looked = house.client.get(f"{address}?other={gone.pk}").content.decode()
    house.post(
        address, {"other": gone.pk, "shown": re.search(r'name="shown" value="(\w+)"', looked).group(1)}
    )


@does("members.part.approved")
def a_part_of_a_format(house):
    cooperative = make.CooperativeFactory()
    part = FormatPart.objects.create(service_format=make.ServiceFormatFactory(), cooperative=cooperative)
    house.login(house.user_as(Role.COOPERATIVE_EDITOR, cooperative=cooperative))
    house.act(part, "approve")


@does("members.enrolment.confirmed", "members.enrolment.cancelled", "members.edition.cancelled")
def a_course(house):
    house.login(Role.TRAINER)
    edition = make.CourseEditionFactory()
    house.act(edition, "enrol", first_name="Ada", last_name="Neri", email=EMAIL, language="it")
    house.act(edition.enrolments.get(), "cancel")
    house.act(edition, "cancel")


# Giving.


@does("donations.campaign.launched", "donations.campaign.closed", "donations.campaign.cancelled")
def campaigns(house):
    house.login(Role.FUNDRAISER)
    first, second = gifts.CampaignFactory(draft=True), gifts.CampaignFactory(draft=True)
    for campaign, name in ((first, "close"), (second, "cancel")):
        house.act(campaign, "launch")
        house.act(campaign, name)


@does("donations.event.replayed")
def an_event_of_stripe(house):
    house.login(Role.CONSORTIUM_ADMIN)
    house.act(gifts.StripeEventFactory(state=EventState.FAILED), "replay")


@does("donations.event.replayed")
def an_event_of_stripe_from_the_command_line(house):
    gifts.StripeEventFactory(state=EventState.FAILED)
    call_command("replay_events", "--listed", verbosity=0)


@does("donations.refund.requested", "donations.refund.confirmed", "donations.refund.refused")
def refunds_of_two_people(house):
    house.settings.REFUND_SECOND_PERSON_ABOVE_CENTS = 0
    for answer in ("confirm", "refuse"):
        house.login(Role.FUNDRAISER)
        address = reverse("donations_refund_new", args=[gifts.DonationFactory(paid=True).pk])
        typed = {"amount": "10,00", "reason": RefundReason.REQUESTED.value, "note": "Per telefono"}
        seen = house.post(address, typed, status=200).context["shown"]
        house.post(address, typed | {"seen": seen})
        house.login(Role.CONSORTIUM_ADMIN)
        house.act(Refund.objects.latest("pk"), answer)


@does("donations.refund.given", "donations.refund.came_back", "donations.refund.called_off")
def money_handed_back(house):
    house.login(Role.FUNDRAISER)
    today = timezone.localdate()
    for name in ("given", "call-off"):
        address = reverse("donations_refund_new", args=[gifts.gift_by_hand(method="cash").pk])
        typed = {
            "amount": "10",
            "way": "cash",
            "reason": RefundReason.REQUESTED.value,
            "note": "Per telefono",
        }
        seen = house.post(address, typed, status=200).context["shown"]
        house.post(address, typed | {"seen": seen})
        refund = Refund.objects.latest("pk")
        house.act(refund, name, **({"way": "cash", "given_on": str(today)} if name == "given" else {}))
        if name == "given":
            house.act(refund, "came-back", on=str(today), because="Rifiutato")


@does("donations.summary.opened")
def a_donors_year(house):
    house.login(Role.FUNDRAISER)
    gift = gifts.DonationFactory(paid=True)
    address = reverse("donations_year_summary", args=[gift.donor_id, gift.paid_at.year])
    assert house.client.get(address).status_code == 200


@does("donations.receipt.opened", "donations.receipt.replaced")
def a_receipt(house):
    house.login(Role.FUNDRAISER)
    receipt = Receipt.objects.get(donation=gifts.DonationFactory(paid=True, delivered=True))
    assert house.client.get(reverse("donations_receipt_pdf", args=[receipt.pk])).status_code == 200
    house.login(Role.CONSORTIUM_ADMIN)
    house.act(receipt, "replace", because="nome sbagliato")


@does("donations.recurring.changed")
def a_recurring_gift(house):
    house.login(Role.FUNDRAISER)
    house.act(gifts.RecurringDonationFactory(), "amount", amount="25,00")


@does("donations.concern.settled")
def a_matter(house):
    house.login(Role.FUNDRAISER)
    house.act(gifts.ConcernFactory(), "settle", note="Sentita la banca")


@does("donations.block.lifted")
def a_block(house):
    house.login(Role.FUNDRAISER)
    house.act(gifts.GivingBlockFactory(), "lift")


@does("donations.wall.approved", "donations.wall.removed")
def a_name_on_the_wall(house):
    house.login(Role.FUNDRAISER)
    gift = gifts.DonationFactory(paid=True, wants_wall=True)
    house.act(gift, "approve")
    house.act(gift, "take-off")


def written_down(house: House, name: str, **more: Any) -> None:
    """Send one of the forms in which staff write a gift or a promise."""
    address = reverse(name)
    number = house.client.get(address).context["form"]["number"].value()
    receiver = gifts.BeneficiaryFactory(iban="IT60X0542811101000000123456")
    typed = {"amount": "50", "name": "Ada", "email": EMAIL, "language": "it", "number": str(number)}
    house.post(address, typed | {"beneficiary": receiver.pk} | more)


@does("donations.gift.recorded")
def a_gift_in_cash(house):
    house.login(Role.FUNDRAISER)
    written_down(house, "donations_gift_new", method="cash", received_on="24/11/2026")


@does(
    "donations.pledge.made", "donations.pledge.reminded", "donations.bankline.matched",
    "donations.bankline.reopened", "donations.bankline.ignored", "donations.pledge.cancelled",
)  # fmt: skip
def promised_transfers(house):
    house.login(Role.FUNDRAISER)
    written_down(house, "donations_pledge_new")
    pledge = Pledge.objects.get()
    house.act(pledge, "remind")
    line = BankLine.objects.create(
        booked_on=timezone.localdate(), amount_cents=5000, description="Bonifico di Ada"
    )
    house.act(line, "match", code=pledge.shown_code)
    house.act(line, "reopen")
    house.act(line, "ignore", note="quota associativa")
    written_down(house, "donations_pledge_new")
    house.act(Pledge.objects.latest("pk"), "cancel")


@does("donations.yearly_file.taken")
def the_tax_offices_file(house):
    house.login(Role.CONSORTIUM_ADMIN)
    receiver = gifts.RegimePeriodFactory().beneficiary
    address = reverse("donations_yearly_return")
    typed = {"beneficiary": receiver.pk, "year": timezone.localdate().year - 1}
    house.client.post(f"{address}?{urlencode(typed)}", typed)


@pytest.mark.parametrize("door", doors, ids=lambda door: door.__name__)
def test_it_is_in_the_log_and_in_the_report(door, house):
    door(house)
    logged = {
        action
        for model in (ModelLogEntry, PageLogEntry)
        for action in model.objects.values_list("action", flat=True)
    }
    assert set(doors[door]) - logged == set(), "the log says nothing of it"
    reader = Client()
    reader.force_login(
        house.user_as(Role.AUDITOR, email="lettrice@house.example"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    told = {entry.action for entry in reader.get(REPORT).context["object_list"]}
    assert set(doors[door]) - told == set(), "the auditor does not see it"
