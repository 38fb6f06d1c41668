"""The parent's side of reading: start the child, pass on its rows, turn its death into a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.spreadsheets.reading.refusals import Refused

CHILD = "cms.spreadsheets.reader"


def look(path: Path) -> dict[str, Any]:
    """What the file is. Raises Refused."""
    limits = settings.SPREADSHEET_LIMITS
    size = path.stat().st_size
    if not size:
        raise Refused("empty")
    if size > limits["megabytes"] * 1_000_000:
        raise Refused("too_big", limit=limits["megabytes"])
    with _child("look", path) as child:
        try:
            out, _errors = child.communicate(timeout=limits["wall_seconds"])
        except subprocess.TimeoutExpired as slow:
            child.kill()
            raise Refused("too_heavy") from slow
    lines = out.splitlines()
    return _message(lines[-1] if lines else b"")


def rows(path: Path, sheet: str) -> Iterator[tuple[int, bool, list]]:
    """The rows of a sheet as the child sends them. Raises Refused."""
    with _child("rows", path, sheet) as child:
        try:
            for line in child.stdout:
                message = _message(line)
                if "end" in message:
                    return
                yield from message["rows"]
            raise Refused("too_heavy")
        finally:
            # Whoever stops reading early leaves nothing running.
            child.kill()


def _message(line: bytes) -> dict[str, Any]:
    """One line of the child. Raises Refused if it says so, or if it died while writing."""
    try:
        message = json.loads(line)
    except ValueError as cut:
        raise Refused("too_heavy") from cut
    if "refused" in message:
        raise Refused(message["refused"], **message["params"])
    return message


def _child(verb: str, path: Path, sheet: str = "") -> subprocess.Popen:
    order = {"path": str(Path(path).resolve()), "sheet": sheet, "limits": settings.SPREADSHEET_LIMITS}
    return subprocess.Popen(
        [sys.executable, "-m", CHILD, verb, json.dumps(order)],
        cwd=settings.PROJECT_DIR,
        # None of the site's secrets is in reach of what the file might do.
        env={"PYTHONPATH": str(settings.PROJECT_DIR), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
