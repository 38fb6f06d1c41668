"""Campaigns."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms import audit
from cms.listing import DateColumn, MoneyColumn, NumberColumn, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from donations.modeladmins.panels import suggested_amounts
from donations.models import Campaign, CampaignState, ForbiddenTransition
from donations.services import campaigns

TONES = {
    CampaignState.DRAFT: "busy",
    CampaignState.LIVE: "good",
    CampaignState.SUCCEEDED: "good",
    CampaignState.FAILED: "quiet",
    CampaignState.CANCELED: "bad",
}


def _launch(request, campaign: Campaign, cleaned: dict) -> str:
    try:
        campaigns.launch_campaign(campaign, because=f"user {request.user.pk}")
    except (campaigns.CannotLaunch, ForbiddenTransition) as refusal:
        raise ValidationError(str(refusal)) from refusal
    audit.record("donations.campaign.launched", campaign, user=request.user)
    return gettext("The campaign takes donations from its opening day.")


def _close(request, campaign: Campaign, cleaned: dict) -> str:
    try:
        closed = campaigns.close_campaign(campaign, because=f"user {request.user.pk}")
    except ForbiddenTransition as refusal:
        raise ValidationError(str(refusal)) from refusal
    audit.record("donations.campaign.closed", campaign, user=request.user)
    return gettext("The campaign is closed: %(state)s.") % {"state": closed.get_state_display()}


def _cancel(request, campaign: Campaign, cleaned: dict) -> str:
    try:
        campaigns.cancel_campaign(campaign, because=f"user {request.user.pk}")
    except ForbiddenTransition as refusal:
        raise ValidationError(str(refusal)) from refusal
    audit.record("donations.campaign.cancelled", campaign, user=request.user)
    return gettext("The campaign is cancelled and takes no more donations.")


class CampaignFilterSet(RecordFilterSet):
    class Meta:
        model = Campaign
        fields = ["state", "beneficiary"]


class CampaignAdmin(RecordModelAdmin):
    model = Campaign
    help_text = _(
        "What money is raised for, with goal, days and beneficiary. The amount comes from the "
        "ledger and cannot be typed. A campaign is launched, closed or cancelled with the buttons "
        "on its page."
    )
    menu_icon = "pick"
    menu_order = 10
    list_columns = (
        "name_it",
        StateColumn("state", label=_("State"), tones=TONES, sort_key="state"),
        MoneyColumn("raised", label=_("Raised"), sort_key="total__raised_cents"),
        MoneyColumn("goal_cents", label=_("Goal"), sort_key="goal_cents"),
        NumberColumn("donor_count", label=_("Donors"), sort_key="total__donors"),
        DateColumn("closes_on", label=_("Closes on"), sort_key="closes_on"),
        "beneficiary",
    )
    list_select_related = ("total",)
    # Joined, SQLite would begin from the beneficiary and sort all its campaigns for one page.
    list_prefetch_related = ("beneficiary",)
    search_fields = ("name_it", "name_en", "slug", "beneficiary__name")
    filterset_class = CampaignFilterSet
    ordering = ("-opens_on",)
    empty_text = _("Create a campaign here or from its page; then launch it, and it takes donations.")
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name_it"), FieldPanel("name_en")]),
                FieldPanel("slug"),
                FieldPanel("beneficiary"),
            ],
            heading=_("Campaign"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("goal_cents"), FieldPanel("minimum_cents")]),
                FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
            ],
            heading=_("Money and days"),
        ),
        suggested_amounts(_("Empty: those of the beneficiary, or the usual ones.")),
    ]
    inspect_sections = (
        (_("Campaign"), ("name_it", "name_en", "slug", "beneficiary", "state", "mode")),
        (_("Money"), ("raised", "goal_cents", "minimum_cents", "donation_count", "donor_count")),
        (_("Days"), ("opens_on", "closes_on")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Latest donations"),
            template_name="donations/admin/_donations.html",
            context=lambda campaign, request: (
                {"donations": campaign.donations.paid().select_related("donor").order_by("-paid_at")[:20]}
                if request.user.has_perm("donations.view_donation")
                else None
            ),
            icon="pick",
        ),
        InspectPanel(
            title=_("Moves"),
            template_name="donations/admin/_moves.html",
            context=lambda campaign, request: {"moves": campaign.transitions.all()},
            icon="history",
        ),
    )
    record_actions = (
        RecordAction(
            name="launch",
            label=_("Launch the campaign"),
            help_text=_("From its opening day on, the campaign takes donations on its page."),
            submit_label=_("Launch the campaign"),
            run=_launch,
            is_offered=lambda campaign, user: campaign.state == CampaignState.DRAFT,
            is_open=True,
        ),
        RecordAction(
            name="close",
            label=_("Close the campaign"),
            help_text=_("Ends the campaign today. It cannot be opened again."),
            submit_label=_("Close the campaign"),
            run=_close,
            is_offered=lambda campaign, user: campaign.state == CampaignState.LIVE,
            is_serious=True,
        ),
        RecordAction(
            name="cancel",
            label=_("Cancel the campaign"),
            help_text=_("Takes the campaign back. Money that has arrived stays until it is given back."),
            submit_label=_("Cancel the campaign"),
            icon="cross",
            run=_cancel,
            is_offered=lambda campaign, user: campaign.state in (CampaignState.DRAFT, CampaignState.LIVE),
            is_serious=True,
        ),
    )
