"""Many viewers in one process of its own: ``python -m tests.load.swarm``, told by lines of JSON what to do.

The first line is the plan: ``{"address": "http://…", "groups": [{"session": id, "viewers": 1000, "watch": {…},
"rate": 10}]}``. A group with ``"reads": false`` takes nothing once it is connected, one with ``"bytes_per_second"`` so
much, one with ``"acknowledges": false`` never says what has arrived. When every viewer has a picture the answer is
``{"connected": seconds}``. Then ``{"measure": seconds}`` answers with what came to each group, and ``{"drop": true}``
cuts all lines at once and answers how long it was until everybody had a picture again.
"""

import json
import random
import resource
import selectors
import subprocess
import sys
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from tests.app import raw
from tests.load.viewer import Arrivals, Viewer

AT_ONCE = 100
"""So many connections are being made at a time."""
PATIENCE = 120.0
LATE = 1.0
"""So many seconds later than at others a frame may come and still count."""
TICK = 0.01
"""Seconds between two looks at the slow and the returning."""
FIRST_DELAY, LONGEST_DELAY = 0.3, 8.0
"""Seconds after which a page that has lost its line tries again; twice as many each time, half of it by chance."""


class Question:
    """The call with which a page that comes back asks for its session."""

    def __init__(self, viewer: Viewer, attempt: int) -> None:
        self.viewer, self.attempt = viewer, attempt
        self.is_there = False
        self.socket = raw.connect(viewer.address)
        line = f"GET /api/sessions/{viewer.wishes['session']} HTTP/1.1"
        self.socket.sendall(raw.head(viewer.address, line, Connection="close"))

    def read(self, now: float) -> bool:
        """Take what has come; False when that is all."""
        try:
            received = self.socket.recv(1 << 16)
        except OSError:
            return False
        self.is_there |= received.startswith(b"HTTP/1.1 200")
        return bool(received)


class Swarm:
    """The viewers of this process."""

    def __init__(self, plan: dict[str, Any]) -> None:
        """Connect them all."""
        self.selector = selectors.EpollSelector()
        self.groups: list[list[Viewer]] = []
        self.lost = 0
        self.returning: dict[Viewer, tuple[float, int]] = {}
        arrivals: dict[str, Arrivals] = {}
        for group in plan["groups"]:
            wanted = json.dumps([group["session"], group.get("watch"), group.get("rate")])
            common = arrivals.setdefault(wanted, Arrivals())
            self.groups.append([Viewer(plan["address"], group, common) for _ in range(group["viewers"])])
        self.viewers = [viewer for group in self.groups for viewer in group]
        self.slow = [viewer for viewer in self.viewers if viewer.rate is not None]

    def connect(self) -> None:
        """Connect all, a few at a time, and wait until they see something."""
        for start in range(0, len(self.viewers), AT_ONCE):
            batch = self.viewers[start : start + AT_ONCE]
            for viewer in batch:
                self._attach(viewer)
            self._wait_for_pictures(batch)
        for viewer in self.viewers:
            if not viewer.wishes.get("reads", True) and viewer.socket in self.selector.get_map():
                self.selector.unregister(viewer.socket)

    def measure(self, seconds: float) -> dict[str, Any]:
        """Return what has come in so many seconds."""
        before, start = cpu_seconds(), monotonic()
        for viewer in self.viewers:
            viewer.begin()
            viewer.arrivals.begin(start, start + seconds)
        self.run(lambda now: now >= start + seconds)
        load = (cpu_seconds() - before) / seconds
        self.run(lambda now: now >= start + seconds + LATE)
        return {"load": load, "lost": self.lost, "groups": [describe(group, seconds) for group in self.groups]}

    def drop(self) -> dict[str, Any]:
        """Cut all lines; return when each viewer had a picture again, and how many tries it took."""
        self.lost, start = 0, monotonic()
        for viewer in self.viewers:
            if viewer.socket in self.selector.get_map():
                self.selector.unregister(viewer.socket)
            viewer.drop()
            viewer.has_picture = False
            self._return_later(viewer, start, 0)
        again: dict[Viewer, float] = {}

        def is_over(now: float) -> bool:
            again.update({each: now - start for each in self.viewers if each.has_picture and each not in again})
            return len(again) == len(self.viewers) or now > start + PATIENCE

        self.run(is_over)
        return {"back": sorted(again.values()), "missing": len(self.viewers) - len(again), "refused": self.lost}

    def run(self, is_over: Any) -> None:
        """Read what comes until it is over."""
        looked = 0.0
        while True:
            for key, _ in self.selector.select(TICK):
                if not key.data.read(monotonic()):
                    self._learn(key.data) if isinstance(key.data, Question) else self._lose(key.data)
            now = monotonic()
            if now - looked >= TICK:
                looked = now
                self._look(now)
                if is_over(now):
                    return

    def _look(self, now: float) -> None:
        for viewer in self.slow:
            if not viewer.read(now):
                self.slow.remove(viewer)
                self.lost += 1
        for viewer, (due, _) in list(self.returning.items()):
            if due <= now:
                self._come_back(viewer)

    def _come_back(self, viewer: Viewer) -> None:
        """Ask whether the session is there, as the page does, before watching it again."""
        _, attempt = self.returning.pop(viewer)
        try:
            question = Question(viewer, attempt)
        except OSError:
            self._fail(viewer, attempt)
        else:
            self.selector.register(question.socket, selectors.EVENT_READ, question)

    def _learn(self, question: "Question") -> None:
        """Watch again, if the session is there."""
        self.selector.unregister(question.socket)
        question.socket.close()
        if question.is_there:
            self._attach(question.viewer)
        else:
            self._fail(question.viewer, question.attempt)

    def _fail(self, viewer: Viewer, attempt: int) -> None:
        self.lost += 1
        self._return_later(viewer, monotonic(), attempt + 1)

    def _return_later(self, viewer: Viewer, now: float, attempt: int) -> None:
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2**attempt) * (0.5 + 0.5 * random.random())
        self.returning[viewer] = now + delay, attempt

    def _attach(self, viewer: Viewer) -> None:
        viewer.connect()
        if viewer.rate is None:  # else it is read from time to time
            self.selector.register(viewer.socket, selectors.EVENT_READ, viewer)

    def _lose(self, viewer: Viewer) -> None:
        self.selector.unregister(viewer.socket)
        viewer.socket.close()
        self._fail(viewer, 0)

    def _wait_for_pictures(self, viewers: list[Viewer]) -> None:
        end = monotonic() + PATIENCE
        self.run(lambda now: all(viewer.has_picture for viewer in viewers) or now > end)
        if not all(viewer.has_picture for viewer in viewers):
            raise TimeoutError("some viewers see nothing")


