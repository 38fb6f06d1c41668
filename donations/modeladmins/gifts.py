"""Donations: what happened, to be read."""

from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.listing import DateColumn, MoneyColumn, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from donations.modeladmins.filters import comes_again
from donations.modeladmins.wall import WALL_ACTIONS
from donations.models import (
    Beneficiary,
    Campaign,
    DisputeStanding,
    Donation,
    State,
)
from donations.services.refunds import refundable

TONES = {
    State.DRAFT: "quiet",
    State.PENDING: "busy",
    State.PROCESSING: "busy",
    State.PAID: "good",
    State.FAILED: "bad",
    State.EXPIRED: "quiet",
    State.CANCELED: "quiet",
}


def _tone(donation: Donation) -> str:
    went_back = donation.refunded_cents or donation.dispute in (DisputeStanding.OPEN, DisputeStanding.LOST)
    return "bad" if went_back else TONES[State(donation.state)]


def _what_went_back(donation: Donation, request) -> dict | None:
    """Refunds and disputes of a donation, and the way to give money back, for who may."""
    user = request.user
    if not user.has_perm("donations.view_refund"):
        return None
    may = user.has_perm("donations.add_refund") and refundable(donation).cents
    return {
        "refunds": donation.refunds.all(),
        "disputes": donation.disputes.all(),
        "refund_url": reverse("donations_refund_new", args=[donation.pk]) if may else "",
    }


class DonationFilterSet(RecordFilterSet):
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(), label=_("Campaign"), null_label=_("No campaign")
    )
    beneficiary = django_filters.ModelChoiceFilter(queryset=Beneficiary.objects.all(), label=_("Beneficiary"))
    paid = django_filters.DateFromToRangeFilter(field_name="paid_at", label=_("Paid"))
    begun = django_filters.DateFromToRangeFilter(field_name="created_at", label=_("Begun"))
    wall = django_filters.ChoiceFilter(
        choices=[("asks", _("Asks to be shown")), ("shown", _("Shown"))],
        method="only_wall",
        label=_("Wall of donors"),
    )

    recurring = comes_again("recurring")

    class Meta:
        model = Donation
        fields = ["state", "dispute", "currency"]

    def only_wall(self, queryset, name, value):
        wanted = Donation.objects.asking_for_the_wall() if value == "asks" else Donation.objects.on_the_wall()
        return queryset.filter(pk__in=wanted.order_by().values("pk"))


class DonationAdmin(RecordModelAdmin):
    model = Donation
    help_text = _(
        "Each act of giving and where it stands. The state follows what the payment service says, "
        "and is never set by hand; a refund made there shows here too."
    )
    read_only = True
    menu_icon = "pick"
    menu_order = 20
    list_columns = (
        "display_name",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("label", label=_("State"), tones=_tone, sort_key="state"),
        "campaign",
        DateColumn("created_at", label=_("Begun"), sort_key="created_at"),
        DateColumn("paid_at", label=_("Paid"), sort_key="paid_at"),
    )
    list_select_related = ("campaign",)
    search_fields = ("display_name", "donor__email", "public_id", "payment_intent_id")
    filterset_class = DonationFilterSet
    ordering = ("-id",)
    empty_text = _("Donations arrive by themselves from the pages that ask for them.")
    inspect_sections = (
        (
            _("Donation"),
            (
                "public_id",
                "amount_cents",
                "covered_fee_cents",
                "pays_with",
                "label",
                "refunded_cents",
                "disputed_cents",
                "campaign",
                "beneficiary",
            ),
        ),
        (_("Who gave"), ("donor", "display_name", "is_anonymous", "message", "tax_code", "language")),
        (
            _("Wall of donors"),
            ("wants_wall", "wall_name", "dedication", "group_name", "wall_approved_at"),
        ),
        (_("When and where"), ("created_at", "paid_at", "source", "page_url", "payment_intent_id")),
    )
    record_actions = WALL_ACTIONS
    inspect_panels = (
        InspectPanel(
            title=_("Refunds and disputes"),
            template_name="donations/admin/_back.html",
            context=_what_went_back,
            icon="undo",
        ),
        InspectPanel(
            title=_("Receipt"),
            template_name="donations/admin/_receipts.html",
            context=lambda donation, request: (
                {"receipts": donation.receipts.all()}
                if request.user.has_perm("donations.view_receipt")
                else None
            ),
            icon="doc-full",
        ),
        InspectPanel(
            title=_("In the ledger"),
            template_name="donations/admin/_ledger.html",
            context=lambda donation, request: (
                {"transactions": donation.ledger_transactions.prefetch_related("entries").order_by("id")}
                if request.user.has_perm("donations.view_ledgerentry")
                else None
            ),
            icon="list-ol",
        ),
        InspectPanel(
            title=_("Moves"),
            template_name="donations/admin/_moves.html",
            context=lambda donation, request: {"moves": donation.transitions.all()},
            icon="history",
        ),
    )
