"""The real command as a target, and what is watched of it: answers to others, memory, and what it logs."""

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import httpx

from tests.app.processes import workers_of
from tests.command import running

SETTLING = 0.5
"""Seconds in which a server puts away what it is done with."""
PAUSE = 0.01
"""Seconds between two calls of somebody who wants an answer while others make trouble."""


@dataclass
class Target:
    """A server under attack."""

    address: str
    process: int
    log: Path

    def client(self) -> httpx.Client:
        """Somebody who behaves."""
        return httpx.Client(base_url=self.address, timeout=60)

    def memory(self) -> "Memory":
        """Megabytes that the server and its workers have in memory once all is quiet."""
        time.sleep(SETTLING)
        return Memory(resident(self.process), sum(map(resident, workers_of(self.process))))

    def events(self) -> list[dict[str, Any]]:
        """What has been logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def tracebacks(self) -> int:
        """How many events brought one."""
        return sum("exception" in event for event in self.events())


class Memory(NamedTuple):
    """Megabytes in memory."""

    server: float
    workers: float

    @property
    def total(self) -> float:
        """Those of all processes."""
        return self.server + self.workers


def resident(process: int) -> float:
    """Megabytes of a process in memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text()).group(1)) / 1024


@contextmanager
def target(*words: str) -> Iterator[Target]:
    """A server of this checkout with one worker and the default limits, unless ``words`` say otherwise."""
    options = ["--workers", "1", "--log-format", "json", "--log-level", "info", *words]
    with NamedTemporaryFile("w") as log, running(*options, log=log.file) as (process, address):
        yield Target(address, process.pid, Path(log.name))


@dataclass
class Delays:
    """How long calls took, in milliseconds."""

    median: float
    p99: float
    calls: int


def delays(address: str, seconds: float) -> Delays:
    """What a process of its own measures that asks something now and then."""
    program = [sys.executable, "-m", "tests.hostile.target", address, str(seconds)]
    return Delays(**json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout))


@contextmanager
def measuring(address: str, seconds: float) -> Iterator[list[Delays]]:
    """The same, while the block makes trouble; the list is filled when it is left."""
    program = [sys.executable, "-m", "tests.hostile.target", address, str(seconds)]
    found: list[Delays] = []
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        yield found
        found.append(Delays(**json.loads(process.communicate()[0])))


def measure(address: str, seconds: float) -> dict[str, float]:
    """Ask for the server's health now and then, for so many seconds."""
    taken = []
    with httpx.Client(base_url=address, timeout=60) as client:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            start = time.perf_counter()
            client.get("/api/health").raise_for_status()
            taken.append(1000 * (time.perf_counter() - start))
            time.sleep(PAUSE)
    taken.sort()
    return {"median": statistics.median(taken), "p99": taken[int(0.99 * len(taken))], "calls": len(taken)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], float(sys.argv[2]))))
