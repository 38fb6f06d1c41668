"""`make bench-exports [ROWS=200000]`: memory and time of exporting a long list, as csv and as xlsx.

Contacts in a SQLite file of their own, or on the server of TEST_DATABASE_URL (a database with _bench_exports
added to its name is made and dropped), each format in a process of its own. Prints the peak of memory above
what the idle process held before, which is to stay under 150 MB.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = int(os.environ.get("ROWS", "200000"))
MOST_MB = 150
FORMATS = ("semicolon", "comma", "xlsx")


def main() -> int:
    """Fill a database, then measure each format. 1 when one takes too much memory."""
    with tempfile.TemporaryDirectory() as folder:
        server = os.environ.get("TEST_DATABASE_URL")
        os.environ["DATABASE_URL"] = (
            f"{server}_bench_exports" if server else f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        )
        _start()
        from django.db import connection

        from tests.benchmarks.records import fresh_database

        with fresh_database():
            _fill()
            print(f"{connection.vendor}:", flush=True)
            connection.close()
            asked = ([sys.executable, "-m", "tests.benchmarks.exports", name] for name in FORMATS)
            return max(subprocess.run(command, check=False).returncode for command in asked)


def measure(kind: str) -> int:
    """Export the list of contacts once, with all its columns. Prints, and says whether it is too much."""
    _start()
    from cms.sources import Question, source_of
    from cms.spreadsheets.export import Sheet, texts, workbook
    from members.models import Contact, User

    source, user = source_of(Contact), User.objects.get()
    sample = source.ask(user, Question())
    list(Sheet("warm", sample.rows[:10], sample.columns).rows)
    idle = _peak()
    answer = source.ask(user, Question(columns=tuple(column.name for column in source.columns(user))))
    sheet = Sheet(str(source.label), answer.rows, answer.columns)
    dialects = {"semicolon": texts.FOR_EXCEL, "comma": texts.FOR_PROGRAMS}
    began, size = time.monotonic(), 0
    pieces = workbook.written(sheet) if kind == "xlsx" else texts.written(sheet, dialects[kind])
    for piece in pieces:
        size += len(piece)
    seconds, above = time.monotonic() - began, _peak() - idle
    print(
        f"{kind:9} {sheet.count} rows, {len(sheet.columns)} columns: {seconds:.1f} s, {size / 1e6:.1f} MB, "
        f"{above:.0f} MB above the idle process ({idle:.0f} MB); limit {MOST_MB} MB"
    )
    return int(above > MOST_MB)


def _peak() -> float:
    """Megabytes at most so far. Not of getrusage, which begins with what the process before the exec had."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    import django

    django.setup()


def _fill() -> None:
    from members.models import Contact, Organisation, User

    User.objects.create_superuser(email="bench@house.example", password="rosso di sera")
    organisation = Organisation.objects.create(name="Comune")
    made = (
        Contact(
            first_name="Anna",
            last_name=f"Bianchi {number}",
            email=f"anna{number}@rete.example",
            phone="0376 123456",
            organisation=organisation,
        )
        for number in range(ROWS)
    )
    Contact.objects.bulk_create(made, batch_size=2000)


if __name__ == "__main__":
    sys.exit(measure(sys.argv[1]) if len(sys.argv) == 2 else main())
