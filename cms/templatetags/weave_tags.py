"""Template tags that draw: the weave, and the bar of a campaign."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from cms import weave as drawing
from cms.cloth_bar import HEIGHT, WIDTH, cloth_bar
from cms.threads import thread_of, threads_of

register = template.Library()


@register.simple_tag
def weave(
    seed: object, threads: object = None, size: str = "card", title: str = "", extra_class: str = ""
) -> SafeString:
    """{% weave page.slug threads "card" %}: see docs/design-system.md. Unknown sizes draw a card.

    threads: what cms.threads.threads_of takes.
    """
    known = size if size in drawing.SIZES else "card"
    woven = threads_of(threads, seed=seed)
    # The drawing escapes the two words it takes from outside (title and class).
    return mark_safe(drawing.weave(seed, woven, known, title=title or "", extra_class=extra_class))


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
