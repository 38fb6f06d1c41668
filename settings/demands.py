"""What production demands of its environment, told all at once and by name."""

from collections.abc import Mapping
from pathlib import Path

NEEDED = {
    "SECRET_KEY": "a long random text, kept secret",
    "ALLOWED_HOSTS": "the site's host names, separated by commas",
    "BASE_URL": "the site's public address, such as https://www.example.org",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "CACHE_URL": "redis://host:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
    "MEDIA_ROOT": "the folder of public files",
    "PRIVATE_MEDIA_ROOT": "the folder of private files, outside MEDIA_ROOT",
}
DATABASES = ("postgres://", "postgresql://", "sqlite:///")
CACHES = ("redis://", "rediss://", "unix://")


def unmet(environment: Mapping[str, str]) -> list[str]:
    """What keeps a public site from starting, one sentence each; empty when all is well."""
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    missing = [f"{name} ({what})" for name, what in NEEDED.items() if not given[name]]
    found = [f"Set these environment variables: {'; '.join(missing)}."] if missing else []
    if 0 < len(given["SECRET_KEY"]) < 50:
        found.append("SECRET_KEY is short: use 50 random characters or more.")
    if "*" in given["ALLOWED_HOSTS"].split(","):
        found.append("ALLOWED_HOSTS must name the site's hosts, not all of them.")
    if given["BASE_URL"] and not given["BASE_URL"].startswith("https://"):
        found.append("BASE_URL must start with https://.")
    if given["DATABASE_URL"] and not given["DATABASE_URL"].startswith(DATABASES):
        found.append(f"DATABASE_URL must look like {NEEDED['DATABASE_URL']}.")
    if given["CACHE_URL"] and not given["CACHE_URL"].startswith(CACHES):
        found.append(f"CACHE_URL must look like {NEEDED['CACHE_URL']}.")
    found += _unmet_by_folders(given["MEDIA_ROOT"], given["PRIVATE_MEDIA_ROOT"])
    return found


def _unmet_by_folders(public: str, private: str) -> list[str]:
    if not (public and private):
        return []
    if not all(Path(folder).is_absolute() for folder in (public, private)):
        return ["MEDIA_ROOT and PRIVATE_MEDIA_ROOT must be absolute paths."]
    if Path(private).resolve().is_relative_to(Path(public).resolve()):
        return ["PRIVATE_MEDIA_ROOT must be outside MEDIA_ROOT, whose files everybody may fetch."]
    return []
