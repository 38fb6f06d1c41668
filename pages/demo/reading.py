"""Reads the demo's words from the TOML files beside it."""

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"


def read(name: str) -> dict[str, Any]:
    """The content of one file, by its name without the ending."""
    return tomllib.loads((HERE / "content" / f"{name}.toml").read_text(encoding="utf-8"))


def pair(row: dict[str, Any], *names: str) -> dict[str, str]:
    """The Italian and English columns of the named texts, as keyword arguments."""
    return {f"{name}_{code}": row.get(f"{name}_{code}", "") for name in names for code in ("it", "en")}