def describe(group: list[Viewer], seconds: float) -> dict[str, Any]:
    """Return what came to a group."""
    counts = [len(viewer.ages) for viewer in group]
    ages = sorted(age for viewer in group for age in viewer.ages)
    return {
        "made": group[0].arrivals.made,
        "frames": counts,
        "per_second": sum(counts) / len(counts) / seconds,
        "p50": ages[len(ages) // 2] if ages else None,
        "p99": ages[int(0.99 * len(ages))] if ages else None,
        "oldest": ages[-1] if ages else None,
    }


def cpu_seconds() -> float:
    """Seconds that this process has used of a core."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Remote:
    """A swarm in another process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, what: object) -> dict[str, Any]:
        """Say something and wait for the answer."""
        self.say(what)
        return self.answer()

    def say(self, what: object) -> None:
        """Say something."""
        print(json.dumps(what), file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:
        """Wait for the answer."""
        line = self._process.stdout.readline()
        assert line, "the swarm has ended"
        return json.loads(line)


@contextmanager
def swarm(address: str, groups: list[dict[str, Any]]):
    """A swarm that has connected."""
    program = [sys.executable, "-m", "tests.load.swarm"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            remote = Remote(process)
            remote.ask({"address": address, "groups": groups})
            yield remote
        finally:
            process.kill()


def main() -> None:
    """Do what the lines say."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    start = monotonic()
    viewers = Swarm(json.loads(sys.stdin.readline()))
    viewers.connect()
    print(json.dumps({"connected": monotonic() - start}), flush=True)
    lines = sys.stdin
    while line := next_line(viewers, lines):
        command = json.loads(line)
        done = viewers.drop() if "drop" in command else viewers.measure(command["measure"])
        print(json.dumps(done), flush=True)


def next_line(viewers: Swarm, lines: Any) -> str:
    """Return the next line, watching on until it comes."""
    asked = selectors.SelectSelector()
    asked.register(lines, selectors.EVENT_READ)
    with suppress(ValueError):
        viewers.run(lambda now: bool(asked.select(0)))
    return lines.readline()


if __name__ == "__main__":
    main()
