"""``make run``: environment, database, demo content, then every process of the site under one manager.

Each step is skipped when there is nothing to do, so that a second start only looks and goes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from settings.launch import environment, state
from settings.launch.trouble import told_in_one_sentence


def main() -> NoReturn:
    root = environment.ROOT
    port = state.read_port(os.environ.get("PORT"))
    state.require_free(port, "the site")
    state.require_free(port + 1, "the local Stripe")
    on_sqlite = not os.environ.get("DATABASE_URL")
    database = root / "var" / "cultnetwork.sqlite3"
    if on_sqlite:
        state.require_sound(database)
    python = str(environment.ensure(root))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.dev"
    steps = [[python, "-m", "settings.messages", "compile"]]
    if not (on_sqlite and state.is_prepared(root, database)):
        steps.append([python, "-m", "settings.launch.prepare"])
    for step in steps:
        code = subprocess.run(step, cwd=root, check=False).returncode
        if code:
            sys.exit(code)
    # The manager takes this process's place, so that Ctrl-C and signals reach it directly.
    os.chdir(root)
    os.execv(python, [python, "-m", "settings.launch.processes"])


if __name__ == "__main__":
    with told_in_one_sentence():
        main()
