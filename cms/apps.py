from django.apps import AppConfig
from django.core.checks import register as register_check
from django.core.management import call_command
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Platform")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import checks, chrome_cache, jobs, report_tasks, reports, rows, sign_ins, wagtail_gates
        from cms.custom_fields import wiring as custom_fields
        from cms.doors import wiring as doors
        from cms.listing.bulk import wiring as bulk
        from cms.privacy import wiring as privacy
        from cms.sources import word_index
        from cms.spreadsheets import wiring as imports
        from cms.spreadsheets.export import log as exports
        from cms.timeline import platform as timeline
        from cms.tokens import admin as tokens
        from cms.twins import merging

        post_migrate.connect(create_cache_table, sender=self)
        pre_migrate.connect(word_index.take_down, sender=self)
        post_migrate.connect(word_index.put_up, sender=self)
        register_check(checks.check_proxies)
        jobs.register_jobs()
        sign_ins.register()
        doors.register()
        custom_fields.register()
        imports.register()
        bulk.register()
        exports.register()
        reports.register()
        report_tasks.register()
        privacy.register()
        tokens.register()
        timeline.register_platform()
        merging.register()
        chrome_cache.connect()
        rows.register()
        wagtail_gates.register()


def create_cache_table(using: str = "default", **_kwargs) -> None:
    """Make the table of the shared cache, when the cache is in the database; safe to repeat."""
    call_command("createcachetable", database=using, verbosity=0)
