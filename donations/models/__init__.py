"""What the donations app keeps."""

from donations.models.base import AppendOnly, ForbiddenTransition
from donations.models.beneficiary import Beneficiary, FiscalRegime, RegimePeriod
from donations.models.campaign import (
    Campaign,
    CampaignMode,
    CampaignState,
    CampaignTotal,
    CampaignTransition,
)
from donations.models.defence import BlockKind, FailedPayment, GivingBlock, OpenedPage, SourceKey
from donations.models.dispute import Dispute, DisputeState
from donations.models.donation import DisputeStanding, Donation, DonationTransition, Payment, State
from donations.models.donor import Donor, DonorTotal
from donations.models.ledger import GIVEN, Account, Kind, LedgerEntry, LedgerTransaction
from donations.models.receipt import Receipt, ReceiptKind, ReceiptSequence
from donations.models.refund import Refund, RefundReason, RefundState
from donations.models.stripe_event import EventState, StripeEvent
from donations.models.wording import ReceiptWording

__all__ = [
    "GIVEN",
    "Account",
    "AppendOnly",
    "Beneficiary",
    "BlockKind",
    "Campaign",
    "CampaignMode",
    "CampaignState",
    "CampaignTotal",
    "CampaignTransition",
    "Dispute",
    "DisputeStanding",
    "DisputeState",
    "Donation",
    "DonationTransition",
    "Donor",
    "DonorTotal",
    "EventState",
    "FailedPayment",
    "FiscalRegime",
    "ForbiddenTransition",
    "GivingBlock",
    "Kind",
    "LedgerEntry",
    "LedgerTransaction",
    "OpenedPage",
    "Payment",
    "Receipt",
    "ReceiptKind",
    "ReceiptSequence",
    "ReceiptWording",
    "Refund",
    "RefundReason",
    "RefundState",
    "RegimePeriod",
    "SourceKey",
    "State",
    "StripeEvent",
]
