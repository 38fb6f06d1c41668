"""Papers set by typst: accessible PDFs (PDF/UA-1) with fonts of our own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from cms.weave import standalone, thread_for

FOLDER = Path(__file__).parent / "typst"


def set_paper(template: str, data: dict[str, Any]) -> bytes:
    """A PDF of a template of ours and its words. The same data give the same bytes.

    Raises whatever typst finds wrong.
    """
    # A name in a script that our fonts lack must not cost the donor the paper: then the machine's
    # fonts may help, and at last the page goes out without its mark of accessibility.
    for own_fonts_only, standards in ((True, ["ua-1"]), (False, ["ua-1"]), (False, [])):
        try:
            return typst.compile(
                FOLDER / template,
                format="pdf",
                root=FOLDER,
                font_paths=[FOLDER / "fonts"],
                ignore_system_fonts=own_fonts_only,
                sys_inputs={"data": json.dumps(data)},
                pdf_standards=standards,
            )
        except typst.TypstError as problem:
            if "could not be displayed with font" not in str(problem) or not standards:
                raise
    raise AssertionError("unreachable")


@cache
def weave(name: str) -> str:
    """The woven band over a paper of this name's, as SVG."""
    voices = [thread_for(f"{name}-{place}") for place in range(4)]
    return standalone(name, voices, size="header")
