"""The way of a spreadsheet into the records: uploaded, understood, looked at, confirmed, perhaps undone.

    starting -> staging -> (a person looks) -> writing -> following, and undoing

Each step finds its work in the batch's row (`running`), so that a killed worker loses nothing.
"""
