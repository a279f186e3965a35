"""A worker: a process that trains. It dials the hub, gives each session its turn and makes what viewers see."""

import argparse
import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from threading import Thread
from time import monotonic, thread_time
from typing import Any

from app.live.allowance import Limits, Throttle
from app.live.calls import CALLS, CHANGING, Answer, Request
from app.live.crew import INSTANCE, SECRET
from app.live.documents import json_text, missed_records, session_document, step_document
from app.live.door import dial
from app.live.hello import Credentials, introduce
from app.live.jobs import Job
from app.live.keeping import Keeper, Stored, revive
from app.live.link import Inbox, Message, pack_message
from app.live.load import Load
from app.live.resident import Resident
from app.live.session import Session, cut_short
from app.logs import start_logging_of_worker
from app.problems import Problem
from app.schemas import NEW_SESSION, parse
from app.wire.commands import parse_watch
from engine.blocks import CheckpointError
from engine.datasets.tables import load

ROUND = 1 / 30
"""Every session gets a turn within so many seconds: the time of a frame."""
LONGEST_TURN, SHORTEST_TURN = 0.008, 0.0002
LOOK = 0.1
"""While a worker gets ready it looks so often, in seconds, whether it is."""
NICENESS = 19
"""Training gives way to everything else on the machine."""

logger = logging.getLogger(__name__)


