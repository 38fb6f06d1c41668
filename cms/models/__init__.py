"""The platform's own records. Import them from here."""

from cms.models.bulk_runs import BulkRow, BulkRun
from cms.models.chrome import SiteChrome, SocialLink
from cms.models.clock_run import ClockRun
from cms.models.consent import ConsentRecord
from cms.models.custom_fields import (
    CustomChoice,
    CustomField,
    CustomFile,
    FieldKind,
    FieldWork,
    FilterValue,
)
from cms.models.doors import Lockout, SecondFactorPolicy, SignIn
from cms.models.has_custom_fields import HasCustomFields
from cms.models.imports import ImportBatch, ImportMapping, StagedRow
from cms.models.list_columns import ListColumns
from cms.models.menus import Menu, MenuItem
from cms.models.merged_record import MergedRecord
from cms.models.outbox import OutboxMessage, Stream, Suppression, UnsubscribeLink
from cms.models.privacy import DoomedFile, ErasedRow, PrivacyRequest, PrivacyRow
from cms.models.record import Record
from cms.models.record_words import RecordWords
from cms.models.retention import RetentionRule
from cms.models.saved_view import SavedView, ViewPin
from cms.models.staff_token import StaffToken

__all__ = [
    "BulkRow",
    "BulkRun",
    "ClockRun",
    "ConsentRecord",
    "CustomChoice",
    "CustomField",
    "CustomFile",
    "DoomedFile",
    "ErasedRow",
    "FieldKind",
    "FieldWork",
    "FilterValue",
    "HasCustomFields",
    "ImportBatch",
    "ImportMapping",
    "ListColumns",
    "Lockout",
    "Menu",
    "MenuItem",
    "MergedRecord",
    "OutboxMessage",
    "PrivacyRequest",
    "PrivacyRow",
    "Record",
    "RecordWords",
    "RetentionRule",
    "SavedView",
    "SecondFactorPolicy",
    "SignIn",
    "SiteChrome",
    "SocialLink",
    "StaffToken",
    "StagedRow",
    "Stream",
    "Suppression",
    "UnsubscribeLink",
    "ViewPin",
]
