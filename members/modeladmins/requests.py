"""Requests, clients and contacts."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from cms.consent_panel import consents_panel
from cms.listing import DateColumn, MoneyColumn, RecordFilterSet, StateColumn, UserColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from members.modeladmins.request_actions import REQUEST_ACTIONS, LeadForm
from members.modeladmins.request_bulk import MANY_REQUESTS
from members.models import (
    Contact,
    Lead,
    LeadOrigin,
    LeadStage,
    Organisation,
    OrganisationKind,
    ServiceFormat,
    StageKind,
    Territory,
    User,
)
from members.models.lists import offer_those_in_use
from members.today import today

TONES = {StageKind.OPEN: "busy", StageKind.WON: "good", StageKind.LOST: "bad"}
YES = [("yes", _("Yes"))]


class LeadFilterSet(RecordFilterSet):
    """The questions that people ask of the list: whose, at which stage, what is late."""

    stage = django_filters.ModelChoiceFilter(queryset=LeadStage.objects.all(), label=_("Stage"))
    kind = django_filters.ChoiceFilter(choices=StageKind.choices, label=_("Outcome"))
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(leads__isnull=False).distinct(), label=_("Owner")
    )
    unassigned = django_filters.ChoiceFilter(
        choices=YES, method="only_unassigned", label=_("Without an owner")
    )
    overdue = django_filters.ChoiceFilter(choices=YES, method="only_overdue", label=_("Late"))
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

    def only_unassigned(self, queryset, name, value):
        return queryset.unassigned()

    def only_overdue(self, queryset, name, value):
        return queryset.overdue(today())


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
    record_actions = REQUEST_ACTIONS
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
    )


class OrganisationForm(WagtailAdminModelForm):
    """Offers the territories in use."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer_those_in_use(self)


class OrganisationFilterSet(RecordFilterSet):
    territory = django_filters.ModelChoiceFilter(queryset=Territory.objects.all(), label=_("Territory"))
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label=_("Public or private"))

    class Meta:
        model = Organisation
        fields: list[str] = []


class OrganisationAdmin(RecordModelAdmin):
    model = Organisation
    help_text = _(
        "The bodies, companies, schools and associations that ask the network for something. One "
        "row for each: requests and contacts point at it. Before you add one, search for its name."
    )
    menu_icon = "home"
    menu_order = 20
    bulk_fields = ("kind", "sector", "town")
    list_columns = ("name", StateColumn("kind", label=_("Public or private")), "sector", "town")
    search_fields = ("name", "town", "sector", "tax_code")
    filterset_class = OrganisationFilterSet
    ordering = ("name",)
    empty_text = _("Clients appear here with their first request, or when you add one.")
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("sector")]),
        FieldRowPanel([FieldPanel("town"), FieldPanel("territory")]),
        FieldRowPanel([FieldPanel("tax_code"), FieldPanel("website")]),
    ]
    form_class = OrganisationForm
    inspect_sections = ((_("Facts"), ("kind", "sector", "town", "territory", "tax_code", "website")),)
    inspect_panels = (
        InspectPanel(
            title=_("Contacts"),
            template_name="members/admin/_contacts.html",
            context=lambda organisation, request: {"contacts": organisation.contacts.all()[:100]},
            icon="user",
        ),
        InspectPanel(
            title=_("Requests"),
            template_name="members/admin/_leads.html",
            context=lambda organisation, request: {"leads": organisation.leads.select_related("stage")[:100]},
            icon="mail",
        ),
    )


class ContactAdmin(RecordModelAdmin):
    model = Contact
    help_text = _(
        "The people with whom the network speaks. A contact is known by its e-mail, and gathers "
        "its requests and its consents. What somebody asks about their own data goes through "
        "Reports → Privacy requests."
    )
    menu_icon = "user"
    menu_order = 30
    list_columns = ("__str__", "email", "phone", "organisation")
    extra_columns = ("first_name", "last_name")
    list_select_related = ("organisation",)
    search_fields = ("first_name", "last_name", "email", "organisation__name")
    ordering = ("last_name", "first_name")
    empty_text = _("People appear here with their first request, or when you add one.")
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("organisation"),
            ],
            heading=_("Contact"),
        )
    ]
    inspect_sections = ((_("Facts"), ("email", "phone", "organisation")),)
    inspect_panels = (
        InspectPanel(
            title=_("Requests"),
            template_name="members/admin/_leads.html",
            context=lambda contact, request: {"leads": contact.leads.select_related("stage")[:100]},
            icon="mail",
        ),
        consents_panel(lambda contact, user: contact.email),
    )
