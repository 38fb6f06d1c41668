"""The table of a list: the column that opens a row, and the cards of a phone."""

from typing import Any

from wagtail.admin.ui import tables


class TitleColumn(tables.TitleColumn):
    """The first column: the row's name, which opens it."""

    cell_template_name = "cms/admin/listing/title_cell.html"
    kind = "title"


class SelectColumn(tables.BaseColumn):
    """A tick for each row, for what is done to many at once."""

    header_template_name = "cms/admin/listing/select_header.html"
    cell_template_name = "cms/admin/listing/select_cell.html"

    def get_cell_context_data(self, instance, parent_context) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "value": instance.pk, "described_by": row_id(instance)}


def row_id(row: Any) -> str:
    """The id of a row's name on the page."""
    return f"row-{row.pk}"


class RecordTable(tables.Table):
    """A table that a phone shows as cards, and that says what it lists."""

    template_name = "cms/admin/listing/table.html"
    classname = "listing record-list"

    def get_row_attrs(self, instance) -> dict[str, Any]:
        return {**super().get_row_attrs(instance), "data-row": row_id(instance)}
