"""The one list of all records: what model admins and snippets show, with the same columns and filters."""

from cms.listing.snippets import RecordSnippetViewSet
from cms.listing.views import RecordIndexView, RecordListMixin
from cms.sources import Only, RecordFilterSet
from cms.sources.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    LinkColumn,
    ListColumn,
    MoneyColumn,
    NumberColumn,
    RowColumn,
    StateColumn,
    UserColumn,
)

__all__ = [
    "BooleanColumn",
    "ChoiceColumn",
    "Column",
    "DateColumn",
    "LinkColumn",
    "ListColumn",
    "MoneyColumn",
    "NumberColumn",
    "Only",
    "RecordFilterSet",
    "RecordIndexView",
    "RecordListMixin",
    "RecordSnippetViewSet",
    "RowColumn",
    "StateColumn",
    "UserColumn",
]
