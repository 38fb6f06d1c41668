"""The member cooperatives: facts that staff keep. Words and pictures stand on their pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from members.models.competence import Competence


class LegalForm(models.TextChoices):
    SOCIAL_A = "social_a", _("social cooperative, type A")
    SOCIAL_B = "social_b", _("social cooperative, type B")
    SOCIAL_AB = "social_ab", _("social cooperative, types A and B")
    WORKERS = "workers", _("workers' cooperative")
    OTHER = "other", _("other")


class CooperativeQuerySet(models.QuerySet["Cooperative"]):
    def listed(self) -> "CooperativeQuerySet":
        """Those that the public may see."""
        return self.filter(is_listed=True)


class Cooperative(HasCustomFields, Record):
    """A member of the network."""

    slug = models.SlugField(
        _("short name in addresses"),
        unique=True,
        help_text=_(
            "Small letters, numbers and hyphens. It also gives the cooperative its thread in the weave."
        ),
    )
    name = models.CharField(_("name"), max_length=120)
    legal_form = models.CharField(
        _("legal form"), max_length=20, choices=LegalForm, default=LegalForm.SOCIAL_A
    )
    town = models.CharField(_("town"), max_length=80, blank=True)
    province = models.CharField(
        _("province"), max_length=2, blank=True, help_text=_("Two letters, such as MN.")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    is_listed = models.BooleanField(
        _("shown to the public"), default=True, help_text=_("Untick to take it off lists, pages and the API.")
    )
    competences = models.ManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="cooperatives"
    )
    beneficiary = models.ForeignKey(
        "donations.Beneficiary",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cooperatives",
        verbose_name=_("beneficiary"),
        help_text=_("Who receives what is given to this cooperative, and signs its receipts."),
    )

    objects = CooperativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="cooperative_in_order")]
        permissions = [("keep_membership", _("Can decide whether and how a cooperative is shown"))]

    def __str__(self) -> str:
        return self.name
