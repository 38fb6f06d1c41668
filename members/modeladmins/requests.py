"""Requests."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList

from cms.listing import DateColumn, MoneyColumn, Only, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from cms.timeline import TimelinePanel
from members.modeladmins.exchanges import WRITE_DOWN
from members.modeladmins.request_actions import REQUEST_ACTIONS, LeadForm
from members.modeladmins.request_bulk import MANY_REQUESTS
from members.models import (
    Lead,
    LeadOrigin,
    LeadStage,
    OrganisationKind,
    ServiceFormat,
    StageKind,
    Territory,
    User,
)
from members.today import today

TONES = {StageKind.OPEN: "busy", StageKind.WON: "good", StageKind.LOST: "bad"}


class LeadFilterSet(RecordFilterSet):
    """The questions that people ask of the list: whose, at which stage, what is late."""

    stage = django_filters.ModelChoiceFilter(queryset=LeadStage.objects.all(), label=_("Stage"))
    kind = django_filters.ChoiceFilter(choices=StageKind.choices, label=_("Outcome"))
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(leads__isnull=False).distinct(), label=_("Owner")
    )
    unassigned = Only(_("Without an owner"), lambda rows: rows.unassigned())
    overdue = Only(_("Late"), lambda rows: rows.overdue(today()))
    service_format = django_filters.ModelChoiceFilter(
        queryset=ServiceFormat.objects.all(), label=_("Format of interest")
    )
    origin = django_filters.ModelChoiceFilter(
        queryset=LeadOrigin.objects.all(), label=_("How they came to us")
    )
    territory = django_filters.ModelChoiceFilter(queryset=Territory.objects.all(), label=_("Territory"))
    organisation_kind = django_filters.ChoiceFilter(
        field_name="organisation__kind", choices=OrganisationKind.choices, label=_("Public or private")
    )

    class Meta:
        model = Lead
        fields: list[str] = []


class LeadAdmin(RecordModelAdmin):
    model = Lead
    help_text = _(
        "Each request that arrives from the site, or that you write down, stands here until it is "
        "won or lost. Move its stage with the button on its page, so that the day's dashboard and "
        "the figures follow. A next action with a date reminds its owner."
    )
    menu_icon = "mail"
    menu_order = 10
    list_columns = (
        "title",
        StateColumn(
            "stage", label=_("Stage"), tones=lambda lead: TONES[StageKind(lead.kind)], sort_key="stage__order"
        ),
        UserColumn("owner", label=_("Owner"), sort_key="owner__last_name"),
        "next_action",
        DateColumn(
            "next_action_on",
            label=_("By"),
            sort_key="next_action_on",
            overdue=lambda lead: lead.is_overdue(today()),
        ),
        MoneyColumn("expected_value_cents", label=_("Value"), sort_key="expected_value_cents"),
        DateColumn(
            "created_at",
            label=_("Arrived"),
            accessor=lambda lead: timezone.localdate(lead.created_at),
            sort_key="created_at",
        ),
    )
    list_select_related = ("stage", "owner")
    search_fields = (
        "title",
        "message",
        "organisation__name",
        "contact__first_name",
        "contact__last_name",
        "contact__email",
        "sender_name",
    )
    filterset_class = LeadFilterSet
    ordering = ("-created_at",)
    empty_text = _("Requests come from the form on each format's page and on the contact page.")
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("message"),
            FieldRowPanel([FieldPanel("organisation"), FieldPanel("contact")]),
            FieldRowPanel([FieldPanel("service_format"), FieldPanel("expected_value_cents")]),
            FieldRowPanel([FieldPanel("origin"), FieldPanel("territory"), FieldPanel("language")]),
        ],
        base_form_class=LeadForm,
    )
    inspect_sections = (
        (
            _("The request"),
            (
                "message",
                "service_format",
                "created_at",
                "source",
                "origin",
                "territory",
                "page_title",
                "page_url",
                "language",
            ),
        ),
        (
            _("Who asks"),
            (
                "contact",
                "contact_email",
                "organisation",
                "sender_name",
                "sender_organisation",
                "sender_phone",
            ),
        ),
        (
            _("The work on it"),
            (
                "stage",
                "owner",
                "next_action",
                "next_action_on",
                "expected_value_cents",
                "lost_reason",
                "lost_note",
            ),
        ),
    )
    record_actions = (*REQUEST_ACTIONS, WRITE_DOWN)
    bulk_actions = MANY_REQUESTS
    bulk_fields = ("service_format",)
    inspect_panels = (
        InspectPanel(
            title=_("Notes"),
            template_name="members/admin/_lead_notes.html",
            context=lambda lead, request: {"notes": lead.notes.select_related("author")[:100]},
            icon="comment",
        ),
        InspectPanel(
            title=_("The way so far"),
            template_name="members/admin/_lead_moves.html",
            context=lambda lead, request: {
                "moves": lead.moves.select_related("from_stage", "to_stage", "by", "lost_reason")
            },
            icon="history",
        ),
        TimelinePanel(),
    )
