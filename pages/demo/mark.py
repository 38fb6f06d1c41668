"""Whether the demo may write here, what stood before it, and how all it made is taken away again."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, models
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from donations import gateway, ledger_guard
from donations.models import ReceiptWording
from members.models import ConsentText, ConsentTextVersion, LeadOrigin, LeadStage, LostReason, Territory
from pages.models import DemoMark, HomePage

# What the demo rewrites on the home pages.
HOME_WORDS = ("message", "summary", "doors", "body")
# Records that every fresh site has, because its migrations write them.
_FROM_MIGRATIONS = {
    LeadStage, LostReason, LeadOrigin, Territory, ConsentText, ConsentTextVersion, ReceiptWording,
}  # fmt: skip


def refuse_where_real() -> None:
    """Raise CommandError where the demo must never run, whatever is asked."""
    if not getattr(settings, "DEMO_ALLOWED", False):
        raise CommandError(_("Demo content is never written under production settings."))
    if gateway.mode() is not gateway.Mode.SANDBOX:
        raise CommandError(_("A real Stripe key is set: demo content would give real money. Unset it first."))


def refuse_over_work() -> None:
    """Raise CommandError when the database holds anything that a fresh site does not."""
    if DemoMark.objects.exists():
        raise CommandError(_("The demo content is here already. Use --flush to take it away first."))
    if found := _holds_work():
        names = ", ".join(str(model._meta.verbose_name_plural) for model in found[:5])
        raise CommandError(
            _("This database holds work that the demo did not make (%(names)s). Use an empty one.")
            % {"names": names}
        )


def mark(seed: int) -> DemoMark:
    """Note what stands before the demo writes anything, so that only the rest is ever deleted."""
    stood = {
        model._meta.label: list(model._base_manager.values_list("pk", flat=True)) for model in _all_models()
    }
    return DemoMark.objects.create(
        seed=seed,
        stood_before={label: keys for label, keys in stood.items() if keys},
        homes_before={str(home.pk): _words_of(home) for home in HomePage.objects.all()},
    )


def _words_of(home: HomePage) -> dict[str, str]:
    saved = home.serializable_data()
    return {name: saved[name] for name in HOME_WORDS}


def flush() -> None:
    """Delete all that came after the mark. Raises CommandError on a database without one."""
    marked = DemoMark.objects.first()
    if marked is None:
        raise CommandError(_("This database is not marked as demo: nothing was deleted."))
    # Foreign keys are checked when the transaction ends, when every row that pointed is gone as well.
    with ledger_guard.lifted():
        for key, words in marked.homes_before.items():
            home = HomePage.objects.get(pk=key)
            for name, value in words.items():
                setattr(home, name, HomePage._meta.get_field(name).to_python(value))
            home.latest_revision = home.live_revision = None
            home.save()
        for model in _all_models():
            kept = marked.stood_before.get(model._meta.label, [])
            rows = model._base_manager.exclude(pk__in=kept) if kept else model._base_manager.all()
            rows._raw_delete(connection.alias)
        DemoMark.objects.all().delete()
        connection.check_constraints()
    Page.fix_tree()


def _all_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model is not DemoMark
        and model._meta.app_label not in {"contenttypes", "django_tasks_db"}
    ]  # fmt: skip


def _holds_work() -> list[type[models.Model]]:
    """The kinds of work found beyond what migrations write."""
    ours = [*apps.get_app_config("members").get_models(), *apps.get_app_config("donations").get_models()]
    kinds = [
        model for model in [*ours, get_image_model(), get_document_model()] if model not in _FROM_MIGRATIONS
    ]
    found = [model for model in kinds if model._base_manager.exists()]
    # Migrations make the root and the two homes; whatever stands below them was written by somebody.
    return [*found, Page] if Page.objects.filter(depth__gt=2).exists() else found
