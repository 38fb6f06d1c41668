"""Two records that may be one: shown before saving and on their pages, compared, and merged.

A kind of record takes part by a `TwinRule` in `twin_rules`; form, page and sheet ask that one rule.
"""

from cms.twins.rules import Twin, TwinRule, twin_rules, twins_of

__all__ = ["Twin", "TwinRule", "twin_rules", "twins_of"]
