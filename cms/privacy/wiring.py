"""What privacy puts in the log, on the schedule and among the sources; called when the app is ready."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cms import audit, clock
from cms.privacy import exporting, files, ledger, old_rows, platform, requests, retention

RETENTION_ACTIONS = {
    "cms.retention.approved": (_("Approve a retention rule"), _("Rule approved")),
    "cms.retention.stopped": (_("Stop a retention rule"), _("Rule stopped")),
    "cms.retention.ran": (_("Run a retention rule"), _("Rule ran")),
}


def register() -> None:
    for action, (label, message) in {**requests.ACTIONS, **RETENTION_ACTIONS}.items():
        audit.register(action, label, message)
    platform.register()
    old_rows.register()
    clock.register("run the approved rules of retention", timedelta(days=1), retention.run_approved)
    clock.register("delete files of what was erased", timedelta(minutes=10), _files)
    clock.register("keep the list of erasures beside the database", timedelta(hours=1), _ledger)


def _files() -> str | None:
    """The people's files that are too old are named first, then all that are named are deleted."""
    exporting.forget_old_files()
    gone = files.delete_files()
    return f"{gone} files" if gone else None


def _ledger() -> str | None:
    added = ledger.save()
    return f"{added} lines" if added else None
