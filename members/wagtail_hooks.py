"""Where people and work stand in the back office."""

from wagtail import hooks

from cms.menus import MenuGroup, register
from members.choosers import CHOOSERS
from members.modeladmins.clients import ContactAdmin, OrganisationAdmin
from members.modeladmins.courses import CourseEditionAdmin, EnrolmentAdmin
from members.modeladmins.exchanges import ExchangeAdmin
from members.modeladmins.lists import (
    ConsentTextAdmin,
    LeadOriginAdmin,
    LeadStageAdmin,
    LostReasonAdmin,
    TerritoryAdmin,
)
from members.modeladmins.network import CooperativeAdmin, FormatPartAdmin, ServiceFormatAdmin
from members.modeladmins.requests import LeadAdmin
from members.snippets import AudienceViewSet, CompetenceViewSet, CourseViewSet
from members.user_admin import spare_superusers

for group, entries in {
    MenuGroup.NETWORK: [
        CooperativeAdmin,
        ServiceFormatAdmin,
        FormatPartAdmin,
        CompetenceViewSet,
        AudienceViewSet,
    ],
    MenuGroup.REQUESTS: [LeadAdmin, OrganisationAdmin, ContactAdmin, ExchangeAdmin],
    MenuGroup.COURSES: [CourseViewSet, CourseEditionAdmin, EnrolmentAdmin],
    MenuGroup.SETTINGS: [
        LeadStageAdmin,
        LostReasonAdmin,
        LeadOriginAdmin,
        TerritoryAdmin,
        ConsentTextAdmin,
    ],
}.items():
    for entry in entries:
        register(group, entry)


hooks.register("before_bulk_action", spare_superusers)


@hooks.register("register_admin_viewset")
def choosers():
    return CHOOSERS
