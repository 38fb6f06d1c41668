"""make bench-imports: our imports against django-import-export's default, on the same model and file.

    make bench-imports                        50,000 contacts on SQLite
    make bench-imports ROWS=5000              fewer
    TEST_DATABASE_URL=postgres://… make bench-imports        200,000 on PostgreSQL
    FULL=yes make bench-imports               the default with every row too: its 50,000 take half an hour

Preview and confirmation together, first of new contacts, then of a change to each. Every measure has a
process of its own, so that its peak of memory is its own; indexing is a queued task in both. On SQLite
another process asks for the write lock all the time, and tells the longest wait.

The default is measured with the first rows of the same file, and the bench stops unless its rate falls as
they become more: then what is said of it is more than it would reach with all rows.
"""

from __future__ import annotations

import json
import os
import resource as limits
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

HEADERS = "E-mail,First name,Last name,Telephone\n"
DEFAULT_ROWS = {"sqlite": 50_000, "postgresql": 200_000}
# Rows given to the default, and how much a rate of more rows may seem better by chance.
SAMPLES, CHANCE = (2_000, 8_000), 1.15


def main() -> None:
    url = os.environ.get("TEST_DATABASE_URL", "")
    kind = "postgresql" if url.startswith("postgres") else "sqlite"
    rows = int(os.environ.get("ROWS") or DEFAULT_ROWS[kind])
    with tempfile.TemporaryDirectory(prefix="cultnetwork-bench-") as place:
        os.environ |= {"BENCH_DIR": place, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
        if kind == "postgresql":
            os.environ["BENCH_DATABASE"] = fresh_database(url)
        write_files(Path(place), rows)
        run("manage.py", "migrate", "--verbosity", "0")
        print(f"{rows} rows on {kind}; rows a second, preview and confirmation together")
        for work in ("create", "update"):
            default = by_samples(work, place, rows)
            ours = measure("ours", work, place, rows)
            ratio = ours["rate"] / default["rate"]
            waits = f"{ours['preview'] * 1e6 / rows:.0f} + {ours['confirm'] * 1e6 / rows:.0f}"
            print(
                f"{'':7} ours    {ours['rate']:7.0f} rows/s, peak {ours['peak']:.0f} MB "
                f"(and {ours['child']:.0f} MB in the reader's process): {ratio:.1f} times\n"
                f"{'':7} ours: preview {ours['preview']:.1f} s, confirmation {ours['confirm']:.1f} s, "
                f"the records' histories afterwards {ours['follow']:.1f} s"
                + (f", longest wait for the write lock {ours['lock']:.2f} s" if kind == "sqlite" else "")
                + f"\n{'':7} bound: {waits} microseconds for each row to be understood and to be written, "
                f"of which our process computes {ours['busy']:.0%}; the rest is the reader and the database"
            )
        if kind == "postgresql":
            drop_database(os.environ["BENCH_DATABASE"])


def write_files(place: Path, rows: int) -> None:
    """The same people twice, with another telephone the second time."""
    for work, prefix in (("create", "0376"), ("update", "0372")):
        with (place / f"{work}.csv").open("w", encoding="utf-8") as file:
            file.write(HEADERS)
            for n in range(rows):
                file.write(f"person{n}@rete.example,Ada{n},Bianchi {n},{prefix} {n:06}\n")


def by_samples(work: str, place: str, rows: int) -> dict:
    """The default's best figures: with all rows where FULL is asked for, else with few and with more."""
    sizes = (rows,) if os.environ.get("FULL") else [size for size in SAMPLES if size < rows] or [rows]
    found = []
    for size in sizes:
        found.append(measure("default", work, place, size))
        print(
            f"{work:7} default {found[-1]['rate']:7.0f} rows/s with {size} rows, "
            f"peak {found[-1]['peak']:.0f} MB"
        )
    if len(found) > 1 and found[1]["rate"] > found[0]["rate"] * CHANCE:
        raise SystemExit("The default grows quicker with more rows: measure it with all of them (FULL=yes).")
    return found[-1]


def measure(who: str, work: str, place: str, rows: int) -> dict:
    """One import in a process of its own; each begins with the rows that its work needs."""
    out = run("-m", "tests.benchmarks.imports", who, work, place, str(rows))
    return json.loads(out.splitlines()[-1])


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def one(who: str, work: str, place: str, rows: int) -> None:
    import django

    django.setup()
    from members.models import Contact

    path = Path(place) / f"{work}.csv"
    reset(work)
    if who == "default":
        path = beginning_of(path, rows)
    figures = {"default": by_default, "ours": by_ours}[who](path, place)
    done = {"create": Contact.objects.all(), "update": Contact.objects.filter(phone__startswith="0372")}
    assert done[work].count() == rows, (done[work].count(), rows)
    figures["busy"] = figures.pop("processor") / figures["seconds"]
    figures["rate"] = rows / figures.pop("seconds")
    figures["peak"] = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss / 1024
    figures["child"] = limits.getrusage(limits.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps(figures))


def beginning_of(path: Path, rows: int) -> Path:
    """The first rows of a file."""
    part = path.with_name(f"{rows}-{path.name}")
    with path.open(encoding="utf-8") as whole, part.open("w", encoding="utf-8") as file:
        file.writelines(islice(whole, rows + 1))
    return part


def reset(work: str) -> None:
    """No contact for a creation; for an update, everybody as the first file has them."""
    from django.db import connection
    from wagtail.models import ModelLogEntry

    from cms.models import ImportBatch, StagedRow
    from members.models import Contact

    for model in (StagedRow, ImportBatch, ModelLogEntry):
        model.objects.all()._raw_delete("default")
    if work == "create":
        Contact.objects.all()._raw_delete("default")
    else:
        Contact.objects.update(phone="0376")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def by_default(path: Path, place: str) -> dict:
    """As the package's own admin does: read, dry run, read again, run."""
    from import_export.resources import modelresource_factory
    from tablib import Dataset

    from members.models import Contact

    names = ["email", "first_name", "last_name", "phone"]
    made = modelresource_factory(Contact)
    made._meta.import_id_fields = ["email"]
    made._meta.fields = names
    made.fields = {name: made.fields[name] for name in names}
    begun, processor = time.perf_counter(), time.process_time()
    for dry_run in (True, False):
        dataset = Dataset().load(path.read_text(encoding="utf-8"), format="csv")
        dataset.headers = names
        result = made().import_data(
            dataset, dry_run=dry_run, raise_errors=True, rollback_on_validation_errors=True
        )
        assert not result.has_errors()
    return {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}


def by_ours(path: Path, place: str) -> dict:
    from django.core.files import File

    from cms.models import ImportBatch
    from cms.spreadsheets.importing import following, staging, starting, writing
    from cms.spreadsheets.resources import resource_for
    from members.models import User

    user = User.objects.filter(email="bench@rete.example").first() or User.objects.create_superuser(
        email="bench@rete.example", password="only for the bench"
    )
    with LockProber(place) as prober:
        times, processor = [time.perf_counter()], [time.process_time()]
        with path.open("rb") as file:
            batch = starting.receive(
                resource=resource_for("members.contact", user), file=File(file, name=path.name)
            )
        starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=False)
        for step in (staging.read, None, writing.write, following.follow):
            if step is None:
                batch.refresh_from_db()
                times.append(time.perf_counter())
                assert starting.confirm(batch=batch, leaves_out_problems=False), batch.message
            else:
                batch = ImportBatch.objects.select_related("user").get(pk=batch.pk)
                step(batch)
                if step is not staging.read:
                    times.append(time.perf_counter())
                    processor.append(time.process_time())
        batch.refresh_from_db()
        assert batch.state == "done", (batch.state, batch.message)
    begun, previewed, confirmed, followed = times
    return {
        "seconds": confirmed - begun,
        "processor": processor[1] - processor[0],
        "preview": previewed - begun,
        "confirm": confirmed - previewed,
        "follow": followed - confirmed,
        "lock": prober.longest(),
    }


