from pages.models.campaign import CampaignPage
from pages.models.contact import ContactPage
from pages.models.cooperative import CooperativeIndexPage, CooperativePage
from pages.models.courses import CourseIndexPage
from pages.models.demo import DemoMark
from pages.models.donate import DonatePage
from pages.models.event import EventIndexPage, EventPage
from pages.models.home import HomePage
from pages.models.project import ProjectPage
from pages.models.service_format import ServiceFormatIndexPage, ServiceFormatPage
from pages.models.standard import StandardPage

__all__ = [
    "CampaignPage",
    "ContactPage",
    "CooperativeIndexPage",
    "CooperativePage",
    "CourseIndexPage",
    "DemoMark",
    "DonatePage",
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "ProjectPage",
    "ServiceFormatIndexPage",
    "ServiceFormatPage",
    "StandardPage",
]
