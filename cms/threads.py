"""From what a page is about to the threads of its weave."""

from __future__ import annotations

from collections.abc import Iterable

from cms.weave import RHYTHMS, VOICES, WHOLE, Hue, Thread, thread_for


def thread_of(item: object) -> Thread:
    """The thread of anything a template may hold.

    item: a Thread; an object with .thread, with .hue and .rhythm (a competence), or with .slug;
    anything else is taken for a stable id.
    """
    if isinstance(item, Thread):
        return item
    own = getattr(item, "thread", None)
    if isinstance(own, Thread):
        return own
    hue, rhythm = getattr(item, "hue", None), getattr(item, "rhythm", None)
    if hue in set(VOICES) and rhythm in RHYTHMS:
        return Thread(Hue(hue), rhythm)
    return thread_for(getattr(item, "slug", None) or item)


def threads_of(items: object, *, seed: object = None) -> list[Thread]:
    """The threads of a list, of one thing, or of the whole network ("all").

    Of nothing: the thread of the seed, or none without a seed.
    """
    if items == "all":
        return list(WHOLE)
    if not items:
        return [thread_for(seed)] if seed else []
    if isinstance(items, str | Thread) or not isinstance(items, Iterable):
        return [thread_of(items)]
    return [thread_of(item) for item in items]
