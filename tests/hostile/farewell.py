"""The end of a server that 1,000 watch, 100 of whom take nothing: who is told, and how long it takes."""

import os
import resource
import selectors
import signal
import socket
import time
from typing import NamedTuple

from tests.app import raw
from tests.hostile.target import target
from tests.options import options

LIMIT = 5.0
"""Seconds in which a server is to end."""
WATCH = raw.frame(raw.TEXT, b'{"watch":{"boundary":{"resolution":100},"weights":{},"histograms":{}}}')
PATIENCE = 60.0
"""Seconds after which a server that has not ended is given up."""
WARMING = 3.0
"""Seconds in which frames pile up for those who take nothing."""


class Figures(NamedTuple):
    """What was measured."""

    viewers: int
    stalled: int
    told: int
    """How many of those who take what comes got the event and the close code 1012."""
    seconds: float
    """Until the process had ended."""
    tracebacks: int


def open_viewers(address: str, sessions: list[str], count: int) -> list[socket.socket]:
    """Connections over which all sessions are watched in turn."""
    opened = []
    for number in range(count):
        connection = raw.connect(address)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        connection.sendall(raw.handshake(address, sessions[number % len(sessions)]))
        raw.read_until(connection, b"\r\n\r\n")
        connection.sendall(WATCH)
        opened.append(connection)
    return opened


def read_for(viewers: list[socket.socket], seconds: float, ends: dict[socket.socket, bytes]) -> None:
    """Read what comes to viewers until the time is over or all have been left; keep the end of it."""
    with selectors.DefaultSelector() as selector:
        for viewer in viewers:
            selector.register(viewer, selectors.EVENT_READ)
        end = time.monotonic() + seconds
        while selector.get_map() and time.monotonic() < end:
            for key, _ in selector.select(0.1):
                try:
                    received = key.fileobj.recv(1 << 16)
                except ConnectionError:
                    received = b""
                ends[key.fileobj] = (ends.get(key.fileobj, b"") + received)[-400:]
                if not received:
                    selector.unregister(key.fileobj)


def is_told(end: bytes) -> bool:
    """Whether the last that came was the event and then the close frame with its code."""
    return b'"restart"' in end and end.endswith(b"\x88\x02\x03\xf4")


def run(viewers: int, stalled: int) -> Figures:
    """End a server of this checkout in the middle of everything."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    with target("--max-viewers", "5000", "--messages-per-second", "1000") as server, server.client() as client:
        made = [client.post("/api/sessions").json() for _ in range(5)]
        for session in made:
            headers = {"Authorization": f"Bearer {session['key']}"}
            client.post(f"/api/sessions/{session['id']}/play", headers=headers).raise_for_status()
        client.close()
        opened = open_viewers(server.address, [session["id"] for session in made], viewers)
        healthy = opened[stalled:]
        ends: dict[socket.socket, bytes] = {}
        read_for(healthy, WARMING, ends)
        start = time.monotonic()
        os.kill(server.process, signal.SIGTERM)
        read_for(healthy, PATIENCE, ends)
        while is_running(server.process) and time.monotonic() < start + PATIENCE:
            time.sleep(0.01)
        seconds = time.monotonic() - start
        for connection in opened:
            connection.close()
        return Figures(viewers, stalled, sum(map(is_told, ends.values())), seconds, server.tracebacks())


def is_running(process: int) -> bool:
    """Whether a process has not ended; one that has and is only not waited for yet has."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, viewers=1000, stalled=100)
    figures = run(chosen.viewers, chosen.stalled)
    print(f"viewers: {figures.viewers}, of whom take nothing: {figures.stalled}")
    print(f"told by event and close code 1012: {figures.told} of {figures.viewers - figures.stalled}")
    print(f"ended after {figures.seconds:.2f} s (at most {LIMIT:g} s), tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
