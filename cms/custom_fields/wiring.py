"""What custom fields tell the rest of the platform when it starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import audit, clock
from cms.custom_fields.forgetting import forget_file, forget_what_hangs_on
from cms.custom_fields.listing import bulk_actions, extend
from cms.custom_fields.registry import record_kinds
from cms.custom_fields.services.working import do_waiting_work
from cms.listing.bulk import more_bulk_actions
from cms.models.custom_fields import CustomFile
from cms.sources import extensions


def register() -> None:
    """Called when all models are known."""
    for model in record_kinds():
        post_delete.connect(forget_values_of_deleted, sender=model, dispatch_uid=f"cms.custom_fields.{model}")
    extensions.register("custom fields", extend)
    more_bulk_actions.register("custom fields", bulk_actions)
    audit.register("custom_fields.retire", _("Take a field out of use"), _("Field taken out of use"))
    audit.register("custom_fields.restore", _("Use a field again"), _("Field in use again"))
    audit.register("custom_fields.merge", _("Merge two choices"), _("Two choices merged"))
    clock.register("work on custom fields", timedelta(minutes=1), work_on_fields)
    clock.register("delete files that no record holds", timedelta(days=1), delete_loose_files)


def forget_values_of_deleted(instance: Any, **_kwargs: Any) -> None:
    """A deleted record leaves nothing behind in filters and in the private storage."""
    if instance.custom:
        forget_what_hangs_on(instance)


def work_on_fields() -> str | None:
    """Find work whose task was lost."""
    finished = do_waiting_work()
    return f"{finished} finished" if finished else None


def delete_loose_files() -> str | None:
    """Files that were replaced or taken away, a day later: a form that stood open may still show them."""
    gone = 0
    old = CustomFile.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).select_related("field")
    for file in old.iterator():
        row = (
            file.field.model._base_manager.filter(pk=file.record_id).values_list("custom", flat=True).first()
        )
        if ((row or {}).get(file.field.key) or {}).get("id") != str(file.pk):
            forget_file(file)
            gone += 1
    return f"{gone} deleted" if gone else None
