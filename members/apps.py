from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("People and work")
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        from members import (  # noqa: F401
            consents,
            dashboard,
            log_actions,
            people,
            personal_data,
            resources,
            rows,
            timeline,
            twins,
        )

        log_actions.register()
        consents.register()
        personal_data.register()
        rows.register()
        people.register()
        dashboard.register()
        timeline.register()
        twins.register()


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens of the people who log in, with the cooperative each one works for."""

    default = False
    user_viewset = "members.user_admin.UserViewSet"
