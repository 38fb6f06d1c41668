"""The site as the benchmarks run it: nothing for developers, a database and files of its own."""

import os
from pathlib import Path

from settings.dev import *
from settings.parts.env import database, sqlite

_place = Path(os.environ["BENCH_DIR"])
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "tests.benchmarks.bare"]
if os.environ.get("BENCH_DATABASE"):
    DATABASES = {"default": database(os.environ["BENCH_DATABASE"])}
else:
    DATABASES = {"default": sqlite(_place / "bench.sqlite3")}
MEDIA_ROOT = _place / "media"
PRIVATE_MEDIA_ROOT = _place / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
DEMO_ACCOUNTS_FILE = _place / "demo-accounts.txt"
