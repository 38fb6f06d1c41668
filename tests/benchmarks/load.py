"""A small load: a few keep-alive connections for a few seconds, on this machine only.

The figure that counts is the server's CPU time a request,
which does not depend on how fast the client is.
"""

from __future__ import annotations

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """What a round showed: requests answered, seconds it took, CPU seconds of the server."""

    requests: int
    seconds: float
    cpu_seconds: float
    size: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the server for one request."""
        return 1000 * self.cpu_seconds / self.requests


def _family(pid: int) -> list[int]:
    """A process and everything it started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time, user and system, that a process and its children have used so far."""
    total = 0
    for member in _family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _visit(host: str, port: int, path: str, until: float) -> tuple[int, int]:
    connection = http.client.HTTPConnection(host, port, timeout=30)
    count = size = 0
    while time.monotonic() < until:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        count += 1
    connection.close()
    return count, size


def load(port: int, path: str, *, pid: int, seconds: float, connections: int = 4) -> Figures:
    """Ask for a path over and over and measure the server.

    port: of the server on the loopback address; pid: its first process.
    Raises RuntimeError when an answer is not 200.
    """
    before, start = cpu_seconds(pid), time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        visits = [
            pool.submit(_visit, "127.0.0.1", port, path, start + seconds) for _number in range(connections)
        ]
        counts = [visit.result() for visit in visits]
    return Figures(
        requests=sum(count for count, _size in counts),
        seconds=time.monotonic() - start,
        cpu_seconds=cpu_seconds(pid) - before,
        size=counts[0][1],
    )
