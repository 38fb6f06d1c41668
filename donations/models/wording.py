"""What receipts say about tax: sentences that staff edit, by regime, way of payment, reward and day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from string import Formatter

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.translated import Translated
from donations.regimes import Counterpart, FiscalRegime, Way

# What a text may name, and what stands there in the preview. Nobody's name: the text is kept with the
# receipt for ten years, also after the donor was erased.
PLACEHOLDERS: dict[str, dict[str, str]] = {
    "amount": {"it": "50,00 €", "en": "€50.00"},
    "gift": {"it": "38,00 €", "en": "€38.00"},
    "reward_value": {"it": "12,00 €", "en": "€12.00"},
    "paid_on": {"it": "24 novembre 2026", "en": "24 November 2026"},
    "method": {"it": "carta", "en": "card"},
    "beneficiary": {"it": "Consorzio Esempio", "en": "Consorzio Esempio"},
    "tax_code": {"it": "01234567897", "en": "01234567897"},
    "register_number": {"it": "12345", "en": "12345"},
    "law": {"it": "art. 83 D.Lgs. 117/2017", "en": "art. 83 D.Lgs. 117/2017"},
}


def validate_text(text: str) -> None:
    """Raises ValidationError, naming them, for placeholders that nothing will fill."""
    allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as wrong:
        raise ValidationError(
            gettext(
                "A brace { or } stands alone. Placeholders are written like {amount}; these exist: %(names)s."
            )
            % {"names": allowed}
        ) from wrong
    for _text, name, spec, conversion in pieces:
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            raise ValidationError(
                gettext("{%(name)s} is not known. These placeholders exist: %(names)s.")
                % {"name": shown, "names": allowed}
            )


class ReceiptWordingQuerySet(models.QuerySet["ReceiptWording"]):
    def on(self, day: date) -> ReceiptWordingQuerySet:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def fitting(self, *, regime: str, way: str, counterpart: str, day: date) -> ReceiptWording | None:
        """The text for a gift: the most particular of those that hold on the day, else None.

        The regime weighs most, then the way of payment, then the reward; of two alike, the later one.
        """
        rows = self.on(day).filter(
            regime__in=[regime, ""], way__in=[way, ""], counterpart__in=[counterpart, ""]
        )
        ranked = sorted(
            rows,
            key=lambda row: (bool(row.regime), bool(row.way), bool(row.counterpart), row.starts_on, row.pk),
        )
        return ranked[-1] if ranked else None


class ReceiptWording(Record):
    regime = models.CharField(
        _("fiscal regime"), max_length=20, choices=FiscalRegime, blank=True, help_text=_("Empty: any.")
    )
    way = models.CharField(
        _("way of payment"), max_length=12, choices=Way, blank=True, help_text=_("Empty: any.")
    )
    counterpart = models.CharField(
        _("what the donor gets"), max_length=10, choices=Counterpart, blank=True, help_text=_("Empty: any.")
    )
    starts_on = models.DateField(_("for payments from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: no end."))
    text_it = models.TextField(
        _("text in Italian"),
        validators=[validate_text],
        help_text=_(
            "An empty line makes a new paragraph. You may write {amount}, {gift} (without the reward), "
            "{reward_value}, {paid_on}, {method}, {beneficiary}, {tax_code}, {register_number}, {law}."
        ),
    )
    text_en = models.TextField(_("text in English"), blank=True, validators=[validate_text])

    text = Translated()
    objects = ReceiptWordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording of receipts")
        verbose_name_plural = _("wordings of receipts")
        ordering = ["regime", "way", "counterpart", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="wording_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["regime", "way", "counterpart", "starts_on"],
                name="one_wording_for_a_case_and_first_day",
                violation_error_message=_("There is a text for this case from this day on already."),
            ),
        ]

    def __str__(self) -> str:
        parts = (
            self.get_regime_display() if self.regime else gettext("any regime"),
            self.get_way_display() if self.way else gettext("any way of payment"),
            self.get_counterpart_display() if self.counterpart else gettext("any reward"),
        )
        return " · ".join(str(part) for part in parts)

    def paragraphs(self, values: Mapping[str, str], language: str) -> list[str]:
        """The text in a language ("it" or "en", which falls back to Italian), filled in, by paragraph."""
        template = (self.text_en if language == "en" else "") or self.text_it
        filled = template.replace("\r\n", "\n").format_map(values)
        return [" ".join(piece.split()) for piece in filled.split("\n\n") if piece.strip()]

    def preview(self, language: str) -> list[str]:
        """The paragraphs with example values."""
        examples = {name: values[language] for name, values in PLACEHOLDERS.items()}
        return self.paragraphs(examples, language)
