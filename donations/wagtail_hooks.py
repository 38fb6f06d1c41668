"""What giving adds to Wagtail's admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms import menus
from donations.choosers import CHOOSERS
from donations.desk.view import DeskView
from donations.gift_views import NewPledgeView, RecordGiftView
from donations.modeladmins.bank import BankLineAdmin
from donations.modeladmins.beneficiaries import BeneficiaryAdmin, ReceiptWordingAdmin, RegimePeriodAdmin
from donations.modeladmins.blocks import GivingBlockAdmin
from donations.modeladmins.books import LedgerEntryAdmin, PaymentAdmin, PayoutAdmin
from donations.modeladmins.campaigns import CampaignAdmin
from donations.modeladmins.donors import DonorAdmin
from donations.modeladmins.events import StripeEventAdmin
from donations.modeladmins.gifts import DonationAdmin
from donations.modeladmins.pledges import PledgeAdmin
from donations.modeladmins.receipts import ReceiptAdmin
from donations.modeladmins.recurring import ConcernAdmin, RecurringAdmin
from donations.modeladmins.refunds import DisputeAdmin, RefundAdmin
from donations.refund_views import RefundView
from donations.return_views import YearlyReturnView
from donations.staff_views import receipt_file, year_summary_file

for _admin in (
    CampaignAdmin,
    DonationAdmin,
    RecurringAdmin,
    PledgeAdmin,
    BankLineAdmin,
    DonorAdmin,
    ReceiptAdmin,
    PaymentAdmin,
    PayoutAdmin,
    RefundAdmin,
    DisputeAdmin,
    GivingBlockAdmin,
    ConcernAdmin,
    BeneficiaryAdmin,
    RegimePeriodAdmin,
    ReceiptWordingAdmin,
    LedgerEntryAdmin,
):
    menus.register(menus.MenuGroup.FUNDRAISING, _admin)
menus.register(menus.MenuGroup.REPORTS, StripeEventAdmin)


class PermittedItem(MenuItem):
    """An item for whoever has a right."""

    def __init__(self, label, url, permission: str, **kwargs) -> None:
        super().__init__(label, url, **kwargs)
        self.permission = permission

    def is_shown(self, request) -> bool:
        return request.user.has_perm(self.permission)


for _label, _name, _permission, _icon, _order in (
    (_("How giving goes"), "donations_desk", "donations.view_ledgerentry", "table", 1),
    (_("Record a gift"), "donations_gift_new", "donations.record_gift", "plus", 21),
    (_("New pledge"), "donations_pledge_new", "donations.add_pledge", "plus", 23),
    (_("Yearly file"), "donations_yearly_return", "donations.report_gifts", "doc-full-inverse", 45),
):
    menus.register(
        menus.MenuGroup.FUNDRAISING,
        lambda label=_label, name=_name, permission=_permission, icon=_icon, order=_order: PermittedItem(
            label, reverse(name), permission, name=name.replace("_", "-"), icon_name=icon, order=order
        ),
    )

for _chooser in CHOOSERS:
    hooks.register("register_admin_viewset", lambda _chooser=_chooser: _chooser)


@hooks.register("register_admin_urls")
def staff_urls() -> list:
    return [
        path("donations/desk/", DeskView.as_view(), name="donations_desk"),
        path("donations/receipts/<int:pk>/pdf/", receipt_file, name="donations_receipt_pdf"),
        path(
            "donations/donors/<int:pk>/years/<int:year>/pdf/",
            year_summary_file,
            name="donations_year_summary",
        ),
        path("donations/donation/<int:pk>/refund/", RefundView.as_view(), name="donations_refund_new"),
        path("donations/gifts/new/", RecordGiftView.as_view(), name="donations_gift_new"),
        path("donations/pledges/new/", NewPledgeView.as_view(), name="donations_pledge_new"),
        path("donations/yearly-file/", YearlyReturnView.as_view(), name="donations_yearly_return"),
    ]
