"""What a list shows, as a file: the same rows, columns and order, with a permission of its own."""

from cms.spreadsheets.export.rights import holds_people, may_export
from cms.spreadsheets.export.sheet import Sheet, Unwritable

__all__ = ["Sheet", "Unwritable", "holds_people", "may_export"]
