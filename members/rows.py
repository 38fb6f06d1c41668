"""Which rows a cooperative's editor may see: its own cooperative, and what is its own of everything else.

docs/decisions/roles-and-rows.md says it in one table. A person with a further role is not narrowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from cms.registries import hidden_fields, row_scopes
from cms.roles import Role, has_role, roles_of
from cms.rows import Scope, parents_rows, register_whole
from donations.models import (
    BankLine,
    Beneficiary,
    Campaign,
    CampaignTransition,
    Concern,
    DayTotal,
    Dispute,
    Donation,
    DonationTransition,
    Donor,
    GivingBlock,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Payout,
    Pledge,
    Receipt,
    ReceiptWording,
    RecurringChange,
    RecurringDonation,
    RecurringTransition,
    Refund,
    RegimePeriod,
    StripeEvent,
)
from members import models


def keeps_one_cooperative(user) -> bool:
    """Whether a person's only role is that of a cooperative's editor."""
    return roles_of(user) == {Role.COOPERATIVE_EDITOR}


def own(path: str) -> Scope:
    """The scope of rows that belong to a cooperative; path leads from the row to it."""

    def of_own_cooperative(user, rows: QuerySet) -> QuerySet:
        if not keeps_one_cooperative(user):
            return rows
        if user.cooperative_id is None:
            return rows.none()
        if "__" not in path:
            return rows.filter(**{path: user.cooperative_id})
        # By key: a path through many rows would give a row more than once.
        mine = rows.model._base_manager.filter(**{path: user.cooperative_id}).values("pk")
        return rows.filter(pk__in=mine)

    return of_own_cooperative


def of_the_consortium(user, rows: QuerySet) -> QuerySet:
    """The scope of what the consortium's staff keep: none of it for a cooperative's editor."""
    return rows.none() if keeps_one_cooperative(user) else rows


def themselves(user, users: QuerySet[models.User]) -> QuerySet[models.User]:
    """Colleagues are known to all staff, but to a cooperative's editor only those of the own cooperative."""
    return users.filter(cooperative=user.cooperative_id or 0) if keeps_one_cooperative(user) else users


def register() -> None:
    """Called once, when the app is ready."""
    scopes: dict[type, Scope] = {
        models.Cooperative: own("pk"),
        models.FormatPart: own("cooperative"),
        models.ServiceFormat: own("parts__cooperative"),
        models.User: themselves,
        models.Lead: of_the_consortium,
        models.LeadNote: parents_rows("lead"),
        models.LeadStageMove: parents_rows("lead"),
        models.Organisation: of_the_consortium,
        models.Contact: of_the_consortium,
        models.Exchange: of_the_consortium,
        models.Position: parents_rows("contact"),
        models.CourseEdition: of_the_consortium,
        models.Session: parents_rows("edition"),
        models.Enrolment: parents_rows("edition"),
        Beneficiary: own("cooperatives__pk"),
        Campaign: parents_rows("beneficiary"),
        CampaignTransition: parents_rows("campaign"),
        Donation: parents_rows("beneficiary"),
        DonationTransition: parents_rows("donation"),
        Donor: own("donations__beneficiary__cooperatives"),
        Payment: parents_rows("donation"),
        Refund: parents_rows("donation"),
        RecurringDonation: parents_rows("beneficiary"),
        RecurringTransition: parents_rows("recurring"),
        RecurringChange: parents_rows("recurring"),
        Concern: of_the_consortium,
        Dispute: parents_rows("donation"),
        Receipt: parents_rows("donation"),
        Pledge: parents_rows("beneficiary"),
        BankLine: of_the_consortium,
        RegimePeriod: parents_rows("beneficiary"),
        LedgerTransaction: parents_rows("donation"),
        LedgerEntry: parents_rows("beneficiary"),
        StripeEvent: of_the_consortium,
        GivingBlock: of_the_consortium,
        DayTotal: parents_rows("beneficiary"),
        Payout: of_the_consortium,
    }
    for model, scope in scopes.items():
        row_scopes.register(model, scope)
    register_whole(
        models.Competence,
        models.Audience,
        models.Course,
        models.LeadStage,
        models.LostReason,
        models.ConsentText,
        models.LeadOrigin,
        models.Territory,
        ReceiptWording,
    )
    hide_fields()


def without(*roles: Role, fields: set[str]) -> Callable[[Any], frozenset[str]]:
    """The hidden fields of a model: these, for who has none of the roles and is no superuser."""

    def of(user: Any) -> frozenset[str]:
        return frozenset() if user.is_superuser or has_role(user, *roles) else frozenset(fields)

    return of


def hide_fields() -> None:
    """Who has no business with a field does not see it: not in a list, form, record, sheet or answer."""
    admins = (Role.CONSORTIUM_ADMIN, Role.AUDITOR)
    hidden_fields.register(
        Donor, without(*admins, Role.FUNDRAISER, fields={"email", "tax_code", "address", "objected_on"})
    )
    hidden_fields.register(
        Donation, without(*admins, Role.FUNDRAISER, fields={"payment_intent_id", "page_url", "tax_code"})
    )
    hidden_fields.register(RecurringDonation, without(*admins, Role.FUNDRAISER, fields={"subscription_id"}))
    hidden_fields.register(
        models.Lead,
        without(*admins, Role.COMMERCIAL, fields={"expected_value_cents", "lost_reason", "lost_note"}),
    )
    hidden_fields.register(
        models.Enrolment, without(*admins, Role.TRAINER, fields={"email", "phone", "language"})
    )
    hidden_fields.register(
        models.Cooperative, without(*admins, Role.EDITOR, Role.FUNDRAISER, fields={"beneficiary"})
    )
