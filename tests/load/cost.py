"""What a frame that reaches a viewer costs the web process, and what Starlette's ``send_bytes`` and deflate cost.

``python -m tests.load.cost``: the same frames, at the same rate, to the same viewers, who acknowledge twice a second.
The service also reads the frames from its workers, and does all else that it does; the others only send. Compressed for
each viewer, fewer can be served: there the rate falls, and the cost for each frame that arrives counts.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from websockets.sync.client import connect

from app.wire.frames import decode_frame
from tests.app.watching import Watcher
from tests.load.service import WATCH, Service, cpu_seconds, service
from tests.load.swarm import swarm
from tests.options import options

STEPS_PER_SECOND = 200
WATCHES = {"all pictures": WATCH, "weights": {"weights": {}}}
"""Large frames, most of whose cost is the system's, which copies them; and small ones, where the calls cost most."""


class Cost(NamedTuple):
    """What one way of sending takes."""

    microseconds: float
    """Of a core, for a frame that has arrived."""
    per_second: float
    """Frames that a viewer got."""
    cores: float


def measured(address: str, process: int, wishes: dict, seconds: float) -> Cost:
    """Let viewers watch, and return what that costs a process."""
    with swarm(address, [wishes]) as remote:
        before = cpu_seconds(process)
        came = remote.ask({"measure": seconds})["groups"][0]
        used = cpu_seconds(process) - before
    return Cost(1e6 * used / sum(came["frames"]), came["per_second"], used / seconds)


def livenet(server: Service, watch: dict, viewers: int, rate: float, seconds: float, frame: Path) -> Cost:
    """Measure the service; leave one of its frames in a file."""
    session = server.open_sessions(1)[0]
    server.play([session], STEPS_PER_SECOND)
    stream = f"{server.address.replace('http', 'ws')}/api/sessions/{session['id']}/stream"
    with connect(stream) as connection:
        watcher = Watcher(connection)
        watcher.say({"watch": watch})
        while True:
            message = connection.recv(20)
            if isinstance(message, bytes) and decode_frame(message).directory["probes"].keys() == watch.keys():
                frame.write_bytes(message)
                break
    wishes = {"session": session["id"], "viewers": viewers, "watch": watch, "rate": rate}
    return measured(server.address, server.process, wishes, seconds)


@contextmanager
def plain(frame: Path, rate: float, *words: str) -> Iterator[tuple[str, int]]:
    """The address and the process of an application that only sends."""
    command = [sys.executable, "-m", "tests.load.plain", str(frame), f"--rate={rate}", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield re.search(r"http://\S+", process.stdout.readline()).group(), process.pid
        finally:
            process.terminate()


def peer(viewers: int, rate: float, seconds: float, frame: Path, deflate: bool = False) -> Cost:
    """Measure an application that only sends."""
    with plain(frame, rate, *["--deflate"] * deflate) as (address, process):
        wishes = {"session": "any", "viewers": viewers, "deflate": deflate}
        return measured(address, process, wishes, seconds)


def measure(
    server: Service,
    watch: dict,
    viewers: int = 500,
    rate: float = 20,
    seconds: float = 8,
    compressed_viewers: int = 100,
) -> dict[str, Cost]:
    """Measure all three."""
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder, "frame")
        direct = livenet(server, watch, viewers, rate, seconds, frame)
        sent = peer(viewers, rate, seconds, frame)
        deflated = peer(compressed_viewers, rate, seconds, frame, deflate=True)
        print(f"{frame.stat().st_size:,} bytes a frame")
    return {"direct": direct, "send_bytes": sent, "deflated": deflated}


def main() -> None:
    """Print the figures."""
    chosen = vars(options(__doc__, viewers=500, rate=20.0, seconds=8.0))
    for name, watch in WATCHES.items():
        print(name, end=": ")
        with service(workers=1) as server:
            show(measure(server, watch, **chosen))


def show(costs: dict[str, Cost]) -> None:
    """Print costs and their ratios."""
    for name, cost in costs.items():
        ratio = costs["direct"].microseconds / cost.microseconds
        print(f"{name:>10}: {cost.microseconds:7.1f} µs for a frame that arrives; {cost.per_second:.2f} a second for "
              f"each viewer, {cost.cores:.2f} cores; direct is {ratio:.3f}x")  # fmt: skip


if __name__ == "__main__":
    main()
