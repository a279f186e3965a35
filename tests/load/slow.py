"""Viewers behind thin lines, and viewers who take nothing: how old is what the slow see, and what do the others notice?

``python -m tests.load.slow`` lets one viewer read 200 KB a second, and then a tenth of all viewers nothing at all.
"""

from typing import NamedTuple

from tests.load.service import WATCH, Service, service
from tests.load.swarm import swarm
from tests.options import options

RATE, STEPS_PER_SECOND = 20, 200


class Figures(NamedTuple):
    """What was measured, in seconds; a frame's age is how much later it came than to anybody else."""

    slow_median: float
    slow_p99: float
    slow_per_second: float
    """Frames that the slow viewer got."""
    alone: float
    """How late frames are for the last of the others, p99, while all take them."""
    beside: float
    """The same while a tenth takes nothing."""
    alone_per_second: float
    beside_per_second: float


def measure(server: Service, viewers: int = 300, bytes_per_second: int = 200_000, seconds: float = 8.0) -> Figures:
    """Measure both."""
    session = server.open_sessions(1)[0]
    server.play([session], STEPS_PER_SECOND)
    wishes = {"session": session["id"], "watch": WATCH, "rate": RATE}
    stalled = {**wishes, "viewers": viewers // 10, "reads": False, "acknowledges": False}
    with swarm(server.address, [{**wishes, "viewers": viewers}]) as remote:
        alone = remote.ask({"measure": seconds})["groups"][0]
    with swarm(server.address, [{**wishes, "viewers": viewers - viewers // 10}, stalled]) as remote:
        beside = remote.ask({"measure": seconds})["groups"][0]
    slow = {**wishes, "viewers": 1, "bytes_per_second": bytes_per_second}
    with swarm(server.address, [{**wishes, "viewers": 5}, slow]) as remote:
        late = remote.ask({"measure": seconds})["groups"][1]
    return Figures(
        late["p50"], late["p99"], late["per_second"],
        alone["p99"], beside["p99"], alone["per_second"], beside["per_second"],
    )  # fmt: skip


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, viewers=300, bytes_per_second=200_000, seconds=8.0)
    with service(workers=1) as server:
        found = measure(server, **vars(chosen))
    print(f"at {chosen.bytes_per_second / 1000:.0f} KB/s: {found.slow_per_second:.1f} frames a second, "
          f"{found.slow_median:.2f} s old (p99 {found.slow_p99:.2f})")  # fmt: skip
    print(f"others' p99 behind the first: {1000 * found.alone:.1f} ms alone, {1000 * found.beside:.1f} ms with a tenth "
          f"stalled ({found.beside / found.alone:.2f}x); {found.alone_per_second:.2f} and "
          f"{found.beside_per_second:.2f} frames a second")  # fmt: skip


if __name__ == "__main__":
    main()
