"""Nothing goes before somebody approved the rule; then what is too old goes, and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms import audit
from cms.models import OutboxMessage, RetentionRule
from cms.privacy import retention
from donations.models import Donor, Receipt
from members.models import Contact, Lead
from tests.factories.cms import ConsentRecordFactory, OutboxMessageFactory
from tests.factories.donations import DonationFactory
from tests.factories.members import EnrolmentFactory, LeadFactory

pytestmark = pytest.mark.django_db


def rule(kind: str) -> RetentionRule:
    return RetentionRule.objects.get(kind=kind)


def grow_old(row, column: str, years: float = 20) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(
        **{column: timezone.now() - timedelta(days=round(366 * years))}
    )


def sent_mails():
    old, young = OutboxMessageFactory(state="sent", sent_at=timezone.now()), OutboxMessageFactory()
    waiting = OutboxMessageFactory()
    grow_old(old, "created_at")
    grow_old(waiting, "created_at")
    return old, young, waiting


def test_every_kind_has_a_rule_that_rests_and_can_say_what_it_would_take():
    assert set(RetentionRule.objects.values_list("kind", flat=True)) == set(retention.kinds)
    for each in RetentionRule.objects.all():
        assert not each.is_on
        assert each.action in retention.kinds[each.kind].actions
        assert retention.due_rows(each).count() >= 0
        assert each.basis


def test_nothing_goes_before_the_approval_and_only_what_is_due_after_it(user_as, monkeypatch):
    _old, young, waiting = sent_mails()
    assert retention.run_approved() is None
    assert OutboxMessage.objects.count() == 3
    retention.approve(rule("cms.outbox"), by=user_as("consortium_admin"))
    assert retention.run_approved() == "cms.outbox: 1"
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}
    assert ModelLogEntry.objects.get(action="cms.retention.ran").data == {"rows": 1, "action": "delete"}
    assert retention.run_approved() is None


def test_a_run_is_made_of_chunks_and_leaves_the_rest_for_the_next(monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    monkeypatch.setattr(retention, "ROWS_PER_RUN", 4)
    for mail in OutboxMessageFactory.create_batch(5, state="sent", sent_at=timezone.now()):
        grow_old(mail, "created_at")
    retention.approve(rule("cms.outbox"), by=None)
    assert [retention.run_approved(), retention.run_approved()] == ["cms.outbox: 4", "cms.outbox: 1"]


def test_a_changed_rule_waits_for_a_new_approval():
    changed = retention.approve(rule("cms.outbox"), by=None)
    changed.basis = "Altre parole"
    changed.save()
    assert changed.is_on
    changed.after_months = 1
    changed.save()
    assert not rule("cms.outbox").is_on


def test_receipts_past_their_legal_date_lose_their_person_and_keep_their_money(
    django_capture_on_commit_callbacks,
):
    gift = DonationFactory(paid=timezone.now() - timedelta(days=366 * 12), delivered=True)
    young = DonationFactory(paid=True)
    Receipt.objects.filter(donation=gift).update(year=timezone.now().year - 12)
    retention.approve(rule("donations.receipts"), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.run_approved() == "donations.receipts: 1"
    receipt = gift.receipts.get()
    assert (receipt.facts["donor"], receipt.pdf.name) == ({"name": "[cancellato]", "email": ""}, "")
    assert receipt.amount == gift.amount
    assert Donor.objects.get(pk=gift.donor_id).name == ""
    assert Donor.objects.get(pk=young.donor_id).name == young.donor.name


def test_old_leads_keep_their_figures_and_their_log_loses_the_name():
    lead = LeadFactory(
        won=True, sender_name="Ada Neri", title="Laboratorio · Ada Neri", expected_value_cents=100
    )
    audit.record("wagtail.edit", lead)
    grow_old(lead, "updated_at")
    LeadFactory(title="aperta")
    retention.approve(rule("members.leads"), by=None)
    assert retention.run_approved() == "members.leads: 1"
    assert set(Lead.objects.values_list("title", "sender_name", "expected_value_cents")) == {
        ("[cancellato]", "", 100), ("aperta", "", None),
    }  # fmt: skip
    assert not ModelLogEntry.objects.filter(label__contains="Neri").exists()
    assert retention.run_approved() is None


def test_each_rule_takes_its_old_rows_once_and_leaves_the_young(user_as):
    contact = LeadFactory().contact
    free = EnrolmentFactory()
    consent = ConsentRecordFactory()
    grow_old(consent, "recorded_at")
    grow_old(contact, "updated_at")  # a request leans on it
    for each in RetentionRule.objects.all():
        retention.approve(each, by=user_as("consortium_admin"))
    assert retention.run_approved() == "cms.consents: 1"
    assert Contact.objects.filter(pk=contact.pk).exists()
    free.refresh_from_db()
    assert free.first_name == "Luca"


def test_a_rule_that_fails_does_not_hold_the_others(monkeypatch):
    sent_mails()
    ConsentRecordFactory()
    for kind in ("cms.outbox", "cms.consents"):
        retention.approve(rule(kind), by=None)
    broken = retention.RetentionKind("x", lambda before: 1 / 0, {})
    monkeypatch.setitem(retention.kinds._things, "cms.consents", broken)
    assert retention.run_approved() == "cms.consents: failed, cms.outbox: 1"


def test_staff_read_the_dry_list_before_they_approve(login):
    sent_mails()
    outbox = rule("cms.outbox")
    page = reverse("cms_retentionrule_modeladmin_inspect", args=[outbox.pk])
    action = reverse("cms_retentionrule_modeladmin_action", args=[outbox.pk, "approve"])
    shown = login("auditor").get(page).content.decode()
    assert "1 riga oggi." in shown and "Ciao" in shown
    login("auditor").post(action)
    assert not rule("cms.outbox").is_on
    client = login("consortium_admin")
    client.post(action)
    assert rule("cms.outbox").approved_by == client.user
    edit = reverse("cms_retentionrule_modeladmin_edit", args=[outbox.pk])
    refused = client.post(
        edit, {"kind": "cms.outbox", "after_months": 3, "action": "pseudonymise", "basis": "x"}
    )
    assert "Per queste righe solo: cancellare." in refused.content.decode()
