"""The table of a list: the column that opens a row, and the cards of a phone."""

from wagtail.admin.ui import tables


class TitleColumn(tables.TitleColumn):
    """The first column: the row's name, which opens it."""

    cell_template_name = "cms/admin/listing/title_cell.html"
    kind = "title"


class RecordTable(tables.Table):
    """A table that a phone shows as cards, and that says what it lists."""

    template_name = "cms/admin/listing/table.html"
    classname = "listing record-list"
