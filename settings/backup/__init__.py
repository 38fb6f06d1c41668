"""One file that holds the whole site: the database, the public files and the private ones.

``python -m settings.backup save`` and ``... restore FILE [--over]``; see docs/operations.md.
"""
