"""What every working record keeps about itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """A working record: when it was made and last changed (the version that an edit form was opened with)."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
