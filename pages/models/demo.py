"""The mark of a database that the demo filled: what stood before it, so that only the rest is deleted."""

from django.db import models


class DemoMark(models.Model):
    made_at = models.DateTimeField(auto_now_add=True)
    seed = models.BigIntegerField()
    stood_before = models.JSONField(help_text="Primary keys of the rows that were there, by model.")
    homes_before = models.JSONField(help_text="What the home pages said, by primary key.")

    class Meta:
        verbose_name = "demo mark"

    def __str__(self) -> str:
        return f"demo {self.seed}"
