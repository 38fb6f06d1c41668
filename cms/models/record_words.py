"""The words that each record is found by, as a search compares them."""

from django.db import models


class RecordWords(models.Model):
    """The searched texts of one row of any kind, folded.

    Triggers of the database write it (cms.sources.word_index), so that it is true after any statement, a bulk
    one of an import too, and goes with its row.
    """

    kind = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="words_once_for_each_row")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
