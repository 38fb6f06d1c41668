"""The network: cooperatives, formats and each one's part."""

import django_filters
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.bounded_panel import BoundedInlinePanel
from cms.listing import BooleanColumn, DateColumn, MoneyColumn, Only, RecordFilterSet, StateColumn
from cms.listing.bulk import BulkAction
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from members.models import Competence, Cooperative, FormatPart, ServiceFormat
from members.models.lists import offer_those_in_use
from members.services.parts import approve_part

# What decides whether and how the network shows a cooperative is not for its own editor.
MEMBERSHIP = "members.keep_membership"


class CooperativeFilterSet(RecordFilterSet):
    competences = django_filters.ModelChoiceFilter(queryset=Competence.objects.all(), label=_("Competence"))

    listed = Only(_("Shown to the public"), lambda rows: rows.listed())

    class Meta:
        model = Cooperative
        fields: list[str] = []


class CooperativeAdmin(RecordModelAdmin):
    model = Cooperative
    help_text = _(
        "The facts of each cooperative: name, place, contacts, competences. The words and pictures "
        "that the public reads stand on its page, which points at this record."
    )
    menu_icon = "group"
    menu_order = 10
    list_columns = (
        "name",
        "town",
        StateColumn("legal_form", label=_("Legal form")),
        DateColumn("joined_on", label=_("Member since"), sort_key="joined_on"),
        BooleanColumn("is_listed", label=_("Shown to the public")),
    )
    search_fields = ("name", "town", "email")
    filterset_class = CooperativeFilterSet
    ordering = ("name",)
    empty_text = _("Add the member cooperatives; their pages point at these facts.")
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("legal_form"), FieldPanel("town"), FieldPanel("province")]),
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone"), FieldPanel("website")]),
                FieldPanel("competences", widget=CheckboxSelectMultiple),
            ],
            heading=_("Facts"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("slug", permission=MEMBERSHIP),
                FieldRowPanel(
                    [
                        FieldPanel("joined_on", permission=MEMBERSHIP),
                        FieldPanel("beneficiary", permission=MEMBERSHIP),
                    ]
                ),
                FieldPanel("is_listed", permission=MEMBERSHIP),
            ],
            heading=_("Membership"),
            permission=MEMBERSHIP,
        ),
    ]
    inspect_sections = (
        (_("Facts"), ("legal_form", "town", "province", "email", "phone", "website", "competences")),
        (_("Membership"), ("slug", "joined_on", "beneficiary", "is_listed")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Its part in formats"),
            template_name="members/admin/_parts.html",
            context=lambda cooperative, request: {
                "parts": cooperative.parts.select_related("service_format", "cooperative")
            },
            icon="pick",
        ),
    )


class ServiceFormatFilterSet(RecordFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        field_name="parts__cooperative",
        queryset=Cooperative.objects.all(),
        label=_("Cooperative"),
        distinct=True,
    )

    class Meta:
        model = ServiceFormat
        fields: list[str] = []


class ServiceFormatForm(WagtailAdminModelForm):
    """Offers the audiences in use."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer_those_in_use(self)


class ServiceFormatAdmin(RecordModelAdmin):
    model = ServiceFormat
    form_class = ServiceFormatForm
    help_text = _(
        "What the network offers: for whom, at what price, how long, and which cooperative does "
        "which part. The words for the public stand on the page that points at it."
    )
    menu_icon = "pick"
    menu_order = 20
    list_columns = (
        "name_it",
        "duration_it",
        MoneyColumn("price_from_cents", label=_("From"), sort_key="price_from_cents"),
        MoneyColumn("price_to_cents", label=_("Up to")),
        BooleanColumn("is_offered", label=_("On offer")),
    )
    search_fields = ("name_it", "name_en", "summary_it")
    filterset_class = ServiceFormatFilterSet
    ordering = ("name_it",)
    empty_text = _("Add what the cooperatives offer together; its page points at these facts.")
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name_it"), FieldPanel("name_en")]),
                FieldRowPanel([FieldPanel("summary_it"), FieldPanel("summary_en")]),
                FieldRowPanel([FieldPanel("duration_it"), FieldPanel("duration_en")]),
                FieldRowPanel([FieldPanel("price_from_cents"), FieldPanel("price_to_cents")]),
            ],
            heading=_("Facts"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("audiences", widget=CheckboxSelectMultiple),
                FieldPanel("competences", widget=CheckboxSelectMultiple),
                FieldPanel("is_offered"),
                FieldPanel("slug"),
            ],
            heading=_("For whom, and how it is found"),
        ),
        BoundedInlinePanel("parts", heading=_("Who does what"), label=_("Part")),
    ]
    inspect_sections = (
        (
            _("Facts"),
            (
                "summary_it",
                "summary_en",
                "duration_it",
                "price_from_cents",
                "price_to_cents",
                "audiences",
                "competences",
                "is_offered",
            ),
        ),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Who does what"),
            template_name="members/admin/_parts.html",
            context=lambda service_format, request: {
                "parts": service_format.parts.select_related("service_format", "cooperative"),
                "by_cooperative": True,
            },
            icon="group",
        ),
    )


def _approve(request, part: FormatPart, cleaned: dict) -> str:
    approve_part(part=part, by=request.user)
    return gettext("The part is approved.")


class FormatPartAdmin(RecordModelAdmin):
    """A cooperative's own area: what it does in each format."""

    model = FormatPart
    help_text = _(
        "The part of each cooperative in each format. A cooperative writes its own; it counts for "
        "the public once the consortium has approved it."
    )
    made_elsewhere = True
    menu_icon = "list-ul"
    menu_order = 30
    menu_label = _("Parts in formats")
    list_columns = (
        "__str__",
        "role_it",
        StateColumn("state", label=_("State"), tones={"approved": "good", "proposed": "busy"}),
    )
    list_select_related = ("service_format", "cooperative")
    bulk_actions = (
        BulkAction(
            name="approve",
            label=_("Approve this part"),
            foresee=lambda user, part, cleaned: (
                gettext("is approved") if part.state == FormatPart.State.PROPOSED else ""
            ),
            run=lambda user, part, cleaned: approve_part(part=part, by=user),
            icon="check",
        ),
    )
    search_fields = ("service_format__name_it", "cooperative__name", "role_it")
    list_filter = ("state", "cooperative")
    ordering = ("service_format__name_it",)
    panels = [
        FieldRowPanel([FieldPanel("role_it"), FieldPanel("role_en")]),
        FieldPanel("competences", widget=CheckboxSelectMultiple),
    ]
    inspect_sections = (
        ("", ("service_format", "cooperative", "role_it", "role_en", "competences", "state")),
    )
    record_actions = (
        RecordAction(
            name="approve",
            label=_("Approve this part"),
            help_text=_("The cooperative confirms that it can do this."),
            icon="check",
            run=_approve,
            in_row=True,
            is_offered=lambda part, user: part.state == FormatPart.State.PROPOSED,
        ),
    )
