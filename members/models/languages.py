"""The languages in which people write to the network, and are answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    ITALIAN = "it", _("Italian")
    ENGLISH = "en", _("English")
