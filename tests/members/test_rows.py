"""Rows and fields by role: what the table in docs/decisions/roles-and-rows.md says, asked of the scopes."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.text import capfirst
from wagtail.log_actions import log

from cms.registries import row_scopes, visible_rows
from cms.roles import Role
from donations.models import Campaign, Donation, Donor, LedgerEntry, Payment, Receipt
from members.models import Cooperative, Enrolment, Lead, LeadNote, ServiceFormat, User
from tests.factories.custom_fields import field_of
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonationFactory
from tests.factories.members import (
    CooperativeFactory,
    EnrolmentFactory,
    LeadFactory,
    ServiceFormatFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def seen(user: User, *models: type) -> dict[str, int]:
    return {model.__name__: visible_rows(user, model._default_manager.all()).count() for model in models}


def editor_of(cooperative: Cooperative | None, *more: Role) -> User:
    user = UserFactory(role=Role.COOPERATIVE_EDITOR, cooperative=cooperative)
    for role in more:
        user.groups.add(UserFactory(role=role).groups.get())
    return user


def test_money_is_seen_by_the_cooperative_that_receives_it():
    funds = BeneficiaryFactory(), BeneficiaryFactory()
    ours, theirs = (CooperativeFactory(beneficiary=fund) for fund in funds)
    for fund in funds:
        DonationFactory(campaign=CampaignFactory(beneficiary=fund), paid=True)
    money = (Campaign, Donation, Donor, Payment, Receipt)
    assert seen(editor_of(ours), *money) == dict.fromkeys([model.__name__ for model in money], 1)
    assert visible_rows(editor_of(ours), Campaign.objects.all()).get().beneficiary == funds[0]
    rows = visible_rows(editor_of(theirs), LedgerEntry.objects.all())
    assert {entry.beneficiary for entry in rows} == {funds[1]}
    assert set(seen(editor_of(None), *money).values()) == {0}


def test_work_of_the_consortium_is_none_of_a_cooperatives_editor_and_its_children_follow():
    lead = LeadFactory()
    LeadNote.objects.create(lead=lead, text="…")
    EnrolmentFactory()
    ServiceFormatFactory(woven_by=[CooperativeFactory()])
    ours = CooperativeFactory()
    ServiceFormatFactory(woven_by=[ours, CooperativeFactory()])
    editor = editor_of(ours)
    assert seen(editor, Lead, LeadNote, Enrolment, ServiceFormat, Cooperative) == {
        "Lead": 0,
        "LeadNote": 0,
        "Enrolment": 0,
        "ServiceFormat": 1,
        "Cooperative": 1,
    }
    wide = seen(editor_of(ours, Role.COMMERCIAL), Lead, LeadNote, ServiceFormat)
    assert wide == {"Lead": 1, "LeadNote": 1, "ServiceFormat": 2}


def test_children_follow_whatever_scope_their_parent_gets():
    mine, other = LeadFactory(), LeadFactory()
    for lead in (mine, other):
        LeadNote.objects.create(lead=lead, text="…")
    user = UserFactory(role=Role.COMMERCIAL)
    row_scopes.replace(Lead, lambda user, rows: rows.filter(pk=mine.pk))
    try:
        assert [note.lead for note in visible_rows(user, LeadNote.objects.all())] == [mine]
    finally:
        row_scopes.restore(Lead)


@pytest.fixture
def curious(login):
    """Somebody with the permission on requests, and no role that has business with their value."""
    user = UserFactory()
    codenames = ["access_admin", "view_lead", "change_lead"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return login(user)


def test_a_hidden_field_is_on_no_screen_and_moves_no_count(curious):
    lead = LeadFactory(title="Museo", expected_value_cents=987_600)
    LeadFactory(title="Scuola", expected_value_cents=100)
    for action in ("inspect", "edit"):
        page = curious.get(reverse(f"members_lead_modeladmin_{action}", args=[lead.pk]))
        assert page.status_code == 200
        assert "9.876" not in page.content.decode() and "expected_value" not in page.content.decode()
    index = reverse("members_lead_modeladmin_index")
    assert len(curious.get(index).context["object_list"]) == 2
    for order in ("expected_value_cents", "-expected_value_cents"):
        # A question that names what one may not see has no answer, rather than one that tells.
        assert list(curious.get(index, {"ordering": order}).context["object_list"]) == []
    assert "9.876" not in curious.get(index).content.decode()


def test_what_is_hidden_cannot_be_posted(curious):
    lead = LeadFactory(title="Museo", expected_value_cents=987_600)
    edit = reverse("members_lead_modeladmin_edit", args=[lead.pk])
    form = curious.get(edit).context["form"]
    values = {name: form[name].value() or "" for name in form.fields} | {"expected_value_cents": "1"}
    curious.post(edit, values)
    lead.refresh_from_db()
    assert lead.expected_value_cents == 987_600


def test_a_history_names_no_field_that_is_hidden_from_the_reader(login, user_as):
    field_of(label="Riservato", seen_by=["consortium_admin"])
    lead = LeadFactory()
    fields = ["title", "expected_value_cents", "custom_riservato"]
    log(lead, "wagtail.edit", data={"fields": fields, "labels": {"custom_riservato": "Riservato"}})
    reader = user_as("trainer")
    reader.user_permissions.add(Permission.objects.get(codename="view_lead"))
    shown = {
        who: login(who).get(reverse("members_lead_modeladmin_history", args=[lead.pk])).content.decode()
        for who in ("consortium_admin", reader)
    }
    hidden = (str(capfirst(Lead._meta.get_field("expected_value_cents").verbose_name)), "Riservato")
    assert all(word in shown["consortium_admin"] for word in ("Titolo", *hidden))
    assert "Titolo" in shown[reader]
    assert not any(word in shown[reader] for word in hidden)