class Worker:
    """The sessions of one process."""

    def __init__(self, connection: socket.socket) -> None:
        """Serve the hub at the other end of ``connection``."""
        self._connection = connection
        self._inbox = Inbox()
        self._residents: dict[str, Resident] = {}
        self._frame_seconds = 0.0
        """How long the frames of this round have taken."""
        self._load = Load()
        self._preparation: Thread | None = Thread(target=load, args=("digits",), daemon=True)
        """Reads the largest table, so that no session has to wait for it."""
        self._throttle = Throttle()

    def run(self) -> None:
        """Work until the hub goes away."""
        assert self._preparation is not None
        self._preparation.start()
        try:
            while True:
                self._receive(self._patience())
                self._tell_when_ready()
                self._take_turns()
        except ConnectionError:
            return

    def _take_turns(self) -> None:
        """Let each session train for a moment and make its frames, and answer calls in between."""
        left = ROUND - self._frame_seconds  # frames take about as long as in the round before
        turn = max(SHORTEST_TURN, min(LONGEST_TURN, left / max(1, len(self._residents))))
        self._frame_seconds = 0.0
        rests = self._throttle.rests
        for name in list(self._residents):
            if name in self._residents:
                start, resident = thread_time(), self._residents[name]
                self._take_turn(resident, turn, rests)
                taken = thread_time() - start
                self._throttle.spend(taken)
                self._count(resident, taken)
                self._receive(0)
        if self._load.due is not None and self._load.due <= monotonic():
            self._send({"is": "load", **self._load.take()})

    def _take_turn(self, resident: Resident, turn: float, rests: bool) -> None:
        session, now = resident.session, monotonic()
        due = session.due()
        try:
            if due is not None and due <= now and not rests:
                self._train(resident, due, now, turn)
            else:
                resident.turned = None
            start = monotonic()
            for channel, sequence, frame in session.channels.frames(session, start):
                header = {"is": "frame", "session": session.id, "channel": channel, "sequence": sequence}
                self._send(header, frame)
            self._frame_seconds += monotonic() - start
            if resident.keeper.has_news and resident.keeper.due <= monotonic():
                self._keep(resident, urgent=False)
        except ConnectionError:
            raise
        except Exception:
            self._give_up(session)
            return
        self._tell_news(resident)

    def _train(self, resident: Resident, due: float, now: float, turn: float) -> None:
        """Let a session train for a moment; it is late if its last turn is longer ago than a frame."""
        late = 0.0 if resident.turned is None else max(0.0, now - max(due, resident.turned + ROUND))
        state, resident.turned = resident.session.training.state, now
        before = state.step
        job = resident.session.work(now + turn)
        self._load.count(state.step - before, late)
        self._finish(resident, job)

    def _count(self, resident: Resident, seconds: float) -> None:
        """Count what has been computed for a session; pause it if it may not compute any more."""
        session = resident.session
        session.allowance.spend(seconds)
        if session.phase.trains and session.allowance.is_spent and session.id in self._residents:
            job = session.halt()
            self._keep(resident)
            if job is not None:
                self._answer(job.call, 429, session.allowance.problem().json())
            self._tell_news(resident)

    def _finish(self, resident: Resident, job: Job | None) -> None:
        """Answer a ``step`` call whose job has ended."""
        if job is not None:
            self._keep(resident)
            self._answer(job.call, 200, json_text(step_document(resident.session)))

    def _keep(self, resident: Resident, urgent: bool = True) -> None:
        """Send what is new of a session to be stored; somebody waits for it if that is ``urgent``."""
        kept, session = resident.keeper.keep(), resident.session
        place = {"session": session.id, "epoch": resident.epoch, "playing": session.phase.trains, "urgent": urgent}
        header = {"is": "kept", **place, **kept.header}
        self._send(header, b"".join(part for part in kept.parts if part is not None))

    def _give_up(self, session: Session) -> None:
        """End a session that cannot go on because of a mistake in this program."""
        logger.exception("session ended")
        self._end(session.id)
        self._send({"is": "ended", "session": session.id, "reason": "Livenet made a mistake and had to end it."})

    def _tell_news(self, resident: Resident) -> None:
        """Send the session's document if its phase or settings are not what viewers know."""
        session = resident.session
        news = session.phase.word, session.version
        if resident.told != news:
            resident.told = news
            self._send({"is": "news", "session": session.id}, json_text(session_document(session)))

    def _tell_when_ready(self) -> None:
        """Say, once, that sessions do as well here as in a worker that has run for long."""
        if self._preparation is not None and not self._preparation.is_alive():
            self._preparation = None
            self._send({"is": "ready"})

    def _patience(self) -> float | None:
        """Return for how long nothing but a message can give anything to do; None for ever."""
        ready = monotonic() + LOOK if self._preparation is not None else None
        rest = self._throttle.until
        dues = [ready, self._load.due, *(resident.due(rest) for resident in self._residents.values())]
        times = [due for due in dues if due is not None]
        return max(0.0, min(times) - monotonic()) if times else None

    def _receive(self, patience: float | None) -> None:
        """Handle the messages that have come or come in time."""
        if select.select([self._connection], [], [], patience)[0]:
            received = self._connection.recv(1 << 20)
            if not received:
                raise ConnectionError("the hub has gone")
            for message in self._inbox.feed(received):
                self._handle(message)

    def _handle(self, message: Message) -> None:
        header = message.header
        resident = self._residents.get(header.get("session", ""))
        match header["do"]:
            case "create" | "revive" | "release" | "keep" as settling:
                self._settle(settling, header, message.payload)
            case "call":
                self._call(resident, header, message.payload)
            case "end":
                self._end(header["session"])
            case _ if resident is not None:
                self._watch(resident.session, header)

    def _settle(self, what: str, header: dict[str, Any], body: bytes) -> None:
        """Do what has to do with where sessions live, and answer."""
        doers = {"create": self._create, "revive": self._revive, "release": self._release, "keep": self._keep_all}
        try:
            document = doers[what](header, body)
        except ConnectionError:
            raise
        except Exception as error:
            problem = as_problem(error, what)
            self._answer(header["call"], problem.status, problem.json())
        else:
            self._answer(header["call"], 201, document)

    def _create(self, header: dict[str, Any], body: bytes) -> bytes:
        """Make a session."""
        session = Session.begin_new(header["session"], parse(NEW_SESSION, body or b"{}"))
        self._take_in(session, Keeper(session), header)
        self._keep(self._residents[session.id])
        return json_text(session_document(session))

    def _revive(self, header: dict[str, Any], body: bytes) -> bytes:
        """Go on with a session that lived elsewhere; the answer says which ``step`` call need not be asked again.

        It is the one for which the session trains, or the last one that was finished: the worker may have died before
        it could answer that.
        """
        parts, start = [], 0
        for length in header["lengths"]:
            parts.append(body[start : start + length])
            start += length
        document, state, *pieces = parts
        stored = Stored(header["run"], document, state, pieces)
        try:
            session, keeper = revive(header["session"], stored, header["sequence"])
        except CheckpointError as error:
            raise Problem(410, f"What was kept of this session cannot be used. {error}") from None
        self._take_in(session, keeper, header)
        if session.job is None and session.finished is not None:
            self._answer(session.finished, 200, json_text(step_document(session)))
        return json_text({"job": session.job.call if session.job else session.finished})

    def _take_in(self, session: Session, keeper: Keeper, header: dict[str, Any]) -> None:
        limits: Limits = header.get("limits", {})
        session.allowance.most = limits.get("seconds")
        self._throttle.share = limits.get("share", 1.0)
        told = session.phase.word, session.version
        self._residents[session.id] = Resident(session, keeper, header["epoch"], told)

    def _release(self, header: dict[str, Any], body: bytes) -> bytes:  # noqa: ARG002
        """Keep a session for the last time and forget it."""
        resident = self._residents.pop(header["session"], None)
        if resident is not None:
            self._keep(resident)
        return b"{}"

    def _keep_all(self, header: dict[str, Any], body: bytes) -> bytes:  # noqa: ARG002
        """Keep all sessions that have changed."""
        for resident in self._residents.values():
            if resident.keeper.has_news:
                self._keep(resident)
        return b"{}"

    def _watch(self, session: Session, header: dict[str, Any]) -> None:
        """Do what has to do with viewers."""
        match header["do"]:
            case "open":
                session.channels.open(
                    header["channel"], parse_watch(header["watch"], header["rate"], header.get("tail"))
                )
            case "close":
                session.channels.close(header["channel"])
            case "credit":
                session.channels.give_credit(header["channel"], header["frames"])
            case "recall":
                header = {"is": "recall", "session": session.id, "records": header["records"], "step": header["step"]}
                self._send(header, missed_records(session, header["records"], header["step"]))
            case "greet":
                document = json_text(session_document(session))
                self._send({"is": "greeting", "session": session.id}, document)

    def _call(self, resident: Resident | None, header: dict[str, Any], body: bytes) -> None:
        """Answer a call, unless the answer comes later; what it has changed is kept before."""
        start, request = thread_time(), Request(header["call"], body, header.get("parameters", {}))
        outcomes = list(self._outcomes(resident.session if resident else None, header["name"], request))
        if resident is not None and header["name"] in CHANGING and resident.keeper.has_news:
            self._keep(resident)
        for number, status, text in outcomes:
            self._answer(number, status, text)
        if resident is not None:
            self._count(resident, thread_time() - start)

    def _outcomes(self, session: Session | None, name: str, request: Request) -> Iterator[tuple[int, int, bytes]]:
        """Yield the number, the status and the text of each answer that a call leads to."""
        try:
            if session is None:
                raise Problem(404, "There is no such session.")
            answer: Answer = CALLS[name](session, request)
            if answer.ended is not None:
                yield answer.ended.call, 409, cut_short(answer.ended).json()
            if answer.document is not None:
                yield request.number, 200, json_text(answer.document)
        except Exception as error:
            problem = as_problem(error, name)
            yield request.number, problem.status, problem.json()

    def _end(self, name: str) -> None:
        resident = self._residents.pop(name, None)
        if resident is not None and resident.session.job is not None:
            self._answer(resident.session.job.call, 404, Problem(404, "The session was ended.").json())

    def _answer(self, call: int, status: int, text: bytes) -> None:
        self._send({"is": "answer", "call": call, "status": status}, text)

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        self._connection.sendall(pack_message(header, payload))


