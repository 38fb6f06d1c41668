from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "donations.sandbox"
    label = "sandbox"
    verbose_name = "Local Stripe"
    default_auto_field = "django.db.models.BigAutoField"
