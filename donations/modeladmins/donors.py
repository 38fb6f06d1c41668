"""Who gave."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.consent_panel import consents_panel
from cms.listing import DateColumn, MoneyColumn, NumberColumn
from cms.modeladmin import InspectPanel, RecordModelAdmin
from cms.registries import visible_rows
from cms.timeline import TimelinePanel
from donations.models import Donor, Receipt
from donations.services import year_summary


def _years(donor: Donor, request) -> dict | None:
    """What a donor gave year by year, each with its paper, for who may see receipts."""
    if not request.user.has_perm("donations.view_receipt"):
        return None
    receipts = visible_rows(request.user, Receipt.objects.all())
    return {"donor": donor, "years": year_summary.years_of(donor, among=receipts)}


class DonorAdmin(RecordModelAdmin):
    model = Donor
    help_text = _(
        "Who gave, one row for each e-mail, with the gifts and consents of each. What somebody "
        "asks about their own data goes through Reports → Privacy requests."
    )
    menu_icon = "user"
    menu_order = 30
    list_columns = (
        "name",
        "email",
        "language",
        MoneyColumn("given", label=_("Given"), sort_key="total__given_cents"),
        NumberColumn("donation_count", label=_("Donations"), sort_key="total__donations"),
        DateColumn("created_at", label=_("Since"), sort_key="created_at"),
    )
    list_select_related = ("total",)
    search_fields = ("name", "email")
    ordering = ("name",)
    empty_text = _("Whoever gives is kept here, once for each e-mail address.")
    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("name"), FieldPanel("email")]), FieldPanel("language")],
            heading=_("Donor"),
        ),
        MultiFieldPanel(
            [FieldPanel("tax_code"), FieldPanel("address"), FieldPanel("objected_on")],
            heading=_("For the tax office"),
        ),
    ]
    inspect_sections = (
        (_("Donor"), ("name", "email", "language", "given", "donation_count", "created_at")),
        (_("For the tax office"), ("tax_code", "address", "objected_on")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("Donations"),
            template_name="donations/admin/_donations.html",
            context=lambda donor, request: (
                {"donations": donor.donations.select_related("campaign").order_by("-id")[:50]}
                if request.user.has_perm("donations.view_donation")
                else None
            ),
            icon="pick",
        ),
        InspectPanel(
            title=_("Year by year"),
            template_name="donations/admin/_years.html",
            context=_years,
            icon="doc-full",
        ),
        consents_panel(lambda donor, user: donor.email),
        TimelinePanel(),
    )
