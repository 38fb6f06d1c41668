"""The picture a shared link shows: the title of a page beside its weave, as a PNG of 1200 x 630 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typst

from cms.weave import Thread, standalone

FONTS = Path(__file__).parent / "fonts"
MARK = (Path(__file__).parent / "static" / "cms" / "mark.svg").read_text()
LONGEST_TITLE = 110

# What the page says comes as input, never as source: a title is words, not markup.
_SOURCE = b"""
#set page(width: 1200pt, height: 630pt, margin: 0pt, fill: rgb("#FBF7F0"))
#set text(font: "Bricolage Grotesque", weight: "bold", fill: rgb("#1C1A22"), lang: sys.inputs.lang)
#set text(tracking: -0.015em)
#set par(leading: 0.36em)
#let title = sys.inputs.title
#let size = if title.len() < 24 { 92pt } else if title.len() < 60 { 68pt } else { 52pt }
#place(top + right, image(bytes(sys.inputs.weave), format: "svg", height: 630pt))
#place(top + left, dx: 64pt, dy: 60pt, stack(dir: ltr, spacing: 16pt,
  image(bytes(sys.inputs.mark), format: "svg", width: 44pt),
  align(horizon, text(size: 30pt, sys.inputs.site))))
#let broken = title.split(" ").any(word => word.len() > 16)
#place(bottom + left, dx: 64pt, dy: -64pt, block(width: 540pt, stack(spacing: 26pt,
  text(size: 28pt, fill: rgb("#A23A1F"), sys.inputs.kicker),
  par(text(size: size, hyphenate: broken, title)))))
"""


def social_card(
    *,
    title: str,
    seed: object,
    threads: Sequence[Thread],
    site_name: str,
    kicker: str = "",
    language: str = "it",
) -> bytes:
    """Draw the card. title: cut at LONGEST_TITLE characters; language: for breaking long words.

    Returns the bytes of a PNG. Takes some 50 ms: keep the answer in the cache.
    """
    shown = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    return typst.compile(
        _SOURCE,
        format="png",
        ppi=72,
        font_paths=[str(FONTS)],
        sys_inputs={
            "title": shown,
            "kicker": kicker,
            "site": site_name,
            "lang": language[:2],
            "weave": standalone(seed, threads, "hero", paper=None),
            "mark": MARK,
        },
    )
