#!/usr/bin/env python
"""The door to every command of Cultnetwork. Without a variable it works on the development settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        raise SystemExit(
            "Django is not installed for this Python. Run `make run`, or activate the virtual "
            "environment and run `pip install -r requirements.txt`."
        ) from missing
    from django.core.exceptions import ImproperlyConfigured

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        if os.environ.get("DEBUG"):
            raise
        raise SystemExit(f"{problem}") from None


if __name__ == "__main__":
    main()
