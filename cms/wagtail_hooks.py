"""What the platform adds to Wagtail's admin."""

from functools import partial

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from cms import menus

for _group in menus.MenuGroup:
    if not _group.is_wagtails:
        hooks.register("register_admin_menu_item", partial(menus.group_item, _group))

hooks.register("construct_main_menu", menus.arrange)


@hooks.register("insert_global_admin_css")
def record_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/records.css"))
