"""The origin of a relay: another Livenet, which it watches and asks as any viewer may."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from time import monotonic
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener
from weakref import WeakValueDictionary

from pydantic_core import from_json
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from app.problems import Problem
from app.wire.events import CLOSE_CLOSED, CLOSE_GONE

PATIENCE = 20.0
"""Seconds in which the origin must answer."""
MOST_BYTES = 64 * 2**20
"""No answer and no message of the origin may be longer."""
AT_ONCE = 8
"""So many calls are on their way to the origin at a time."""
FIRST_DELAY, LONGEST_DELAY = 0.3, 8.0
"""Seconds to wait before a lost stream is opened again; twice as many each time, and half of them by chance."""
FINAL = (CLOSE_CLOSED, CLOSE_GONE)
"""Close codes after which it is not."""
ACKNOWLEDGE = 0.5
"""The origin is told once in so many seconds which frame has arrived."""

logger = logging.getLogger(__name__)


class Farewell(NamedTuple):
    """How the origin has ended a stream for good."""

    code: int
    reason: str


class StraightOn(HTTPRedirectHandler):
    """Goes nowhere else: the origin is the one that was chosen."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return no other request."""


class Origin:
    """Another Livenet, by its address."""

    def __init__(self, address: str) -> None:
        """Ask and watch the server at ``address``, as https://livenet.example.org."""
        self.address = address.rstrip("/")
        self._opener = build_opener(StraightOn(), ProxyHandler({}))
        self._threads = ThreadPoolExecutor(AT_ONCE, "origin")
        self._next: dict[str, asyncio.Task[bytes]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, path: str, token: str) -> bytes:
        """Return what the origin answers; Problem if it refuses or does not.

        All who want the same while an answer is on its way share the next one. So nobody gets one that is older than
        the wish, and a thousand pages at once cost two calls.
        """
        if path not in self._next:
            self._next[path] = asyncio.create_task(self._get(path, token))
            self._next[path].add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._next[path])

    def stream(self, name: str, token: str) -> str:
        """Return the address of a session's stream."""
        query = f"?viewer={quote(token)}" if token else ""
        return f"{self.address.replace('http', 'ws', 1)}/api/sessions/{name}/stream{query}"

    def close(self) -> None:
        """Ask nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def silence(self) -> Problem:
        """Return what is said if the origin does not answer."""
        return Problem(502, f"This server passes on what {self.address} shows, and that does not answer now.")

    async def _get(self, path: str, token: str) -> bytes:
        lock = self._locks.setdefault(path, asyncio.Lock())
        async with lock:
            del self._next[path]
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, path, token)

    def _ask(self, path: str, token: str) -> bytes:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with self._opener.open(Request(self.address + path, headers=headers), timeout=PATIENCE) as answer:
                text: bytes = answer.read(MOST_BYTES + 1)
        except HTTPError as error:
            raise self._refusal(error) from None
        except (OSError, HTTPException):
            raise self.silence() from None
        if len(text) > MOST_BYTES:
            raise Problem(502, f"The answer of {self.address} has more than {MOST_BYTES:,} bytes.")
        return text

    def _refusal(self, error: HTTPError) -> Problem:
        """Return what the origin has said, if it was the caller's mistake."""
        with error, suppress(ValueError, KeyError, OSError):
            if 400 <= error.code < 500:
                return Problem(error.code, str(from_json(error.read(MOST_BYTES))["detail"]))
        return self.silence()


class Stream:
    """A stream of the origin, which is opened again whenever it is lost."""

    def __init__(
        self, address: Callable[[], str], say_first: Callable[[], Iterable[str]], hear: Callable[[str | bytes], None]
    ) -> None:
        """Open what ``address`` returns, say what is to be said first, and pass on each message."""
        self._address, self._say_first, self._hear = address, say_first, hear
        self._socket: ClientConnection | None = None
        self.losses = 0

    @property
    def is_open(self) -> bool:
        """Whether the origin is there."""
        return self._socket is not None

    async def follow(self) -> Farewell:
        """Listen until the origin ends it for good."""
        delay = FIRST_DELAY
        while True:
            try:
                async with connect(self._address(), compression=None, max_size=MOST_BYTES, proxy=None) as socket:
                    heard = await self._listen(socket)
                    if socket.close_code in FINAL:
                        return Farewell(socket.close_code, socket.close_reason or "")
                    delay = FIRST_DELAY if heard else delay
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException):
                pass  # it is not there, or not yet
            self.losses += 1
            if delay == FIRST_DELAY:
                logger.warning("a stream of the origin is lost, and will be tried until it is back")
            await asyncio.sleep(delay * (0.5 + 0.5 * random.random()))
            delay = min(LONGEST_DELAY, 2 * delay)

    async def _listen(self, socket: ClientConnection) -> bool:
        """Pass on all that comes; return whether anything has."""
        heard, told = False, 0.0
        try:
            for text in self._say_first():
                await socket.send(text)
            self._socket = socket
            async for message in socket:
                heard = True
                self._hear(message)
                if isinstance(message, bytes) and monotonic() - told >= ACKNOWLEDGE:
                    told = monotonic()
                    with suppress(WebSocketException):  # what has come before the end is still to be heard
                        await socket.send(f'{{"ack": {sequence_of(message)}}}')
        except WebSocketException:
            pass  # the close code says more
        finally:
            self._socket = None
        return heard


def sequence_of(frame: bytes) -> int:
    """Return the number of a frame."""
    return int.from_bytes(frame[8:12], "little")
