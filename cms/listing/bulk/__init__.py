"""What can be done to many rows of a list at once, after seeing what would change for each."""

from cms.listing.bulk.actions import MOST_ROWS, BulkAction, BulkForm, bulk_actions_for, more_bulk_actions
from cms.listing.bulk.common import bulk_actions_of, delete_many, set_field

__all__ = [
    "MOST_ROWS",
    "BulkAction",
    "BulkForm",
    "bulk_actions_for",
    "bulk_actions_of",
    "delete_many",
    "more_bulk_actions",
    "set_field",
]
