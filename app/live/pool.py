"""The pool: the workers that are connected to the hub, wherever they run."""

import asyncio
import itertools
import logging
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import randbits
from typing import Any, cast

from app.live.crew import Crew, Invitation
from app.live.door import Door
from app.live.hello import Credentials
from app.live.link import Inbox, Message, pack_message
from app.live.load import Load
from app.problems import Problem

PATIENCE = 30.0
"""A worker connects within so many seconds, or something is wrong."""

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
        self.is_ready = False
        """Whether sessions do as well there as in a worker that has run for long; until then it serves if need be."""

    @property
    def waiting(self) -> int:
        """How many calls have not been answered yet."""
        return len(self._calls)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the pool."""
        self.transport = cast("asyncio.Transport", transport)
        self._pool.join(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Leave the pool; calls that wait for an answer get none."""
        for number in self._calls:
            self.lose(number)
        self._pool.leave(self)

    def data_received(self, data: bytes) -> None:
        """Pass on what the worker says."""
        try:
            for message in self._inbox.feed(data):
                self._hear(message)
        except ConnectionError as error:
            logger.error("a worker makes no sense and is let go", extra={"cause": str(error)})
            self.transport.abort()

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

    def _hear(self, message: Message) -> None:
        match message.header["is"]:
            case "answer":
                self._answer(message)
            case "load":
                self._pool.load.add(message.header)
            case "ready":
                self.is_ready = True
            case _:
                self._pool.on_message(message)

    def _answer(self, message: Message) -> None:
        future = self._calls.get(message.header["call"])
        if future is not None and not future.done():
            future.set_result((message.header["status"], message.payload))


class Pool:
    """The workers that are connected."""

    def __init__(
        self,
        crew: Crew,
        credentials: Credentials,
        on_message: Callable[[Message], None],
        on_lost: Callable[[WorkerLink], None],
    ) -> None:
        """Have ``crew`` keep workers; tell of what they say and of those that are lost."""
        self.on_message, self._on_lost = on_message, on_lost
        self._crew, self._credentials = crew, credentials
        self._call_numbers = itertools.count(randbits(48))  # no other hub's, whose calls a session may remember
        self.links: list[WorkerLink] = []
        self.load = Load()
        """Of all workers together."""
        self._joined = asyncio.Condition()
        self._cleanup = AsyncExitStack()

    @property
    def size(self) -> int:
        """How many workers there should be."""
        return self._crew.size

    @property
    def restarts(self) -> int:
        """How many workers had to be replaced."""
        return self._crew.restarts

    async def start(self) -> None:
        """Listen, have the workers started and wait until those that are near are connected."""
        folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="livenet-"))  # private to this user
        door = Door(self._credentials, lambda: WorkerLink(self))
        self._cleanup.callback(door.close)
        address = await door.open(self._crew.listen or f"unix:{Path(folder, 'hub')}")
        await self._crew.start(Invitation(address, self._credentials))
        await self._wait_for(self._crew.at_start)

    async def stop(self) -> None:
        """End all workers."""
        for link in list(self.links):
            link.transport.close()
        await self._crew.stop()
        await self._cleanup.aclose()

    def next_call(self) -> int:
        """Return a number for a call."""
        return next(self._call_numbers)

    async def least_loaded(self) -> WorkerLink:
        """Return the worker with the fewest sessions, one that is ready if any is; wait for one if there is none."""
        await self._wait_for(1)
        return min(self.links, key=lambda link: (not link.is_ready, link.sessions))

    @property
    def ready(self) -> list[WorkerLink]:
        """The workers that are ready."""
        return [link for link in self.links if link.is_ready]

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
