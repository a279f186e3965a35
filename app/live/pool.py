"""The pool: the worker processes, started, connected and replaced when one dies."""

import asyncio
import itertools
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import randbits
from time import monotonic
from typing import Any, cast

from app.live.link import Inbox, Message, pack_message
from app.live.load import Load
from app.problems import Problem

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
"""Training in several threads of one process is slower than in one."""
PATIENCE = 30.0
"""A worker connects within so many seconds, or something is wrong."""
RESTART_PAUSE = 0.2
GRACE = 1.0
"""After so many seconds a worker that does not end is killed."""

logger = logging.getLogger(__name__)


class WorkerLost(Exception):  # noqa: N818 (somebody else has to go on, and can)
    """The worker that was asked something has gone; whether it has done it is unknown."""


class WorkerLink(asyncio.Protocol):
    """The connection to one worker."""

    transport: asyncio.Transport

    def __init__(self, pool: "Pool") -> None:
        """Belong to ``pool``."""
        self._pool, self._inbox = pool, Inbox()
        self._calls: dict[int, asyncio.Future[tuple[int, bytes]]] = {}
        self.sessions = 0
        """How many sessions live there."""
        self.since = 0.0
        """When it connected, by the monotonic clock."""

    @property
    def waiting(self) -> int:
        """How many calls have not been answered yet."""
        return len(self._calls)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the pool."""
        self.transport = cast("asyncio.Transport", transport)
        self.since = monotonic()
        self._pool.join(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Leave the pool; calls that wait for an answer get none."""
        for number in self._calls:
            self.lose(number)
        self._pool.leave(self)

    def data_received(self, data: bytes) -> None:
        """Pass on what the worker says."""
        for message in self._inbox.feed(data):
            match message.header["is"]:
                case "answer":
                    self._answer(message)
                case "load":
                    self._pool.load.add(message.header)
                case _:
                    self._pool.on_message(message)

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a message, if the worker is still there."""
        if not self.transport.is_closing():
            self.transport.write(pack_message(header, payload))

    async def call(self, header: dict[str, Any], payload: bytes = b"") -> tuple[int, bytes]:
        """Send a call and return the answer's status and text; WorkerLost if none can come."""
        number = self._pool.next_call()
        self.expect(number)
        self.send({**header, "call": number}, payload)
        return await self.answer_to(number)

    def expect(self, number: int) -> None:
        """Take note that a call will be answered here; who asks for the answer may come later than the answer."""
        self._calls[number] = asyncio.get_running_loop().create_future()
        if self.transport.is_closing():
            self.lose(number)

    async def answer_to(self, number: int) -> tuple[int, bytes]:
        """Return status and text of the answer to an expected call; WorkerLost if none can come."""
        try:
            return await self._calls[number]
        finally:
            self.forget(number)

    def lose(self, number: int) -> None:
        """Let whoever waits for the answer to a call know that none will come from here."""
        future = self._calls.get(number)
        if future is not None and not future.done():
            future.set_exception(WorkerLost())

    def forget(self, number: int) -> None:
        """Expect no answer to a call any more."""
        future = self._calls.pop(number, None)
        if future is not None and not future.cancel() and not future.cancelled():
            future.exception()  # it is known

    def _answer(self, message: Message) -> None:
        future = self._calls.get(message.header["call"])
        if future is not None and not future.done():
            future.set_result((message.header["status"], message.payload))


class Pool:
    """The workers of this machine."""

    def __init__(self, size: int, on_message: Callable[[Message], None], on_lost: Callable[[WorkerLink], None]) -> None:
        """Keep ``size`` workers; tell of what they say and of those that are lost."""
        self.size, self.on_message, self._on_lost = size, on_message, on_lost
        self._call_numbers = itertools.count(randbits(48))  # no other hub's, whose calls a session may remember
        self.links: list[WorkerLink] = []
        self.load = Load()
        """Of all workers together."""
        self.restarts = 0
        """How many workers had to be replaced."""
        self._processes: list[subprocess.Popen[bytes]] = []
        self._joined = asyncio.Condition()
        self._keepers: list[asyncio.Task[None]] = []
        self._cleanup = AsyncExitStack()

    async def start(self) -> None:
        """Listen, start the workers and wait until all are connected."""
        folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="livenet-"))  # private to this user
        address = str(Path(folder, "hub"))
        server = await asyncio.get_running_loop().create_unix_server(lambda: WorkerLink(self), address)
        self._cleanup.callback(server.close)
        self._keepers = [asyncio.create_task(self._keep(address)) for _ in range(self.size)]
        await self._wait_for(self.size)

    async def stop(self) -> None:
        """End all workers."""
        for keeper in self._keepers:
            keeper.cancel()
        for link in list(self.links):
            link.transport.close()
        await asyncio.to_thread(self._end_processes)
        await self._cleanup.aclose()

    def next_call(self) -> int:
        """Return a number for a call."""
        return next(self._call_numbers)

    async def least_loaded(self) -> WorkerLink:
        """Return the worker with the fewest sessions, waiting for one if need be."""
        await self._wait_for(1)
        return min(self.links, key=lambda link: link.sessions)

    def join(self, link: WorkerLink) -> None:
        """Count in a worker that has connected."""
        self.links.append(link)
        self._wake()

    def leave(self, link: WorkerLink) -> None:
        """Count out a worker that has gone."""
        self.links.remove(link)
        self._on_lost(link)

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._joined:
                self._joined.notify_all()

        self._waking = asyncio.ensure_future(notify())

    async def _wait_for(self, workers: int) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self._joined:
                await self._joined.wait_for(lambda: len(self.links) >= workers)
        except TimeoutError:
            raise Problem(503, "No process that could train is running.") from None

    async def _keep(self, address: str) -> None:
        """Have one worker running, always."""
        while True:
            process = spawn(address)
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


def spawn(address: str) -> subprocess.Popen[bytes]:
    """Start a worker that dials the socket at ``address``."""
    # -P: the folder in which the user happens to be is no place to import from.
    command = [sys.executable, "-P", "-m", "app.live.worker", address]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, env=os.environ | ONE_THREAD)
