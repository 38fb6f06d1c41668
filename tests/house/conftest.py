"""A copy of the project with a var/ of its own, to start its commands as a person would."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from settings.launch import environment

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True)
class Project:
    """A fresh clone whose .venv is the one that runs the tests, so that nothing needs installing."""

    root: Path

    @property
    def python(self) -> list[str]:
        return [str(self.root / ".venv" / "bin" / "python")]

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own settings."""
        return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}

    def has_its_packages(self) -> None:
        """Say that the pins are installed, as they are."""
        stamp = {environment.SITE: environment.fingerprint(self.root / environment.SITE)}
        (self.root / ".venv" / "cultnetwork.json").write_text(json.dumps(stamp))

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess:
        """Run a command there to its end, at most two minutes."""
        return subprocess.run(
            command,
            cwd=self.root,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    root = tmp_path_factory.mktemp("clone")
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "var", "tests", "docs", "__pycache__", "node_modules", ".*_cache"
    )
    shutil.copytree(settings.PROJECT_DIR, root, ignore=ignored, dirs_exist_ok=True)
    venv = root / ".venv"
    venv.mkdir()
    here = Path(sys.prefix)
    for name in ("bin", "lib", "lib64", "include"):
        if (here / name).exists():
            (venv / name).symlink_to(here / name)
    shutil.copy(here / "pyvenv.cfg", venv)
    return Project(root)
