"""What sheets of fundraising hold. No donations: what was given is written by the ledger alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.text import slugify

from cms.consent import normal_email
from cms.folding import fold
from cms.spreadsheets.fields import Reference, SheetField
from cms.spreadsheets.resources import SheetResource, Values, register
from donations.models import Beneficiary, Campaign, Donor

BENEFICIARY = Reference(Beneficiary)


@register
class DonorResource(SheetResource):
    """Known again by the address, however it is written, as when they give."""

    email = SheetField("email", synonyms=("e-mail", "mail", "posta elettronica"))
    name = SheetField("name", synonyms=("nome", "donatore", "nominativo"))

    class Meta:
        model = Donor
        fields = ("email", "name")
        import_id_fields = ("email",)

    def key_of(self, values: Values) -> Any:
        return normal_email(values.get("email") or "") or None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.alias(plain_email=Lower("email")).filter(plain_email__in=keys)

    def prepare(self, values: Values, *, is_new: bool) -> None:
        if not is_new:
            # The address is how the donor wrote it: another way of writing it is no change.
            values.pop("email", None)


@register
class CampaignResource(SheetResource):
    """What the form of a campaign allows; a new one is a draft, and is launched from its page."""

    name_it = SheetField("name_it", synonyms=("campagna", "nome", "campaign"))
    name_en = SheetField("name_en", synonyms=("nome inglese",))
    slug = SheetField("slug", required=False)
    beneficiary = SheetField("beneficiary", refers_to=BENEFICIARY)
    goal_cents = SheetField("goal_cents", synonyms=("obiettivo", "goal"))
    minimum_cents = SheetField("minimum_cents", synonyms=("minimo",))
    opens_on = SheetField("opens_on", synonyms=("apertura", "dal"))
    closes_on = SheetField("closes_on", synonyms=("chiusura", "al"))
    checks_whole = True
    # Its total is made by its save().
    saves_each = True
    own_children = ("total",)

    class Meta:
        model = Campaign
        fields = (
            "name_it", "name_en", "slug", "beneficiary", "goal_cents", "minimum_cents", "opens_on",
            "closes_on",
        )  # fmt: skip
        import_id_fields = ("name_it",)

    def key_of(self, values: Values) -> Any:
        return fold(" ".join(str(values.get("name_it") or "").split())) or None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows

    def prepare(self, values: Values, *, is_new: bool) -> None:
        if is_new and not values.get("slug"):
            values["slug"] = slugify(str(values.get("name_it") or ""))[:80]
