"""What sheets of fundraising hold. No donations: what was given is written by the ledger alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.consent import normal_email
from cms.folding import fold
from cms.spreadsheets.fields import Reference, SheetField
from cms.spreadsheets.resources import SheetResource, Values, register
from donations.models import BankLine, Beneficiary, Campaign, Donor
from donations.services import bank

BENEFICIARY = Reference(Beneficiary)
# Under this name the amount of a bank line that is there is compared with no column of the sheet.
OF_THE_LINE = "amount of the line"


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


@register
class BankLineResource(SheetResource):
    """The movements that a bank offers as a file, with one column of amounts or one for each direction.

    A line is known again by day, amount and description; of several alike the first in the file is the first
    that is there, and so on: banks write two equal payments of a day as two equal lines.
    """

    booked_on = SheetField(
        "booked_on",
        label=_("date"),
        synonyms=(
            "data",
            "data operazione",
            "data contabile",
            "data movimento",
            "data registrazione",
            "date",
        ),
    )
    description = SheetField(
        "description",
        label=_("description"),
        synonyms=(
            "descrizione",
            "descrizione operazione",
            "descrizione estesa",
            "causale",
            "dettagli",
            "operazione",
        ),
    )
    income = SheetField(
        "amount_cents",
        label=_("came in"),
        kind="signed_cents",
        required=False,
        synonyms=("entrate", "avere", "accrediti", "entrata", "importo avere"),
    )
    outcome = SheetField(
        "amount_cents",
        label=_("went out"),
        kind="signed_cents",
        required=False,
        synonyms=("uscite", "dare", "addebiti", "uscita", "importo dare"),
    )
    # After the two columns, so that what our own list calls “amount” is this one.
    amount = SheetField(
        "amount_cents",
        label=_("amount"),
        kind="signed_cents",
        required=False,
        synonyms=("importo", "importo in euro", "importo (eur)", "importo eur", "amount"),
        help_text=_("With a minus for money that went out; or use the two columns for each direction."),
    )
    payer = SheetField(
        "payer", required=False, synonyms=("ordinante", "controparte", "beneficiario/ordinante")
    )
    updates = False
    saves_each = True

    class Meta:
        model = BankLine
        fields = ("booked_on", "description", "income", "outcome", "amount", "payer")
        import_id_fields = ("booked_on", "description")

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__(user, **kwargs)
        self.in_file: Counter = Counter()
        self.in_table: Counter = Counter()

    def key_of(self, values: Values) -> Any:
        came, went = values.pop("income", None), values.pop("outcome", None)
        if came or went:
            values["amount"] = abs(came or 0) - abs(went or 0)
        return self._numbered(values, self.in_file)

    def key_of_stored(self, values: Values) -> Any:
        return self._numbered(values, self.in_table)

    def _numbered(self, values: Values, seen: Counter) -> Any:
        amount = values.get("amount", values.get(OF_THE_LINE))
        parts = (values.get("booked_on"), amount, values.get("description"))
        if any(part in (None, "") for part in parts):
            return None
        seen[parts] += 1
        return (*parts, seen[parts])

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        self.in_table = Counter()
        return rows.filter(booked_on__in={key[0] for key in keys if key}).order_by("pk")

    def stored(self, rows: QuerySet, fields: Any) -> Any:
        """Always with what a line is known by, whichever columns the sheet has."""
        known = [self.fields[name] for name in ("booked_on", "description", "amount")]
        for pk, version, values in super().stored(rows, known):
            values[OF_THE_LINE] = values.pop("amount")
            yield pk, version, values

    def problems_of(self, values: Values, old: Values | None) -> list[tuple[str, str]]:
        if old is None and not values.get("amount"):
            return [("amount", gettext("there is no amount"))]
        return []

    def after_commit(self, new: Sequence[int], changed: Sequence[int]) -> None:
        bank.match_sure(new)
