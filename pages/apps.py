from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pages import dashboard, rights, rows, signals, translation_gate

        signals.connect()
        translation_gate.close()
        rights.connect()
        rows.register()
        dashboard.register()