def as_problem(error: Exception, call: str) -> Problem:
    """Return what a client is told of an error; what is no refusal is a mistake of this program and is logged."""
    if isinstance(error, Problem):
        return error
    logger.error("%s failed", call, exc_info=error)
    return Problem(500, "Livenet made a mistake.")


def hold_leash() -> None:
    """End when whoever has started this process does, however that ends: its end of our standard input closes."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os._exit(0)  # the sessions live on elsewhere, as they were kept last

    Thread(target=wait, daemon=True).start()


def main() -> None:
    """Dial the hub whose address is on the command line, and work for it; SystemExit says why that cannot be."""
    arguments = argparse.ArgumentParser(description="A process that trains; Livenet starts it.")
    arguments.add_argument("address", help="the hub: unix:path or tcp://host:port")
    arguments.add_argument("--leash", action="store_true", help="end when the standard input does")
    chosen = arguments.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the hub decides when to end
    os.nice(NICENESS)
    start_logging_of_worker()
    if chosen.leash:
        hold_leash()
    try:
        connection = dial(chosen.address)
        introduce(connection, Credentials(os.environ[INSTANCE], os.environ[SECRET]))
    except OSError as error:
        sys.exit(f"this worker cannot work for the hub at {chosen.address}: {error}")
    Worker(connection).run()


if __name__ == "__main__":
    main()
