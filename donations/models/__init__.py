"""What the donations app keeps."""

from donations.models.bank_line import BankLine, BankLineState
from donations.models.base import AppendOnly, ForbiddenTransition
from donations.models.beneficiary import Beneficiary, FiscalRegime, RegimePeriod
from donations.models.campaign import (
    Campaign,
    CampaignMode,
    CampaignState,
    CampaignTotal,
    CampaignTransition,
)
from donations.models.concern import Concern, ConcernKind, ConcernState
from donations.models.day_total import DayTotal, book_day
from donations.models.defence import BlockKind, FailedPayment, GivingBlock, OpenedPage, SourceKey
from donations.models.dispute import Dispute, DisputeState
from donations.models.donation import DisputeStanding, Donation, DonationTransition, State
from donations.models.donor import Donor, DonorTotal
from donations.models.donor_access import DonorLink, DonorVisit
from donations.models.ledger import GIVEN, Account, Kind, LedgerEntry, LedgerTransaction
from donations.models.payment import Method, Payment
from donations.models.payment_page import PaysWith
from donations.models.payout import Payout, PayoutState
from donations.models.pledge import Pledge, PledgeState
from donations.models.receipt import Receipt, ReceiptKind, ReceiptSequence
from donations.models.recurring import (
    ChangeKind,
    ChangeState,
    Interval,
    RecurringChange,
    RecurringDonation,
    RecurringState,
    RecurringTransition,
    Stood,
)
from donations.models.refund import Refund, RefundReason, RefundState
from donations.models.stripe_event import EventState, StripeCursor, StripeEvent
from donations.models.wording import ReceiptWording

__all__ = [
    "GIVEN",
    "Account",
    "AppendOnly",
    "BankLine",
    "BankLineState",
    "Beneficiary",
    "BlockKind",
    "Campaign",
    "CampaignMode",
    "CampaignState",
    "CampaignTotal",
    "CampaignTransition",
    "ChangeKind",
    "ChangeState",
    "Concern",
    "ConcernKind",
    "ConcernState",
    "DayTotal",
    "Dispute",
    "DisputeStanding",
    "DisputeState",
    "Donation",
    "DonationTransition",
    "Donor",
    "DonorLink",
    "DonorTotal",
    "DonorVisit",
    "EventState",
    "FailedPayment",
    "FiscalRegime",
    "ForbiddenTransition",
    "GivingBlock",
    "Interval",
    "Kind",
    "LedgerEntry",
    "LedgerTransaction",
    "Method",
    "OpenedPage",
    "Payment",
    "Payout",
    "PayoutState",
    "PaysWith",
    "Pledge",
    "PledgeState",
    "Receipt",
    "ReceiptKind",
    "ReceiptSequence",
    "ReceiptWording",
    "RecurringChange",
    "RecurringDonation",
    "RecurringState",
    "RecurringTransition",
    "Refund",
    "RefundReason",
    "RefundState",
    "RegimePeriod",
    "SourceKey",
    "State",
    "Stood",
    "StripeCursor",
    "StripeEvent",
    "book_day",
]
