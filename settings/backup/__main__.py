"""``python -m settings.backup save [FOLDER]`` and ``python -m settings.backup restore FILE [--over]``."""

import argparse
import os
from pathlib import Path

import django

from settings.launch.environment import ROOT
from settings.launch.state import forget_prepared
from settings.launch.trouble import told_in_one_sentence


def main() -> None:
    parser = argparse.ArgumentParser(prog="backup", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    save = commands.add_parser("save", help="save the database and both storages as one file")
    save.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "backups")
    restore = commands.add_parser("restore", help="bring a backup back")
    restore.add_argument("file", type=Path)
    restore.add_argument("--over", action="store_true", help="replace what is there, after saving it")
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    django.setup()
    from settings.backup import archive

    if options.what == "save":
        made = archive.save(options.folder)
        print(f"Saved {os.path.relpath(made)} ({made.stat().st_size / 1e6:.1f} MB)")
        return
    kept = archive.restore(options.file, over=options.over, backups=ROOT / "var" / "backups")
    forget_prepared(ROOT)
    if kept:
        print(f"What was there is kept as {os.path.relpath(kept)}")
    print(f"Restored {options.file}. If it is older than the code, run manage.py migrate (make run does).")


if __name__ == "__main__":
    with told_in_one_sentence():
        main()
