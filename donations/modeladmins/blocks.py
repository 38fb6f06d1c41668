"""Blocks of giving: who was kept out after too many failed payments, and letting them in again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.listing import DateColumn, Only, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import RecordAction, RecordModelAdmin
from donations.models import GivingBlock
from donations.services import defence


def _tone(block: GivingBlock) -> str:
    return "bad" if block.is_active else "quiet"


def _lift(request: HttpRequest, block: GivingBlock, cleaned: dict) -> str:
    if not defence.lift(block, by=request.user):
        raise ValidationError(gettext("This block is over already."))
    return gettext("The block is lifted: from there one can give again.")


class GivingBlockFilterSet(RecordFilterSet):
    active = Only(_("Active now"), lambda rows: rows.active(timezone.now()))

    class Meta:
        model = GivingBlock
        fields = ["kind"]


class GivingBlockAdmin(RecordModelAdmin):
    model = GivingBlock
    help_text = _(
        "After ten failed payments in an hour, a connection or an e-mail address opens no payment page for "
        "an hour: so do testers of stolen cards behave. Lift the block when an honest donor tells you of it. "
        "No address is kept: only a print, whose key is destroyed after two days."
    )
    read_only = True
    menu_icon = "lock"
    menu_order = 48
    list_columns = (
        "short",
        "kind",
        StateColumn("label", label=_("State"), tones=_tone),
        "failures",
        DateColumn("began_at", label=_("Began"), sort_key="began_at"),
        DateColumn("until", label=_("Until"), sort_key="until"),
        "donation__display_name",
        UserColumn("lifted_by", label=_("Lifted by")),
    )
    list_select_related = ("donation", "lifted_by")
    search_fields = ("donation__display_name", "donation__donor__email", "who")
    filterset_class = GivingBlockFilterSet
    ordering = ("-id",)
    empty_text = _("Nobody was kept out in the last two days.")
    inspect_sections = (
        (_("Block"), ("kind", "short", "label", "failures", "began_at", "until", "donation")),
        (_("Lifted"), ("lifted_by", "lifted_at")),
    )
    record_actions = (
        RecordAction(
            name="lift",
            label=_("Lift the block"),
            help_text=_("From there one can give again at once. What failed so far no longer counts."),
            icon="lock-open",
            run=_lift,
            permission="donations.lift_givingblock",
            is_offered=lambda block, user: block.is_active,
        ),
    )
