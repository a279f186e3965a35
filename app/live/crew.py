"""Crews: those who keep workers running. Subprocesses of this one do, where one machine is enough."""

import asyncio
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from app.live.hello import Credentials

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
"""Training in several threads of one process is slower than in one."""
INSTANCE, SECRET = "LIVENET_INSTANCE", "LIVENET_WORKER_SECRET"
"""Environment variables by which a worker learns what it must know to be let in."""
RESTART_PAUSE = 0.2
GRACE = 1.0
"""After so many seconds a worker that does not end is killed."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invitation:
    """What a worker needs to come."""

    address: str
    credentials: Credentials

    def environment(self) -> dict[str, str]:
        """Return the environment of a worker's process; a command line could be read by others."""
        return os.environ | ONE_THREAD | {INSTANCE: self.credentials.instance, SECRET: self.credentials.secret}


class Crew(Protocol):
    """Keeps workers running, wherever, that dial the hub."""

    @property
    def size(self) -> int:
        """How many there should be at the moment."""

    @property
    def at_start(self) -> int:
        """For how many of them to wait before anything is served."""

    @property
    def listen(self) -> str | None:
        """Where workers are to dial in; None for a unix socket of this machine."""

    @property
    def restarts(self) -> int:
        """How many had to be replaced."""

    async def start(self, invitation: Invitation) -> None:
        """Start the workers, and replace each that ends."""

    async def stop(self) -> None:
        """Replace none any more, and wait until all have ended; their connections are closed."""


class Subprocesses:
    """Workers on this machine."""

    listen = None

    def __init__(self, size: int) -> None:
        """Keep ``size`` of them."""
        self.size = self.at_start = size
        self.restarts = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self, invitation: Invitation) -> None:
        """Start the workers, and replace each that ends."""
        self._keepers = [asyncio.create_task(self._keep(invitation)) for _ in range(self.size)]

    async def stop(self) -> None:
        """Replace none any more, and wait until all have ended."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.to_thread(self._end_processes)

    async def _keep(self, invitation: Invitation) -> None:
        """Have one worker running, always."""
        while True:
            process = subprocess.Popen(command(invitation), stdin=subprocess.DEVNULL, env=invitation.environment())
            self._processes.append(process)
            code = await asyncio.to_thread(process.wait)
            self._processes.remove(process)
            self.restarts += 1
            logger.warning("worker ended and is replaced", extra={"code": code})
            await asyncio.sleep(RESTART_PAUSE)

    def _end_processes(self) -> None:
        deadline = monotonic() + GRACE
        for process in list(self._processes):
            try:
                process.wait(max(0.0, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def command(invitation: Invitation, *options: str) -> list[str]:
    """Return the command that runs a worker."""
    # -P: the folder in which the user happens to be is no place to import from.
    return [sys.executable, "-P", "-m", "app.live.worker", invitation.address, *options]
