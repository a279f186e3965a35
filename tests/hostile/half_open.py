"""500 handshakes that stop halfway, of several kinds: how long the server keeps them, and what others notice."""

import selectors
import time
from typing import NamedTuple

from tests.app import raw
from tests.hostile.target import Delays, delays, measuring, target
from tests.options import options

PATIENCE = 30.0
KINDS = ("nothing", "half a head", "half a name", "no end", "half a body", "trickle")


class Figures(NamedTuple):
    """What was measured."""

    opened: int
    still_open: int
    slowest: float
    """Seconds until the last was closed."""
    idle: Delays
    busy: Delays
    tracebacks: int


def begun(address: str, kind: str) -> bytes:
    """The beginning of a request that never ends."""
    whole = raw.handshake(address, "nobody")
    match kind:
        case "half a head":
            return whole[: len(whole) // 2]
        case "half a name":
            return whole[:-10]
        case "no end":
            return whole[:-2]
        case "half a body":
            return raw.head(address, "POST /api/sessions HTTP/1.1", Content_Length="1000") + b"{"
        case "trickle":
            return whole[:-2]
    return b""


def attack(address: str, count: int) -> tuple[int, float]:
    """Return how many of ``count`` half-open connections were never closed, and when the last that was, was."""
    with selectors.DefaultSelector() as selector:
        start = time.monotonic()
        for number in range(count):
            connection = raw.connect(address)
            kind = KINDS[number % len(KINDS)]
            connection.sendall(begun(address, kind))
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ, kind)
        opened, last = time.monotonic(), 0.0
        while selector.get_map() and time.monotonic() - opened < PATIENCE:
            for key, _ in selector.select(0.5):
                if is_closed(key.fileobj):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                    last = time.monotonic() - start
            trickle(selector)
        left = [key.fileobj for key in selector.get_map().values()]
        for connection in left:
            connection.close()
        return len(left), last


def is_closed(connection) -> bool:
    """Read what has come; return whether it was the end."""
    try:
        return not connection.recv(1 << 16)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def trickle(selector: selectors.BaseSelector) -> None:
    """Send another header where headers go on and on."""
    for key in list(selector.get_map().values()):
        if key.data == "trickle":
            try:
                key.fileobj.sendall(b"X-More: 1\r\n")
            except OSError:
                continue


def run(count: int) -> Figures:
    """Attack a server of this checkout."""
    with target() as server:
        idle = delays(server.address, 5)
        with measuring(server.address, 12) as found:
            left, slowest = attack(server.address, count)
        return Figures(count, left, slowest, idle, found[0], server.tracebacks())


def main() -> None:
    """Print the figures."""
    figures = run(options(__doc__, count=500).count)
    print(f"half-open handshakes: {figures.opened}, still open after {PATIENCE:g} s: {figures.still_open}")
    print(f"the last was closed {figures.slowest:.1f} s after the first was opened")
    print(f"others' p99: {figures.idle.p99:.2f} ms idle, {figures.busy.p99:.2f} ms meanwhile "
          f"({figures.busy.p99 / figures.idle.p99:.2f}x)")  # fmt: skip
    print(f"tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
