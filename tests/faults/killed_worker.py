"""Kill workers of a server that trains and is watched; see how long pictures stop and whether any curve is another.

Run with ``python -m tests.faults.killed_worker [how often]``.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle, pairwise
from statistics import median
from threading import Thread
from typing import NamedTuple

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.wire.frames import decode_frame
from tests.app.processes import workers_of
from tests.command import running
from tests.faults.sessions import Trained, differences, make

SESSIONS, WORKERS = 8, 2
PATIENCE = 30.0


class Result(NamedTuple):
    """What came of it."""

    kills: int
    lost: int
    """Sessions that are gone."""
    different: int
    """Sessions whose curve is another than without the kills."""
    pauses: list[float]
    """For how many seconds a picture stood still after each kill, at most."""
    closed: int
    """Viewers whose connection has ended."""


class Watcher(Thread):
    """Somebody who watches a session and notes when it was seen to train."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(daemon=True)
        self.socket, self.step, self.closed = socket, -1, False
        self.arrivals = [0.0]

    def run(self) -> None:
        """Watch until the end."""
        try:
            for message in self.socket:
                if isinstance(message, bytes):
                    self.step = max(self.step, decode_frame(message).stamp.step)
                    self.arrivals.append(time.monotonic())
        except ConnectionClosed:
            pass
        self.closed = True

    def longest_pause(self, since: float) -> float:
        """Seconds between two frames, of which the later has come after a moment."""
        return max(later - earlier for earlier, later in pairwise(self.arrivals) if later > since)


def kill_workers(times: int, count: int = SESSIONS) -> Result:
    """Kill one worker after the other, each once all goes well again."""

    def kill(turn: int) -> None:
        wait(lambda: len(workers_of(process.pid)) == WORKERS)
        os.kill(workers_of(process.pid)[turn], signal.SIGKILL)

    with running("--workers", str(WORKERS)) as (process, address):
        return measure(address, times, kill, count)


def measure(address: str, times: int, kill: Callable[[int], None], count: int = SESSIONS) -> Result:
    """Train and watch so many sessions of a server, and so often let ``kill`` end the worker whose turn it is."""
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(base_url=address, timeout=PATIENCE))
        sessions = [make(client, number) for number in range(count)]
        watchers = [watch(stack, address, session) for session in sessions]
        for session in sessions:
            session.play(client)
        pauses = [kill_one(client, kill, turn, watchers) for turn, _ in zip(cycle(range(WORKERS)), range(times))]
        lost = [session for session in sessions if client.get(f"/api/sessions/{session.id}").status_code != 200]
        different = differences(client, [session for session in sessions if session not in lost])
        return Result(times, len(lost), different, pauses, sum(watcher.closed for watcher in watchers))


def watch(stack: ExitStack, address: str, session: Trained) -> Watcher:
    """Somebody who watches a session from now on."""
    socket = connect(f"{address.replace('http', 'ws')}/api/sessions/{session.id}/stream", max_size=None)
    watcher = Watcher(stack.enter_context(socket))
    watcher.start()
    return watcher


def kill_one(client: httpx.Client, kill: Callable[[int], None], turn: int, watchers: list[Watcher]) -> float:
    """Kill a worker once all trains and all workers are ready; return for how long a picture stood still."""
    wait(lambda: client.get("/api/health").json()["workers"]["ready"] == WORKERS)
    wait_for_progress(watchers)
    moment = time.monotonic()
    kill(turn)
    wait_for_progress(watchers)
    return max(watcher.longest_pause(moment) for watcher in watchers)


def wait_for_progress(watchers: list[Watcher]) -> None:
    """Wait until each session was seen to have trained more than it has now."""
    steps = [watcher.step for watcher in watchers]
    wait(lambda: all(watcher.step > step for watcher, step in zip(watchers, steps, strict=True)))


def wait(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the sessions did not go on")
        time.sleep(0.002)


def report(result: Result) -> None:
    """Print what came of it."""
    pauses = sorted(result.pauses)
    print(f"{result.kills} kills: {result.lost} of {SESSIONS} sessions lost, {result.different} curves different,")
    print(f"{result.closed} viewers disconnected; longest time a picture stood still: {median(pauses):.3f} s (median),")
    print(f"{pauses[int(0.95 * len(pauses))]:.3f} s (95 %), {pauses[-1]:.3f} s (most)")


if __name__ == "__main__":
    report(kill_workers(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
