"""The screens where staff define fields, and the door of kept files."""
