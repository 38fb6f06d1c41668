from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    name = "donations"
    verbose_name = _("Donations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.registries import form_destinations
        from donations import checks, dashboard, gateway, jobs, log_actions, personal_data, resources  # noqa: F401

        checks.refuse_to_start()
        form_destinations.register("donations", gateway.payment_page_origins)
        jobs.register()
        dashboard.register()
        log_actions.register()
        personal_data.register()
