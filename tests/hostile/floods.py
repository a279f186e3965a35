"""Floods of texts and pings on streams: how soon each is closed, and what others notice while more and more come."""

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
PORTION = 1 << 16
"""So many bytes are sent at a time."""


class Figures(NamedTuple):
    """What was measured."""

    floods: int
    unclosed: int
    slowest: float
    """Seconds until a flood was closed, at most."""
    idle: Delays
    busy: Delays
    tracebacks: int


def flood(address: str, session: str, kind: str) -> float:
    """Send as fast as possible, and read nothing, until the connection is closed; return after how many seconds."""
    portion = KINDS[kind] * max(1, PORTION // len(KINDS[kind]))
    start = time.monotonic()
    with closing(raw.open_stream(address, session, PATIENCE)) as connection:
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


def floods(address: str, session: str, seconds: float, pause: float) -> list[float]:
    """Flood in every way, one after another, for so long; return how long each took to be closed."""
    taken, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        for kind in KINDS:
            taken.append(flood(address, session, kind))
            time.sleep(pause)
    return taken


def attack(address: str, session: str, seconds: float, attackers: int) -> list[float]:
    """Let several processes flood at the same time."""
    program = [sys.executable, "-m", "tests.hostile.floods", "--attack", address, session, str(seconds)]
    processes = [subprocess.Popen(program, stdout=subprocess.PIPE, text=True) for _ in range(attackers)]
    return [taken for process in processes for taken in json.loads(process.communicate()[0])]


def run(seconds: float, attackers: int) -> Figures:
    """Attack a server of this checkout."""
    with target() as server:
        session = httpx.post(f"{server.address}/api/sessions").json()["id"]
        idle = delays(server.address, seconds)
        with measuring(server.address, seconds) as found:
            taken = attack(server.address, session, seconds, attackers)
        unclosed = sum(each >= PATIENCE for each in taken)
        return Figures(len(taken), unclosed, max(taken), idle, found[0], server.tracebacks())


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=15)
    arguments.add_argument("--attackers", type=int, default=4)
    arguments.add_argument("--attack", nargs=3, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.attack:
        address, session, seconds = chosen.attack
        print(json.dumps(floods(address, session, float(seconds), 0.05)))
        return
    figures = run(chosen.seconds, chosen.attackers)
    print(f"floods of {len(KINDS)} kinds by {chosen.attackers} attackers: {figures.floods}, "
          f"still open after {PATIENCE:g} s: {figures.unclosed}")  # fmt: skip
    print(f"each was closed within {figures.slowest:.2f} s")
    print(f"others' p99: {figures.idle.p99:.2f} ms idle, {figures.busy.p99:.2f} ms meanwhile "
          f"({figures.busy.p99 / figures.idle.p99:.2f}x)")  # fmt: skip
    print(f"tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
