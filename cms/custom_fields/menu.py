"""Where custom fields stand in the back office."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms import menus
from cms.custom_fields import urls


class CustomFieldsItem(MenuItem):
    """For who may look at the definitions."""

    def __init__(self) -> None:
        super().__init__(_("Custom fields"), reverse("custom_fields:kinds"), icon_name="form", order=705)

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cms.view_customfield")


def styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/custom-fields.css"))


def register() -> None:
    """Called by the app's wagtail_hooks."""
    menus.register(menus.MenuGroup.SETTINGS, CustomFieldsItem)
    hooks.register("register_admin_urls", lambda: urls.urlpatterns)
    hooks.register("insert_global_admin_css", styles)
