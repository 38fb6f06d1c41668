"""The one list of all records: what model admins and snippets show, with the same columns and filters."""

from cms.listing.columns import (
    BooleanColumn,
    Column,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    UserColumn,
)
from cms.listing.filters import RecordFilterSet
from cms.listing.snippets import RecordSnippetViewSet
from cms.listing.views import RecordIndexView, RecordListMixin

__all__ = [
    "BooleanColumn",
    "Column",
    "DateColumn",
    "LinkColumn",
    "MoneyColumn",
    "NumberColumn",
    "RecordFilterSet",
    "RecordIndexView",
    "RecordListMixin",
    "RecordSnippetViewSet",
    "StateColumn",
    "UserColumn",
]
