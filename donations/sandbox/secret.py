"""The webhook secret in ``var/``: made once by whoever comes first, the site or the sandbox."""

import os
import secrets
import tempfile
import time
from pathlib import Path


def read_or_make(path: Path) -> str:
    """The secret in this file, made now if there is none; readable by its owner only.

    Two processes that start together get the same one: the file appears whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
        with os.fdopen(handle, "w") as file:
            file.write(f"whsec_{secrets.token_urlsafe(32)}\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return _read(path)


def _read(path: Path) -> str:
    """What the file holds, waiting a moment for another process that is still writing it."""
    for _look in range(50):
        if secret := path.read_text().strip():
            return secret
        time.sleep(0.02)
    raise ValueError(f"{path} is empty: delete it and start again")