class LockProber:
    """Another process that takes SQLite's write lock for a moment, again and again."""

    def __init__(self, place: str) -> None:
        self.flag, self.found = Path(place) / "probing", Path(place) / "longest-wait"

    def __enter__(self) -> LockProber:
        from django.db import connection

        self.process = None
        if connection.vendor == "sqlite":
            self.flag.touch()
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.imports",
                "probe",
                connection.settings_dict["NAME"],
            ]
            self.process = subprocess.Popen([*map(str, command), str(self.flag), str(self.found)])
        return self

    def __exit__(self, *_unused: object) -> None:
        if self.process:
            self.flag.unlink()
            self.process.wait(120)

    def longest(self) -> float:
        return float(self.found.read_text()) if self.process else 0.0


def probe(database: str, flag: str, found: str) -> None:
    longest = 0.0
    connection = sqlite3.connect(database, timeout=120, isolation_level=None)
    while Path(flag).exists():
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        longest = max(longest, time.perf_counter() - begun)
        connection.execute("ROLLBACK")
        time.sleep(0.01)
    Path(found).write_text(str(longest))


def fresh_database(url: str) -> str:
    """A database of the bench's own beside the one named; its address."""
    import psycopg

    server, _slash, name = url.rpartition("/")
    bench = f"{name}_bench"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{bench}"')
        connection.execute(f'CREATE DATABASE "{bench}"')
    return f"{server}/{bench}"


def drop_database(url: str) -> None:
    import psycopg

    server, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


if __name__ == "__main__":
    if sys.argv[1:2] == ["probe"]:
        probe(*sys.argv[2:5])
    elif len(sys.argv) == 5:
        one(*sys.argv[1:4], int(sys.argv[4]))
    else:
        main()
