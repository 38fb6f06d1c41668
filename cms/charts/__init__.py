"""Charts of the back office: drawn here as SVG, with the table of their numbers behind each.

    chart = Chart(
        title=_("Donations by month"),
        places=[Place("nov", "November 2026"), ...],
        series=[Series(_("once"), Thread(Hue.LAKE), [Cell(125000, "1.250,00 €", url), ...]), ...],
        written=lambda cents: Money(cents).short(),
        step=100,
    )
    {% include "cms/admin/_chart.html" with chart=chart only %}

`Chart` draws columns that stand on each other, `Bars` a table with a bar in each row. Both ask for nothing
from elsewhere, need no script, follow the admin's light and dark, and print.
"""

from cms.charts.bars import Bar, Bars
from cms.charts.columns import Cell, Chart, Place, Series

__all__ = ["Bar", "Bars", "Cell", "Chart", "Place", "Series"]
