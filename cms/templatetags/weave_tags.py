"""Template tags that draw: the weave, and the bar of a campaign."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from cms import weave as drawing
from cms.cloth_bar import HEIGHT, WIDTH, cloth_bar
from cms.weave import Hue, Thread, thread_for

register = template.Library()

# The network as a whole: a thread of each hue.
WHOLE = [Thread(hue, 1 + number % len(drawing.RHYTHMS)) for number, hue in enumerate(drawing.VOICES)]


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
    if hue in set(drawing.VOICES) and rhythm in drawing.RHYTHMS:
        return Thread(Hue(hue), rhythm)
    return thread_for(getattr(item, "slug", None) or item)


def threads_of(items: object) -> list[Thread]:
    """The threads of a list, of one thing, or of nothing."""
    if not items:
        return []
    if isinstance(items, str | Thread) or not isinstance(items, Iterable):
        return [thread_of(items)]
    return [thread_of(item) for item in items]


@register.simple_tag
def weave(
    seed: object, threads: object = None, size: str = "card", title: str = "", extra_class: str = ""
) -> SafeString:
    """{% weave page.slug threads "card" %}: see docs/design-system.md. Unknown sizes draw a card.

    threads: what threads_of takes; "all" for one thread of each hue (the whole network).
    """
    woven = WHOLE if threads == "all" else threads_of(threads) or ([thread_for(seed)] if seed else [])
    known = size if size in drawing.SIZES else "card"
    # The drawing escapes the two words it takes from outside (title and class).
    return mark_safe(drawing.weave(seed, woven, known, title=title, extra_class=extra_class))


@register.filter
def hue_of(item: object) -> str:
    """{{ cooperative|hue_of }}: the class that gives an element the colour of this thing's thread."""
    return thread_of(item).hue_class


@register.inclusion_tag("cms/_progress_bar.html")
def progress_bar(
    *,
    raised_cents: int = 0,
    goal_cents: int = 0,
    matched_cents: int = 0,
    minimum_cents: int = 0,
    label: str = "",
) -> dict[str, object]:
    """The bar of a campaign. Amounts in cents; label: the whole sentence for who cannot see the picture."""
    bar = cloth_bar(
        raised_cents=int(raised_cents or 0),
        goal_cents=int(goal_cents or 0),
        matched_cents=int(matched_cents or 0),
        minimum_cents=int(minimum_cents or 0),
    )
    return {"bar": bar, "label": label, "view_box": f"0 0 {WIDTH} {HEIGHT}"}
