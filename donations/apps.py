from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    name = "donations"
    verbose_name = _("Donations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.registries import form_destinations
        from donations import (  # noqa: F401
            checks,
            dashboard,
            gateway,
            jobs,
            ledger_guard,
            log_actions,
            personal_data,
            resources,
            retention,
            timeline,
        )

        checks.refuse_to_start()
        pre_migrate.connect(ledger_guard.take_down, sender=self)
        post_migrate.connect(ledger_guard.put_up, sender=self)
        form_destinations.register("donations", gateway.payment_page_origins)
        jobs.register()
        dashboard.register()
        log_actions.register()
        personal_data.register()
        retention.register()
        timeline.register()
