"""The screens of working records: a list, a page, a form and a history of each, within a person's rights."""

from cms.modeladmin.actions import RecordAction, RecordActionForm
from cms.modeladmin.options import RecordModelAdmin
from cms.modeladmin.panels import InspectPanel

__all__ = ["InspectPanel", "RecordAction", "RecordActionForm", "RecordModelAdmin"]
