"""The ledger: double entry, and never changed.

An entry's amount is positive where the account is debited and negative where it is credited, so that
the entries of a transaction add up to zero, and so do all accounts together. What a campaign has raised
is what its gifts were credited, less what went back. The database itself refuses a change of a row, and on
PostgreSQL a transaction that does not add up (donations/ledger_guard.py).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.money import Money
from donations.models.base import AppendOnlyModel, AppendOnlyQuerySet, named
from donations.models.beneficiary import Beneficiary
from donations.models.campaign import Campaign
from donations.models.donation import Donation


class Account(models.TextChoices):
    STRIPE = "stripe", _("Balance at Stripe")
    TRANSIT = "transit", _("Payouts on their way")
    BANK = "bank", _("Bank")
    CASH = "cash", pgettext_lazy("account", "Cash")
    GIFTS = "gifts", _("Gifts")
    REFUNDS = "refunds", _("Refunds")
    DISPUTES = "disputes", _("Disputes")
    FEES = "fees", _("Payment fees")


# What the gifts come to in the end: credited when they arrive, debited when they go back.
GIVEN = (Account.GIFTS, Account.REFUNDS, Account.DISPUTES)


class Kind(models.TextChoices):
    CHARGE = "charge", _("Money that arrived")
    FEE = "fee", _("Fee of the payment service")
    REFUND = "refund", _("Money given back")
    REFUND_UNDONE = "refund_undone", _("Refund that did not go through")
    DISPUTE = "dispute", _("Money taken back by the donor's bank")
    DISPUTE_UNDONE = "dispute_undone", _("Disputed money that came back")
    PAYOUT = "payout", _("Payout sent to the bank")
    PAYOUT_ARRIVED = "payout_arrived", _("Payout that reached the bank")
    PAYOUT_UNDONE = "payout_undone", _("Payout that did not go through")
    RECLASSIFIED = "reclassified", _("Moved to an account of its own")


class LedgerTransaction(AppendOnlyModel):
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    key = models.CharField(
        _("key"), max_length=255, unique=True, help_text=_("Names the fact, so that it is written once.")
    )
    occurred_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("written"), default=timezone.now)
    donation = models.ForeignKey(
        Donation,
        models.PROTECT,
        null=True,
        related_name="ledger_transactions",
        verbose_name=_("donation"),
    )

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["occurred_at"], name="ledger_occurred_at")]

    def __str__(self) -> str:
        return self.key


class LedgerEntryQuerySet(AppendOnlyQuerySet):
    def given(self) -> LedgerEntryQuerySet:
        """Gifts, and what went back of them."""
        return self.filter(account__in=GIVEN)

    def went_back(self) -> LedgerEntryQuerySet:
        return self.filter(account__in=[Account.REFUNDS, Account.DISPUTES])

    def raised_cents(self) -> int:
        """What the gifts among these entries come to, without what went back."""
        return -self.filter(account__in=GIVEN).balance_cents()

    def balance_cents(self) -> int:
        """The sum of these entries: debits less credits."""
        return self.aggregate(sum=Sum("amount_cents"))["sum"] or 0

    def balances(self) -> dict[str, int]:
        """What each account holds, in cents; an account without entries is left out."""
        sums = self.order_by().values_list("account").annotate(sum=Sum("amount_cents"))
        return dict(sums)


class LedgerEntry(AppendOnlyModel):
    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, related_name="entries", verbose_name=_("ledger transaction")
    )
    account = models.CharField(_("account"), max_length=20, choices=Account)
    amount_cents = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, related_name="ledger_entries", verbose_name=_("campaign")
    )
    # None where the money of several is moved together: a payout.
    beneficiary = models.ForeignKey(
        Beneficiary,
        models.PROTECT,
        null=True,
        related_name="ledger_entries",
        verbose_name=_("beneficiary"),
    )

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign", "account"], name="ledger_campaign_account"),
            models.Index(fields=["account", "beneficiary"], name="ledger_account_beneficiary"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="ledger_entry_moves_money"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_cents, self.currency)

    @property
    @named(_("fact"))
    def fact(self) -> str:
        """What happened, in words."""
        return str(Kind(self.transaction.kind).label)

    @property
    @named(_("debit"))
    def debit(self) -> Money | None:
        """The amount where the account is debited."""
        return self.amount if self.amount_cents > 0 else None

    @property
    @named(_("credit"))
    def credit(self) -> Money | None:
        """The amount where the account is credited."""
        return -self.amount if self.amount_cents < 0 else None
