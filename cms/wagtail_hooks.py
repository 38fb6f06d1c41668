"""What the platform adds to Wagtail's admin."""

from functools import partial

from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks

from cms import audit, menus, page_policy, reports, sign_ins
from cms.custom_fields import menu as custom_fields_menu
from cms.deleting import refuse_held
from cms.doors import hooks as doors
from cms.home import MorningPaper
from cms.listing import RecordSnippetViewSet, StateColumn
from cms.modeladmin import history
from cms.models import Menu
from cms.privacy import modeladmins as privacy
from cms.privacy import retention_modeladmins as retention
from cms.privacy import staff_views as privacy_views
from cms.saved_views import menu as view_menu
from cms.saved_views import urls as view_urls
from cms.spreadsheets.export import urls as export_urls
from cms.spreadsheets.views import urls as import_urls
from cms.tokens import urls as token_urls
from cms.tokens.admin import StaffTokenAdmin, account_item
from cms.twins.views import urlpatterns as merge_urls

for _group in menus.MenuGroup:
    if not _group.is_wagtails:
        hooks.register("register_admin_menu_item", partial(menus.group_item, _group))
    hooks.register(_group.construct_hook, view_menu.add_pinned)

hooks.register("construct_main_menu", menus.arrange)
hooks.register("construct_reports_menu", menus.trim_reports)
hooks.register("before_bulk_action", refuse_held)
hooks.register("register_admin_urls", lambda: token_urls.urlpatterns)
custom_fields_menu.register()
hooks.register("register_admin_urls", lambda: export_urls.urlpatterns)
hooks.register("register_admin_urls", lambda: import_urls.urlpatterns)
hooks.register("register_admin_urls", lambda: view_urls.urlpatterns)
hooks.register("after_bulk_action", sign_ins.note_bulk)
hooks.register("before_bulk_action", sign_ins.note_deleted, order=1000)
doors.register()
menus.register(menus.MenuGroup.REPORTS, doors.LockoutAdmin)
page_policy.register()

for _report in reports.REPORTS:
    menus.register(menus.MenuGroup.REPORTS, _report)
menus.register(menus.MenuGroup.REPORTS, privacy.PrivacyRequestAdmin)
menus.register(menus.MenuGroup.SETTINGS, retention.RetentionRuleAdmin)
hooks.register("register_admin_urls", privacy_views.urls)


@hooks.register("insert_global_admin_css")
def house_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("insert_global_admin_css")
def record_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/records.css"))


@hooks.register("insert_global_admin_css")
def chart_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/charts.css"))


@hooks.register("insert_global_admin_js")
def record_scripts() -> str:
    return format_html('<script defer src="{}"></script>', static("cms/admin/records.js"))


@hooks.register("insert_editor_js")
def names_of_rich_texts() -> str:
    return format_html('<script defer src="{}"></script>', static("cms/admin/rich_text_names.js"))


@hooks.register("register_admin_urls")
def lists() -> list:
    return [path("lists/", include("cms.listing.urls"))]


@hooks.register("register_admin_urls")
def merging() -> list:
    return merge_urls


@hooks.register("insert_global_admin_css")
def view_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/saved-views.css"))


@hooks.register("insert_global_admin_js")
def view_script() -> str:
    return format_html('<script src="{}" defer></script>', static("cms/admin/saved-views.js"))


@hooks.register("insert_global_admin_css")
def door_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin/doors.css"))


@hooks.register("register_log_actions")
def name_log_actions(registry) -> None:
    """Give Wagtail's log the names of our actions."""
    for action, (label, message) in audit.actions.items():
        registry.register_action(action, label, message)


# After Wagtail's own, whose word for an edit it replaces.
hooks.register("register_log_actions", history.register, order=1000)


class MenuViewSet(RecordSnippetViewSet):
    model = Menu
    help_text = gettext_lazy(
        "The menus of the public site. An entry leads to a page or to an address; a page that is "
        "not published is left out by itself."
    )
    icon = "list-ul"
    list_columns = ("__str__", StateColumn("place"), "site", "updated_at")
    list_select_related = ("site",)
    list_filter = ("place", "site")


menus.register(menus.MenuGroup.SETTINGS, MenuViewSet)


menus.register(menus.MenuGroup.SETTINGS, StaffTokenAdmin)
hooks.register("register_account_menu_item", account_item)


@hooks.register("construct_homepage_panels")
def morning_paper(request, panels: list) -> None:
    panels.append(MorningPaper())
