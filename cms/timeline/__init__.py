"""One timeline of a person or body: what every part of the site knows of them, the latest first."""

from cms.timeline.moments import About, Moment, Moments, subjects, timeline_sources
from cms.timeline.panel import TimelinePanel

__all__ = ["About", "Moment", "Moments", "TimelinePanel", "subjects", "timeline_sources"]
