"""Clients and the people who speak for them."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.bounded_panel import BoundedInlinePanel
from cms.consent_panel import consents_panel
from cms.listing import RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from cms.timeline import TimelinePanel
from cms.twins.panel import TwinsPanel
from members.modeladmins.exchanges import WRITE_DOWN
from members.models import Contact, Nature, Organisation, OrganisationKind, Territory
from members.models.lists import offer_those_in_use


class OrganisationForm(WagtailAdminModelForm):
    """Offers the territories in use."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer_those_in_use(self)


class OrganisationFilterSet(RecordFilterSet):
    territory = django_filters.ModelChoiceFilter(queryset=Territory.objects.all(), label=_("Territory"))
    nature = django_filters.ChoiceFilter(choices=Nature.choices, label=_("What it is"))
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
    bulk_fields = ("kind", "nature", "sector", "town")
    list_columns = (
        "name",
        StateColumn("nature", label=_("What it is")),
        StateColumn("kind", label=_("Public or private")),
        "sector",
        "town",
    )
    search_fields = ("name", "town", "sector", "tax_code")
    filterset_class = OrganisationFilterSet
    ordering = ("name",)
    empty_text = _("Clients appear here with their first request, or when you add one.")
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("nature"), FieldPanel("kind"), FieldPanel("sector")]),
        FieldRowPanel([FieldPanel("town"), FieldPanel("territory")]),
        FieldRowPanel([FieldPanel("tax_code"), FieldPanel("website")]),
    ]
    form_class = OrganisationForm
    record_actions = (WRITE_DOWN,)
    inspect_sections = (
        (_("Facts"), ("nature", "kind", "sector", "town", "territory", "tax_code", "website")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Contacts"),
            template_name="members/admin/_contacts.html",
            context=lambda organisation, request: {
                "contacts": organisation.contacts.all()[:100],
                "positions": organisation.positions.select_related("contact")[:100],
            },
            icon="user",
        ),
        InspectPanel(
            title=_("Requests"),
            template_name="members/admin/_leads.html",
            context=lambda organisation, request: {"leads": organisation.leads.select_related("stage")[:100]},
            icon="mail",
        ),
        TwinsPanel(),
        TimelinePanel(),
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
        ),
        BoundedInlinePanel("positions", heading=_("Roles in other clients"), label=_("Role")),
    ]
    record_actions = (WRITE_DOWN,)
    inspect_sections = ((_("Facts"), ("email", "phone", "organisation")),)
    inspect_panels = (
        InspectPanel(
            title=_("Roles in other clients"),
            template_name="members/admin/_positions.html",
            context=lambda contact, request: {"positions": contact.positions.select_related("organisation")},
            icon="group",
        ),
        InspectPanel(
            title=_("Requests"),
            template_name="members/admin/_leads.html",
            context=lambda contact, request: {"leads": contact.leads.select_related("stage")[:100]},
            icon="mail",
        ),
        consents_panel(lambda contact, user: contact.email),
        TwinsPanel(),
        TimelinePanel(),
    )
