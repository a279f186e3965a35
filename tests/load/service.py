"""The real command under load, and what is measured of it: its processor time, its training, its answers to others."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL

import httpx

from tests.app.processes import workers_of
from tests.command import running

WORKERS = 2
NO_LIMITS = {
    "max-viewers": 2000, "max-sessions": 500, "max-connections": 8000, "max-connections-per-address": 8000,
    "calls-per-second": 1e6, "new-sessions-per-minute": 1e6,
}  # fmt: skip
"""Here all come from one address."""
EXPERIMENT = {"layers": [{"kind": "dense", "units": units, "activation": {"kind": "tanh"}} for units in (4, 2)]}
_MAP = {"resolution": 50, "encoding": "byte"}
WATCH = {"boundary": _MAP, "neurons": _MAP, "weights": {}}
PAUSE = 0.01
"""Seconds between two calls of somebody who wants an answer now and then."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Service:
    """A server under load."""

    address: str
    process: int
    _opened: list[dict] = field(default_factory=list)

    def open_sessions(self, count: int, experiment: dict = EXPERIMENT) -> list[dict]:
        """Make sessions, which are paused."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            body = {"experiment": experiment}
            made = [client.post("/api/sessions", json=body).raise_for_status().json() for _ in range(count)]
        self._opened += made
        return made

    def end_sessions(self) -> None:
        """End all sessions, so that none trains on beside what is measured next."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            while self._opened:
                session = self._opened.pop()
                headers = {"Authorization": f"Bearer {session['key']}"}
                client.delete(f"/api/sessions/{session['id']}", headers=headers).raise_for_status()

    def advance(self, sessions: list[dict], steps: int) -> None:
        """Let sessions take so many steps, one session after another."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            for session in sessions:
                path, key = f"/api/sessions/{session['id']}/step", {"Authorization": f"Bearer {session['key']}"}
                client.post(path, json={"steps": steps}, headers=key).raise_for_status()

    def play(self, sessions: list[dict], steps_per_second: float | None = None) -> None:
        """Let sessions train."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            for session in sessions:
                client.post(
                    f"/api/sessions/{session['id']}/play",
                    json={"steps_per_second": steps_per_second},
                    headers={"Authorization": f"Bearer {session['key']}"},
                ).raise_for_status()

    def marks(self, sessions: list[dict]) -> list[tuple[float, int]]:
        """When each session had taken how many steps."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            paths = [f"/api/sessions/{session['id']}" for session in sessions]
            return [(time.monotonic(), client.get(path).raise_for_status().json()["step"]) for path in paths]

    def cpu_seconds(self) -> float:
        """Seconds that the web process has used of a core."""
        return cpu_seconds(self.process)

    def worker_seconds(self) -> float:
        """Seconds that the workers have used of the cores."""
        return sum(map(cpu_seconds, workers_of(self.process)))


def speed(before: list[tuple[float, int]], after: list[tuple[float, int]]) -> float:
    """Steps per second of all sessions together between two rounds of marks."""
    return sum((b - a) / (end - start) for (start, a), (end, b) in zip(before, after, strict=True))


def cpu_seconds(process: int) -> float:
    """Seconds that a process has used of a core."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def service(workers: int = WORKERS, **options: object) -> Iterator[Service]:
    """A server of this checkout without limits."""
    limits = [f"--{name}={value}" for name, value in {**NO_LIMITS, **options}.items()]
    with running("--log-level=warning", f"--workers={workers}", *limits, log=DEVNULL) as (process, address):
        yield Service(address, process.pid)


@contextmanager
def asking(address: str, seconds: float) -> Iterator[list[float]]:
    """Seconds that answers take to somebody in a process of their own, while the block lasts; sorted, at its end."""
    program = [sys.executable, "-m", "tests.load.service", address, str(seconds)]
    taken: list[float] = []
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process, ThreadPoolExecutor(1) as thread:
        answer = thread.submit(process.communicate)
        yield taken
        taken += json.loads(answer.result()[0])


def answers(address: str, seconds: float) -> list[float]:
    """How many seconds each of many calls takes, sorted."""
    taken, end = [], time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=60) as client:
        while time.monotonic() < end:
            start = time.perf_counter()
            client.get("/api/health").raise_for_status()
            taken.append(time.perf_counter() - start)
            time.sleep(PAUSE)
    return sorted(taken)


def p99(values: list[float]) -> float:
    """What one of a hundred exceeds, of sorted values."""
    return values[int(0.99 * len(values))]


if __name__ == "__main__":
    print(json.dumps(answers(sys.argv[1], float(sys.argv[2]))))
