"""Which columns of a list a person wants to see, and in which order."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListColumns(models.Model):
    """A person's choice for one list; without a row the list shows its own columns."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_key = models.CharField(_("list"), max_length=100)
    names = models.JSONField(_("columns"), default=list)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "list_key"], name="one_choice_of_columns_for_each_list"),
        ]

    def __str__(self) -> str:
        return self.list_key
