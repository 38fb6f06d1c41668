"""Where the settings read the environment. Every variable is documented in docs/architecture.md."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def sqlite(name: Path) -> dict:
    """A SQLite database that several processes may write: WAL, and write locks taken at the start."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def database(url: str) -> dict:
    """A database by its address, with SQLite set up as above."""
    found = env.db_url_config(url)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        return sqlite(Path(found["NAME"]))
    # A thread keeps its connection for a minute, and looks first whether it still stands.
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **found}


def cache(url: str) -> dict:
    """The shared cache: Redis by its address, else a table of the database."""
    if url:
        return {"BACKEND": "cms.cache.RedisCache", "LOCATION": url, "KEY_PREFIX": "cultnetwork"}
    # Room for the counters of rate limits: with the default of 300 entries anybody could push theirs out.
    return {"BACKEND": "cms.cache.DatabaseCache", "LOCATION": "cache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
