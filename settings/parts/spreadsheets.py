"""What a spreadsheet may hold before it is refused, and what reading it may cost. See
docs/decisions/spreadsheets.md for what was measured."""

SPREADSHEET_LIMITS = {
    # Of the file as sent. 200,000 rows of ten columns are some 12 MB of xlsx, 20 MB of csv.
    "megabytes": 40,
    # Of all parts of an xlsx or ods unpacked: 200,000 rows of ten columns are 110 MB. A bomb is a thousand
    # times its own size.
    "unpacked_megabytes": 600,
    # Parts of an archive: a sheet, its pictures, its relations. Thousands are no spreadsheet.
    "parts": 2000,
    # The network's largest list is far below; more belongs to a migration by hand.
    "rows": 250_000,
    # The widest list has some forty columns. Sheets formatted to column XFD are refused only if they hold
    # something there.
    "columns": 300,
    "sheets": 60,
    # Excel itself allows 32,767 characters in a cell.
    "cell_characters": 40_000,
    # Address space of the process that reads, and its seconds on the processor: the backstop for what the
    # limits above do not see coming, such as a cell at the far end of a sheet.
    "memory_megabytes": 1024,
    "cpu_seconds": 40,
    # Seconds that looking a file through may take by the clock, on a busy machine.
    "wall_seconds": 90,
}
