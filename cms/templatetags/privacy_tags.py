"""Words for the report of an erasure."""

from django import template

from cms.privacy.sources import Fate

register = template.Library()


@register.filter
def fate_label(fate: str) -> str:
    """What became of rows, in the reader's language."""
    return str(Fate(fate).label) if fate in Fate.values else ""
