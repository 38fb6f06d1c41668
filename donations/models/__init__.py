"""What the donations app keeps."""

from donations.models.base import AppendOnly, ForbiddenTransition
from donations.models.beneficiary import Beneficiary, FiscalRegime
from donations.models.campaign import (
    Campaign,
    CampaignMode,
    CampaignState,
    CampaignTotal,
    CampaignTransition,
)
from donations.models.donation import Donation, DonationTransition, Payment, State
from donations.models.donor import Donor
from donations.models.ledger import Account, Kind, LedgerEntry, LedgerTransaction
from donations.models.receipt import Receipt, ReceiptSequence
from donations.models.stripe_event import EventState, StripeEvent

__all__ = [
    "Account",
    "AppendOnly",
    "Beneficiary",
    "Campaign",
    "CampaignMode",
    "CampaignState",
    "CampaignTotal",
    "CampaignTransition",
    "Donation",
    "DonationTransition",
    "Donor",
    "EventState",
    "FiscalRegime",
    "ForbiddenTransition",
    "Kind",
    "LedgerEntry",
    "LedgerTransaction",
    "Payment",
    "Receipt",
    "ReceiptSequence",
    "State",
    "StripeEvent",
]
