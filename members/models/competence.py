"""What the network knows how to do, and for whom."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin
from wagtail.search import index

from cms.translated import Translated
from members.models.lists import CanRetire
from members.models.previews import PreviewInEachLanguage


class Hue(models.TextChoices):
    """The colours of the weave's threads (cms/static/cms/tokens.css)."""

    BRICK = "brick", _("brick")
    LAKE = "lake", _("lake")
    LOTUS = "lotus", _("lotus")
    REED = "reed", _("reed")
    GOLD = "gold", _("gold")
    PLUM = "plum", _("plum")


class Competence(RevisionMixin, PreviewInEachLanguage, index.Indexed, models.Model):
    """A competence of the network, with the thread that draws it: a hue and a rhythm."""

    slug = models.SlugField(
        _("short name in addresses"),
        unique=True,
        help_text=_("Small letters, numbers and hyphens. Changing it breaks links that others have saved."),
    )
    name_it = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    description_it = models.TextField(
        _("description"),
        blank=True,
        max_length=400,
        help_text=_("Two or three sentences, shown to visitors."),
    )
    description_en = models.TextField(_("description in English"), blank=True, max_length=400)
    hue = models.CharField(_("thread colour"), max_length=10, choices=Hue, default=Hue.LAKE)
    rhythm = models.PositiveSmallIntegerField(
        _("thread rhythm"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("From 1, one broad strand, to 5, one thin strand."),
    )
    name = Translated()
    description = Translated()

    search_fields = [
        index.SearchField("name_it", boost=2),
        index.SearchField("name_en", boost=2),
        index.SearchField("description_it"),
        index.SearchField("description_en"),
        index.AutocompleteField("name_it"),
        index.AutocompleteField("name_en"),
    ]

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ["name_it"]
        indexes = [models.Index(fields=["name_it", "id"], name="competence_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rhythm__gte=1, rhythm__lte=5), name="competence_rhythm_is_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Audience(CanRetire):
    """For whom a format is made: schools, companies, museums."""

    slug = models.SlugField(_("short name in addresses"), unique=True)
    name_it = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    name = Translated()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name_it"]

    def __str__(self) -> str:
        return self.name
