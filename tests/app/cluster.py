"""A Dask cluster whose scheduler and workers are processes of this machine, for tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.app.processes import workers_of

PATIENCE = 120
Process = subprocess.Popen[bytes]


class Cluster:
    """A scheduler, and as many Dask workers as a test adds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, list[Process]()
        self.port = 0
        self.start_scheduler()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        """Start the scheduler, on the port that the last one had."""
        file = self.folder / f"scheduler-{len(self.processes)}.json"
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--scheduler-file", str(file)
        )
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        self.port = int(json.loads(file.read_text())["address"].rpartition(":")[2])

    def add_worker(self, places: int = 1, **environment: str) -> Process:
        """Start a Dask worker with so many places for workers of ours; nobody starts it again if it dies."""
        options = ["--nthreads", "1", "--no-nanny", "--resources", f"livenet={places}"]
        return self._start("dask_worker", self.address, *options, "--local-directory", str(self.folder), **environment)

    def kill(self, process: Process) -> None:
        """Let a machine fail."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes:
            self.kill(process)

    def _start(self, name: str, *options: str, **environment: str) -> Process:
        command = [sys.executable, "-m", f"distributed.cli.{name}", "--no-dashboard", *options]
        log = (self.folder / f"{name}-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment)
        self.processes.append(process)
        return process


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster without workers, for the length of a block."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder))
        try:
            yield made
        finally:
            made.stop()


def wait_until(true) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_workers(process: Process, count: int) -> bool:
    """Whether so many of our workers run in a Dask worker."""
    return process.poll() is None and len(workers_of(process.pid)) == count
