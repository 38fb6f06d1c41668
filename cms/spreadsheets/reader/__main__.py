"""Do one order and answer: `look` at a file, or send the `rows` of one sheet."""

import json
import resource
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

from cms.spreadsheets.reader import kinds, texts, workbooks
from cms.spreadsheets.reader.stopping import Stop

ROWS_PER_LINE = 200
# What the standard library and calamine raise at files that are cut, garbled or forged.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
)


def main(verb: str, order: dict) -> None:
    """Answer an order. Whatever goes wrong is said in the last line, as {"refused": code}."""
    limits = order["limits"]
    _bound(limits)
    try:
        if verb == "look":
            say(look(Path(order["path"]), limits))
        else:
            for rows in chunks(rows_of(Path(order["path"]), order["sheet"], limits)):
                say({"rows": rows})
            say({"end": True})
    except Stop as stop:
        say({"refused": stop.code, "params": stop.params})
    except (MemoryError, RecursionError):
        say({"refused": "too_heavy", "params": {}})
    except BROKEN:
        say({"refused": "broken", "params": {}})


def look(path: Path, limits: dict) -> dict:
    """What a file is and which sheets it has."""
    kind = kinds.kind_of(path, limits)
    return texts.look(path, limits) if kind == "csv" else workbooks.look(path, kind, limits)


def rows_of(path: Path, sheet: str, limits: dict) -> Iterable[tuple]:
    """(number, hidden, cells) of each row that holds something."""
    kind = kinds.kind_of(path, limits)
    return texts.rows(path, limits) if kind == "csv" else workbooks.rows(path, kind, sheet, limits)


def chunks(rows: Iterable[tuple]) -> Iterable[list]:
    rows = iter(rows)
    return iter(lambda: list(islice(rows, ROWS_PER_LINE)), [])


def say(message: dict) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _bound(limits: dict) -> None:
    memory = limits["memory_megabytes"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It reads, and never writes a file.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
