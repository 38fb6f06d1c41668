"""Bank transfers that donors promised."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.listing import DateColumn, MoneyColumn, RecordFilterSet, StateColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from donations.models import ForbiddenTransition, Pledge, PledgeState
from donations.services import pledges

TONES = {
    PledgeState.OPEN: "busy",
    PledgeState.PAID: "good",
    PledgeState.EXPIRED: "quiet",
    PledgeState.CANCELED: "quiet",
}


def _cancel(request, pledge: Pledge, cleaned: dict) -> str:
    try:
        pledges.cancel_pledge(pledge, because=f"user {request.user.pk}")
    except ForbiddenTransition as refusal:
        raise ValidationError(gettext("The money has arrived meanwhile.")) from refusal
    audit.record("donations.pledge.cancelled", pledge, user=request.user)
    return gettext("The transfer is awaited no longer. If it comes all the same, it is known again.")


def _remind(request, pledge: Pledge, cleaned: dict) -> str:
    pledges.write_instructions(pledge, again=f":{timezone.now():%Y%m%d%H%M}")
    audit.record("donations.pledge.reminded", pledge, user=request.user)
    return gettext("The mail with the data of the transfer is on its way again.")


class PledgeFilterSet(RecordFilterSet):
    class Meta:
        model = Pledge
        fields = ["state", "beneficiary", "campaign"]


class PledgeAdmin(RecordModelAdmin):
    model = Pledge
    help_text = _(
        "Bank transfers that donors said they would make. Each has a reason of its own, by which the bank's "
        "line is known again. After thirty days it is no longer awaited; money that comes later still "
        "finds it."
    )
    read_only = True
    menu_icon = "time"
    menu_order = 22
    list_columns = (
        "shown_code",
        "display_name",
        MoneyColumn("amount_cents", label=_("Amount"), sort_key="amount_cents"),
        StateColumn("state", label=_("State"), tones=TONES, sort_key="state"),
        DateColumn("expires_on", label=_("Awaited until"), sort_key="expires_on"),
        "campaign",
    )
    list_select_related = ("campaign",)
    filterset_class = PledgeFilterSet
    search_fields = ("code", "display_name", "donor__email")
    ordering = ("-id",)
    empty_text = _(
        "Pledges come from the donation pages of beneficiaries that have an IBAN, or are written here."
    )
    inspect_sections = (
        (_("Pledge"), ("shown_code", "amount", "state", "expires_on", "donation", "ended_because")),
        (_("Who promised it"), ("donor", "display_name", "is_anonymous", "tax_code", "message", "language")),
        (_("Wall of donors"), ("wants_wall", "wall_name", "dedication")),
        (_("For"), ("beneficiary", "campaign")),
    )
    record_actions = (
        RecordAction(
            name="remind",
            label=_("Send the data again"),
            help_text=_("The donor gets the mail with IBAN and reason once more."),
            submit_label=_("Send the data again"),
            icon="mail",
            run=_remind,
            permission="donations.add_pledge",
            is_offered=lambda pledge, user: pledge.state == PledgeState.OPEN and bool(pledge.donor.email),
        ),
        RecordAction(
            name="cancel",
            label=_("Await it no longer"),
            help_text=_("The donor is not told."),
            submit_label=_("Await it no longer"),
            icon="cross",
            run=_cancel,
            permission="donations.add_pledge",
            is_offered=lambda pledge, user: pledge.state == PledgeState.OPEN,
            is_serious=True,
        ),
    )
