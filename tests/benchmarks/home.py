"""make bench-home: our home page against the bare one, uncached, on the same server in the same run.

Prints requests a second and the server's CPU milliseconds for a request, medians of interleaved rounds.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from statistics import median

ROUNDS, SECONDS = 5, 4.0
HIDDEN = {"script", "style", "svg", "head", "template"}


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.depth, self.words = 0, []

    def handle_starttag(self, tag, attrs):
        self.depth += tag in HIDDEN

    def handle_endtag(self, tag):
        self.depth -= tag in HIDDEN

    def handle_data(self, data):
        if not self.depth:
            self.words += data.split()


def visible(html: str) -> str:
    """The words that a reader sees."""
    parser = _Visible()
    parser.feed(html)
    return " ".join(parser.words)


def fetch(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], check=True)


def serve(port: int) -> subprocess.Popen:
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--workers",
        "1",
        "--blocking-threads",
        "2",
        "--log-level",
        "warning",
        "settings.wsgi:application",
    ]
    process = subprocess.Popen([str(Path(sys.executable).parent / command[0]), *command[1:]])
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            fetch(port, "/healthz/")
        except OSError:
            time.sleep(0.2)
        else:
            return process
    process.terminate()
    raise SystemExit("The site did not start.")


def level_text(port: int) -> None:
    """Give the bare page as many visible bytes as ours, with words of ours."""
    ours, bare = visible(fetch(port, "/")), visible(fetch(port, "/bare/"))
    missing = len(ours.encode()) - len(bare.encode())
    if missing > 0:
        os.environ["BARE_WORDS"] = re.sub(r"[<>&]", "", ours.encode()[:missing].decode(errors="ignore"))
        manage("shell", "--verbosity", "0", "-c", "from tests.benchmarks.bare.make import fill; fill()")
    ours, bare = len(visible(fetch(port, "/")).encode()), len(visible(fetch(port, "/bare/")).encode())
    print(f"visible text: ours {ours} bytes, bare {bare} bytes")
    if not 0.9 <= bare / ours <= 1.1:
        raise SystemExit("The two pages do not show as much text as each other.")


def compare(port: int, pid: int) -> None:
    from tests.benchmarks.load import load

    figures: dict[str, list] = {"/": [], "/bare/": []}
    for _round in range(ROUNDS):
        for path, seen in figures.items():
            seen.append(load(port, path, pid=pid, seconds=SECONDS))
    rows = {}
    for path, seen in figures.items():
        rows[path] = (median(row.per_second for row in seen), median(row.cpu_ms for row in seen))
        print(f"{path:8} {rows[path][0]:8.1f} requests/s  {rows[path][1]:7.2f} CPU ms  {seen[0].size} bytes")
    speed, cpu = rows["/"][0] / rows["/bare/"][0], rows["/"][1] / rows["/bare/"][1]
    print(f"ours / bare: {speed:.2f} times the requests, {cpu:.2f} times the CPU a request")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cultnetwork-bench-") as place:
        port = free_port()
        os.environ |= {
            "BENCH_DIR": place,
            "PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }
        print("making the demo site …", flush=True)
        manage("migrate", "--verbosity", "0")
        manage("demo")
        manage("shell", "--verbosity", "0", "-c", "from tests.benchmarks.bare.make import make; make()")
        server = serve(port)
        try:
            level_text(port)
            compare(port, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
