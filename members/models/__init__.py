from members.models.competence import Audience, Competence, Hue
from members.models.consent_text import ConsentPurpose, ConsentText, ConsentTextVersion
from members.models.contact import Contact, Position
from members.models.cooperative import Cooperative, LegalForm
from members.models.course import Course
from members.models.course_edition import CourseEdition, Session
from members.models.enrolment import Enrolment
from members.models.exchange import Exchange, ExchangeKind
from members.models.languages import Language
from members.models.lead import Lead, LeadNote, LeadStageMove
from members.models.lead_stage import LeadStage, LostReason, StageKind
from members.models.lists import LeadOrigin, Territory
from members.models.organisation import Nature, Organisation, OrganisationKind
from members.models.service_format import FormatPart, ServiceFormat
from members.models.user import User

__all__ = [
    "Audience",
    "Competence",
    "ConsentPurpose",
    "ConsentText",
    "ConsentTextVersion",
    "Contact",
    "Cooperative",
    "Course",
    "CourseEdition",
    "Enrolment",
    "Exchange",
    "ExchangeKind",
    "FormatPart",
    "Hue",
    "Language",
    "Lead",
    "LeadNote",
    "LeadOrigin",
    "LeadStage",
    "LeadStageMove",
    "LegalForm",
    "LostReason",
    "Nature",
    "Organisation",
    "OrganisationKind",
    "Position",
    "ServiceFormat",
    "Session",
    "StageKind",
    "Territory",
    "User",
]
