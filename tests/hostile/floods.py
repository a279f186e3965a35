"""Floods of texts and pings on streams: how soon each is closed, and what others notice while more and more come.

Attackers compete with the server for the same processors. What that alone costs the others is measured, too: as many
processes that compute for as long as the attackers did, and say nothing to the server.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import closing
from typing import NamedTuple

import httpx

from tests.app import raw
from tests.hostile.target import Delays, delays, measuring, target

KINDS = {
    "texts": raw.frame(raw.TEXT, b'{"ack":1}'),
    "long texts": raw.frame(raw.TEXT, b'{"watch":{' + b" " * 60_000 + b"}}"),
    "pings": raw.frame(raw.PING, b""),
    "long pings": raw.frame(raw.PING, bytes(125)),
    "pongs": raw.frame(raw.PONG, b""),
    "fragments": raw.frame(raw.CONTINUATION, b"", final=False),
}
"""A message of each kind of flood."""
PATIENCE = 30.0
MOMENT = 0.05
"""Seconds in which a process that only computes does so once."""
PORTION = 1 << 16
"""So many bytes are sent at a time."""


class Figures(NamedTuple):
    """What was measured."""

    floods: int
    unclosed: int
    slowest: float
    """Seconds until a flood was closed, at most."""
    turned_away: int
    """Streams that were refused because of floods before."""
    idle: Delays
    beside: Delays
    """While others compute as much as the attackers did."""
    busy: Delays
    seconds: float
    """For how long each attacker computed in each second."""
    tracebacks: int


class Attack(NamedTuple):
    """What one attacker has done."""

    taken: list[float]
    """Seconds until each flood was closed."""
    turned_away: int
    seconds: float
    """For how long it has computed."""


def flood(address: str, session: str, kind: str) -> float | None:
    """Send as fast as possible, and read nothing, until the connection is closed; return after how many seconds.

    None if the stream is refused.
    """
    portion = KINDS[kind] * max(1, PORTION // len(KINDS[kind]))
    start = time.monotonic()
    with closing(raw.connect(address, PATIENCE)) as connection:
        connection.sendall(raw.handshake(address, session))
        if b" 101 " not in raw.read_until(connection, b"\r\n\r\n"):
            return None
        try:
            if kind == "fragments":
                connection.sendall(raw.frame(raw.TEXT, b"", final=False))
            while time.monotonic() - start < PATIENCE:
                connection.sendall(portion)
        except TimeoutError:
            return PATIENCE
        except OSError:
            pass
    return time.monotonic() - start


def floods(address: str, session: str, seconds: float, pause: float) -> Attack:
    """Flood in every way, one after another, for so long."""
    found, start, end = [], time.process_time(), time.monotonic() + seconds
    while time.monotonic() < end:
        for kind in KINDS:
            found.append(flood(address, session, kind))
            time.sleep(pause)
    return Attack([each for each in found if each is not None], found.count(None), time.process_time() - start)


def compute(seconds: float, share: float) -> Attack:
    """Compute for a share of each moment, for so long."""
    start, end = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < end:
        goal = time.process_time() + MOMENT * share
        while time.process_time() < goal:
            pass
        time.sleep(MOMENT * (1 - share))
    return Attack([], 0, time.process_time() - start)


def together(count: int, *words: str) -> list[Attack]:
    """Let several processes do something at the same time."""
    program = [sys.executable, "-m", "tests.hostile.floods", *words]
    processes = [subprocess.Popen(program, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [Attack(*json.loads(process.communicate()[0])) for process in processes]


def run(seconds: float, attackers: int) -> Figures:
    """Attack a server of this checkout."""
    with target() as server:
        session = httpx.post(f"{server.address}/api/sessions").json()["id"]
        idle = delays(server.address, seconds)
        with measuring(server.address, seconds) as busy:
            attacks = together(attackers, "--attack", server.address, session, str(seconds))
        share = min(1.0, sum(attack.seconds for attack in attacks) / attackers / seconds)
        with measuring(server.address, seconds) as beside:
            together(attackers, "--compute", str(seconds), str(share))
        taken = [each for attack in attacks for each in attack.taken]
        turned_away = sum(attack.turned_away for attack in attacks)
        unclosed = sum(each >= PATIENCE for each in taken)
        delays_found = idle, beside[0], busy[0]
        return Figures(len(taken), unclosed, max(taken), turned_away, *delays_found, share, server.tracebacks())


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=15)
    arguments.add_argument("--attackers", type=int, default=4)
    arguments.add_argument("--attack", nargs=3, help=argparse.SUPPRESS)
    arguments.add_argument("--compute", nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.attack:
        address, session, seconds = chosen.attack
        print(json.dumps(floods(address, session, float(seconds), 0.05)))
        return
    if chosen.compute:
        print(json.dumps(compute(*map(float, chosen.compute))))
        return
    figures = run(chosen.seconds, chosen.attackers)
    print(f"floods of {len(KINDS)} kinds by {chosen.attackers} attackers: {figures.floods}, "
          f"still open after {PATIENCE:g} s: {figures.unclosed}")  # fmt: skip
    print(f"each was closed within {figures.slowest:.2f} s; streams refused afterwards: {figures.turned_away}")
    idle, beside, busy = figures.idle.p99, figures.beside.p99, figures.busy.p99
    print(f"others' p99: {idle:.2f} ms idle, {busy:.2f} ms meanwhile ({busy / idle:.2f}x)")
    print(f"{beside:.2f} ms beside {chosen.attackers} processes that compute as much as the attackers "
          f"({figures.seconds:.0%} of a processor each) and send nothing ({beside / idle:.2f}x): "
          f"the floods add {busy / beside:.2f}x to that")  # fmt: skip
    print(f"tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
