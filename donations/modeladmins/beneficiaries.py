"""Who receives, what the law takes them for, and what their receipts say about it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.listing import DateColumn, RecordFilterSet
from cms.modeladmin import InspectPanel, RecordModelAdmin
from cms.modeladmin.editing import RecordEditView
from cms.modeladmin.views import RecordCreateView
from donations.modeladmins.panels import suggested_amounts
from donations.models import Beneficiary, ReceiptWording, RegimePeriod
from donations.regimes import rules_of


class BeneficiaryAdmin(RecordModelAdmin):
    model = Beneficiary
    help_text = _(
        "Who receives the money and issues the receipts. What receipts say about tax follows from the "
        "fiscal regimes below; those already issued stay as they are."
    )
    menu_icon = "home"
    menu_order = 60
    list_columns = ("name", "legal_name", "tax_code", "email")
    search_fields = ("name", "legal_name", "tax_code", "email")
    ordering = ("name",)
    empty_text = _("Who receives donations and signs the receipts: usually the consortium itself.")
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("legal_name"),
                FieldRowPanel([FieldPanel("tax_code"), FieldPanel("email")]),
                FieldPanel("address"),
            ],
            heading=_("As on the receipts"),
        ),
        MultiFieldPanel([FieldPanel("iban")], heading=_("Bank transfers")),
        suggested_amounts(_("For the general page, and for campaigns that have none of their own.")),
    ]
    inspect_sections = (
        (_("As on the receipts"), ("name", "legal_name", "tax_code", "address", "email")),
        (_("Bank transfers"), ("shown_iban",)),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Fiscal regimes"),
            template_name="donations/admin/_regimes.html",
            context=lambda beneficiary, request: (
                {
                    "periods": beneficiary.regimes.order_by("-starts_on"),
                    "may_add": request.user.has_perm("donations.add_regimeperiod"),
                }
                if request.user.has_perm("donations.view_regimeperiod")
                else None
            ),
            icon="doc-full",
        ),
    )


class _TellsWhoWasQuicker:
    """Days that somebody else took while the form was being saved are told as an error of the form."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ValidationError as taken:
            form.add_error(None, taken)
            return self.form_invalid(form)


class RegimeCreateView(_TellsWhoWasQuicker, RecordCreateView):
    """A new period."""


class RegimeEditView(_TellsWhoWasQuicker, RecordEditView):
    """Changes a period, as far as the others let it."""


def _relief(period: RegimePeriod) -> str:
    rules = rules_of(period.regime)
    return rules.law if rules.gives_relief else str(_("No tax claim"))


class RegimePeriodAdmin(RecordModelAdmin):
    model = RegimePeriod
    help_text = _(
        "What the law takes a beneficiary for, from one day to another. Receipts follow the regime of the "
        "day of the payment."
    )
    menu_icon = "doc-full"
    menu_order = 62
    create_view_class = RegimeCreateView
    edit_view_class = RegimeEditView
    list_columns = (
        "__str__",
        "beneficiary",
        DateColumn("starts_on", label=_("From"), sort_key="starts_on"),
        DateColumn("ends_on", label=_("To"), sort_key="ends_on"),
        "register_number",
    )
    list_select_related = ("beneficiary",)
    list_filter = ("regime", "beneficiary")
    search_fields = ("beneficiary__name", "register_number", "note")
    ordering = ("beneficiary__name", "-starts_on")
    empty_text = _(
        "Without a regime receipts claim nothing about tax. Write one here when an accountant has "
        "confirmed it."
    )
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("beneficiary"),
                FieldPanel("regime"),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("register_number"),
                FieldPanel("note"),
            ],
            heading=_("What the law takes the beneficiary for"),
        )
    ]
    inspect_sections = (
        (
            _("What the law takes the beneficiary for"),
            (
                "beneficiary",
                "regime",
                (_("Tax relief"), _relief),
                "starts_on",
                "ends_on",
                "register_number",
                "note",
            ),
        ),
    )


class ReceiptWordingFilterSet(RecordFilterSet):
    class Meta:
        model = ReceiptWording
        fields = ["regime", "way", "counterpart"]


class ReceiptWordingAdmin(RecordModelAdmin):
    model = ReceiptWording
    help_text = _(
        "What receipts say about tax, by regime, way of payment and reward. The most particular text that "
        "holds on the day is taken. Have an accountant confirm them."
    )
    menu_icon = "edit"
    menu_order = 64
    list_columns = (
        "__str__",
        DateColumn("starts_on", label=_("From"), sort_key="starts_on"),
        DateColumn("ends_on", label=_("To"), sort_key="ends_on"),
        "text_it",
    )
    search_fields = ("text_it", "text_en")
    filterset_class = ReceiptWordingFilterSet
    ordering = ("regime", "way", "counterpart", "-starts_on")
    empty_text = _("Without texts receipts claim nothing about tax.")
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("regime"), FieldPanel("way"), FieldPanel("counterpart")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading=_("For which receipts"),
            help_text=_(
                "The most particular text that holds on the day of the payment is taken. To change one, "
                "end it and "
                "write another: receipts that went out keep theirs."
            ),
        ),
        MultiFieldPanel([FieldPanel("text_it"), FieldPanel("text_en")], heading=_("Words")),
    ]
    inspect_sections = (
        (_("For which receipts"), ("regime", "way", "counterpart", "starts_on", "ends_on")),
        (_("Words"), ("text_it", "text_en")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("As it would be read"),
            template_name="donations/admin/_wording_preview.html",
            context=lambda wording, request: {
                "previews": [(language, wording.preview(language)) for language in ("it", "en")]
            },
            icon="view",
        ),
    )
