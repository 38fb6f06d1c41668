"""Secrets that a development site makes for itself and keeps in var/, readable by their owner only."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, *, prefix: str = "") -> str:
    """Read the secret kept at path, or make one; safe when several processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    value = prefix + secrets.token_urlsafe(48)
    with os.fdopen(handle, "w") as file:
        file.write(value)
    return value
