"""What several cooperatives offer together: the facts of a format and each one's part in it."""

from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.models import Record
from cms.money import Money
from cms.money_fields import CentsField
from cms.translated import Translated
from members.models.competence import Audience, Competence
from members.models.cooperative import Cooperative


class ServiceFormatQuerySet(models.QuerySet["ServiceFormat"]):
    def offered(self) -> "ServiceFormatQuerySet":
        """Those that the public may see and ask for."""
        return self.filter(is_offered=True)

    def with_parts(self) -> "ServiceFormatQuerySet":
        """With what cards and lists need, in a constant number of queries."""
        return self.prefetch_related("audiences", "competences", "parts__cooperative", "parts__competences")


class ServiceFormat(Record, ClusterableModel):
    """A joint service. It is never revised, so its parts may stand in its own form (see FormatPart)."""

    slug = models.SlugField(_("short name in addresses"), unique=True)
    name_it = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    summary_it = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("Shown on cards; one or two sentences.")
    )
    summary_en = models.CharField(_("summary in English"), max_length=240, blank=True)
    duration_it = models.CharField(
        _("duration"), max_length=80, blank=True, help_text=_("In words: “half a day”, “three meetings”.")
    )
    duration_en = models.CharField(_("duration in English"), max_length=80, blank=True)
    price_from_cents = CentsField(_("price from"), null=True, blank=True)
    price_to_cents = CentsField(_("price up to"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", editable=False)
    audiences = models.ManyToManyField(
        Audience, verbose_name=_("for whom"), blank=True, related_name="formats"
    )
    competences = models.ManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="formats"
    )
    is_offered = models.BooleanField(
        _("on offer"), default=True, help_text=_("Untick to take it off lists, pages and the API.")
    )
    name = Translated()
    summary = Translated()
    duration = Translated()

    objects = ServiceFormatQuerySet.as_manager()

    class Meta:
        verbose_name = _("format")
        verbose_name_plural = _("formats")
        ordering = ["name_it"]
        indexes = [models.Index(fields=["name_it", "id"], name="format_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_from_cents=None)
                | models.Q(price_to_cents=None)
                | models.Q(price_to_cents__gte=models.F("price_from_cents")),
                name="format_price_range_runs_upwards",
                violation_error_message=_("The highest price must not be less than the lowest."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price_from(self) -> Money | None:
        return None if self.price_from_cents is None else Money(self.price_from_cents, self.currency)

    @property
    def price_to(self) -> Money | None:
        return None if self.price_to_cents is None else Money(self.price_to_cents, self.currency)


class FormatPart(Record, ClusterableModel):
    """What one cooperative does in a format, proposed by somebody and approved by the cooperative."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")

    service_format = ParentalKey(
        ServiceFormat, on_delete=models.CASCADE, related_name="parts", verbose_name=_("format")
    )
    cooperative = models.ForeignKey(
        Cooperative, on_delete=models.PROTECT, related_name="parts", verbose_name=_("cooperative")
    )
    role_it = models.CharField(_("what it does"), max_length=160, blank=True)
    role_en = models.CharField(_("what it does, in English"), max_length=160, blank=True)
    competences = ParentalManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="format_parts"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    order = models.PositiveIntegerField(_("order"), default=0, editable=False)
    role = Translated()

    # The name that Wagtail's inline panels look for to let people drag rows.
    sort_order_field = "order"
    panels = [
        FieldPanel("cooperative"),
        FieldRowPanel([FieldPanel("role_it"), FieldPanel("role_en")]),
        FieldPanel("competences", widget=CheckboxSelectMultiple),
    ]

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service_format", "cooperative"],
                name="format_has_one_part_for_each_cooperative",
                violation_error_message=_("This cooperative already has a part in the format."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_format} · {self.cooperative}"
