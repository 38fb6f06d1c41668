"""The catalogues of translations: ``python -m settings.messages update | compile | check``.

Written with Babel and Django's own template reader, so that no system package (gettext) is needed.
"""
