"""What the bank says: the lines of its statement, each once, and what each became."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from cms.models import Record
from cms.money import Money
from donations.models.base import ForbiddenTransition, named
from donations.models.donation import Donation


class BankLineState(models.TextChoices):
    OPEN = "open", pgettext_lazy("bank line", "To be looked at")
    MATCHED = "matched", pgettext_lazy("bank line", "A donation")
    IGNORED = "ignored", pgettext_lazy("bank line", "Something else")


ALLOWED: dict[BankLineState, set[BankLineState]] = {
    BankLineState.OPEN: {BankLineState.MATCHED, BankLineState.IGNORED},
    BankLineState.IGNORED: {BankLineState.OPEN},
    BankLineState.MATCHED: {BankLineState.OPEN},
}


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def waiting(self) -> BankLineQuerySet:
        """Money that came in and of which nobody has said what it is."""
        return self.filter(state=BankLineState.OPEN, amount_cents__gt=0)


class BankLine(Record):
    """One movement of the account. Two that are alike are told apart by how many came before."""

    booked_on = models.DateField(_("date"))
    amount_cents = models.BigIntegerField(
        _("amount"), help_text=_("Less than nothing for money that went out.")
    )
    description = models.TextField(_("description"), max_length=1000)
    payer = models.CharField(_("who sent it"), max_length=200, blank=True)
    ordinal = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=BankLineState, default=BankLineState.OPEN, editable=False
    )
    donation = models.OneToOneField(
        Donation,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="bank_line",
        verbose_name=_("donation"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, editable=False)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-booked_on", "-id"]
        indexes = [
            models.Index(fields=["-booked_on", "-id"], name="bank_line_in_order"),
            models.Index(
                fields=["booked_on"],
                condition=Q(state=BankLineState.OPEN, amount_cents__gt=0),
                name="bank_line_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="bank_line_moves_money"),
            models.UniqueConstraint(
                fields=["booked_on", "amount_cents", "description", "ordinal"], name="bank_line_is_there_once"
            ),
            models.CheckConstraint(
                condition=Q(state="matched", donation__isnull=False)
                | (~Q(state="matched") & Q(donation__isnull=True)),
                name="matched_line_has_its_donation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d/%m/%Y} · {self.amount} · {Truncator(self.description).chars(60)}"

    @property
    @named(_("amount"))
    def amount(self) -> Money:
        return Money(self.amount_cents)

    @property
    @named(_("state"))
    def label(self) -> str:
        """The state as people read it: nobody need look at money that went out."""
        if self.state == BankLineState.OPEN and self.amount_cents < 0:
            return pgettext("bank line", "Went out")
        return str(BankLineState(self.state).label)

    @property
    def words(self) -> str:
        """All that the bank wrote of it."""
        return f"{self.description} {self.payer}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new line counts how many like it are there: the bank may write two payments alike."""
        if self._state.adding:
            self.ordinal = self.twins().count() + 1
        super().save(*args, **kwargs)

    def twins(self) -> BankLineQuerySet:
        return BankLine.objects.filter(
            booked_on=self.booked_on, amount_cents=self.amount_cents, description=self.description
        ).exclude(pk=self.pk)

    def transition(self, *, to: BankLineState, note: str = "", donation: Donation | None = None) -> bool:
        """The one door of the state. The caller holds the row's lock.

        donation: what the money became, for a matched line. Same state again returns False quietly; raises
        ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in ALLOWED[BankLineState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        self.state, self.donation, self.note = to, donation, note[:200]
        self.save(update_fields=["state", "donation", "note", "updated_at"])
        return True
