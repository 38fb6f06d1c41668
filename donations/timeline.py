"""What giving tells of somebody, for who may know who gave: gifts, promises, monthly gifts that began."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.consent import normal_email
from cms.registries import hidden_from
from cms.timeline import About, Moments, subjects
from cms.timeline.moments import register as register_sources
from donations.models import Donation, Donor, Pledge, RecurringDonation


def about_donor(donor: Donor, user: Any) -> About | None:
    """Nobody who may not read a donor's address sees what else that address did."""
    if "email" in hidden_from(user, Donor):
        return None
    return About(donor, {normal_email(donor.email)} - {""}, {"donations.donor": [donor.pk]})


class OfDonors(Moments):
    """Base of what belongs to a donor: found by the donor's row, or by the address."""

    icon = "pick"

    def is_open_to(self, user: Any) -> bool:
        return super().is_open_to(user) and "email" not in hidden_from(user, Donor)

    def rows(self, about: About, user: Any) -> QuerySet:
        known = about.of(Donor) or (
            Donor.objects.alias(plain_email=Lower("email"))
            .filter(plain_email__in=about.emails)
            .order_by()
            .values("pk")
        )
        return self.model._default_manager.filter(donor__in=known).select_related("campaign")

    def detail(self, row: Any) -> str:
        return " · ".join(filter(None, (row.campaign.name if row.campaign else "", row.message)))


class Gifts(OfDonors):
    key, label = "gifts", gettext_lazy("Donations")
    model = Donation
    at = "paid_at"

    def rows(self, about: About, user: Any) -> QuerySet:
        return super().rows(about, user).filter(paid_at__isnull=False)

    def title(self, row: Any) -> str:
        return _("Gave %(amount)s · %(state)s") % {"amount": row.amount, "state": row.label}


class Recurring(OfDonors):
    key, label = "recurring", gettext_lazy("Recurring donations")
    model = RecurringDonation
    at = "began_at"

    def rows(self, about: About, user: Any) -> QuerySet:
        return super().rows(about, user).filter(began_at__isnull=False)

    def title(self, row: Any) -> str:
        return _("Recurring donation of %(amount)s began · %(state)s") % {
            "amount": row.amount,
            "state": row.get_state_display(),
        }


class Pledges(OfDonors):
    key, label = "pledges", gettext_lazy("Promises")
    model = Pledge

    def title(self, row: Any) -> str:
        return _("Promised %(amount)s · %(state)s") % {
            "amount": row.amount,
            "state": row.get_state_display(),
        }


def register() -> None:
    """Called once, when the app is ready."""
    subjects.register(Donor, about_donor)
    register_sources(Gifts, Recurring, Pledges)
