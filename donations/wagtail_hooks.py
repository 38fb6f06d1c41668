"""What giving adds to Wagtail's admin."""

from django.urls import path
from wagtail import hooks

from cms import menus
from donations.choosers import CHOOSERS
from donations.modeladmins.beneficiaries import BeneficiaryAdmin, ReceiptWordingAdmin, RegimePeriodAdmin
from donations.modeladmins.blocks import GivingBlockAdmin
from donations.modeladmins.campaigns import CampaignAdmin
from donations.modeladmins.events import StripeEventAdmin
from donations.modeladmins.gifts import (
    DonationAdmin,
    DonorAdmin,
    LedgerEntryAdmin,
    PaymentAdmin,
)
from donations.modeladmins.receipts import ReceiptAdmin
from donations.modeladmins.recurring import ConcernAdmin, RecurringAdmin
from donations.modeladmins.refunds import DisputeAdmin, RefundAdmin
from donations.refund_views import RefundView
from donations.staff_views import receipt_file

for _admin in (
    CampaignAdmin,
    DonationAdmin,
    RecurringAdmin,
    DonorAdmin,
    ReceiptAdmin,
    PaymentAdmin,
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

for _chooser in CHOOSERS:
    hooks.register("register_admin_viewset", lambda _chooser=_chooser: _chooser)


@hooks.register("register_admin_urls")
def staff_urls() -> list:
    return [
        path("donations/receipts/<int:pk>/pdf/", receipt_file, name="donations_receipt_pdf"),
        path("donations/donation/<int:pk>/refund/", RefundView.as_view(), name="donations_refund_new"),
    ]
