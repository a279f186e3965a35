"""A worker: a process that trains. It dials the hub, gives each session its turn and makes what viewers see."""

import argparse
import logging
import os
import select
import signal
import socket
from collections.abc import Iterator
from time import monotonic
from typing import Any

from app.live.calls import CALLS, Answer, Request
from app.live.documents import json_text, session_document, step_document
from app.live.jobs import Job
from app.live.link import Inbox, Message, pack_message
from app.live.session import Session, cut_short
from app.logs import start_logging_of_worker
from app.problems import Problem
from app.schemas import NEW_SESSION, parse
from app.wire.commands import parse_probes

ROUND = 1 / 30
"""Every session gets a turn within so many seconds: the time of a frame."""
LONGEST_TURN, SHORTEST_TURN = 0.008, 0.0004
NICENESS = 19
"""Training gives way to everything else on the machine."""

logger = logging.getLogger(__name__)


class Worker:
    """The sessions of one process."""

    def __init__(self, connection: socket.socket) -> None:
        """Serve the hub at the other end of ``connection``."""
        self._connection = connection
        self._inbox = Inbox()
        self._sessions: dict[str, Session] = {}
        self._told: dict[str, tuple[str, int]] = {}
        """Phase and version that viewers of a session know."""

    def run(self) -> None:
        """Work until the hub goes away."""
        try:
            while True:
                self._receive(self._patience())
                self._take_turns()
        except ConnectionError:
            return

    def _take_turns(self) -> None:
        """Let each session train for a moment and make its frames, and answer calls in between."""
        turn = max(SHORTEST_TURN, min(LONGEST_TURN, ROUND / max(1, len(self._sessions))))
        for session in list(self._sessions.values()):
            if session.id in self._sessions:
                self._take_turn(session, turn)
                self._receive(0)

    def _take_turn(self, session: Session, turn: float) -> None:
        now = monotonic()
        due = session.due()
        try:
            if due is not None and due <= now:
                self._finish(session, session.work(now + turn))
            for channel, sequence, frame in session.channels.frames(session, monotonic()):
                header = {"is": "frame", "session": session.id, "channel": channel, "sequence": sequence}
                self._send(header, frame)
        except Exception:
            self._give_up(session)
        self._tell_news(session)

    def _finish(self, session: Session, job: Job | None) -> None:
        """Answer a ``step`` call whose job has ended."""
        if job is not None:
            self._answer(job.call, 200, json_text(step_document(session)))

    def _give_up(self, session: Session) -> None:
        """End a session that cannot go on because of a mistake in this program."""
        logger.exception("session ended")
        self._end(session.id)
        self._send({"is": "ended", "session": session.id, "reason": "Livenet made a mistake and had to end it."})

    def _tell_news(self, session: Session) -> None:
        """Send the session's document if its phase or settings are not what viewers know."""
        news = session.phase.word, session.version
        if session.id in self._sessions and self._told.get(session.id) != news:
            self._told[session.id] = news
            self._send({"is": "news", "session": session.id}, json_text(session_document(session)))

    def _patience(self) -> float | None:
        """Return for how long nothing but a message can give anything to do; None for ever."""
        dues = [
            due for session in self._sessions.values() for due in (session.due(), session.channels.due(session.changes))
        ]
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
        session = self._sessions.get(header["session"])
        match header["do"]:
            case "create":
                self._create(header, message.payload)
            case "call":
                self._call(session, header, message.payload)
            case "end":
                self._end(header["session"])
            case _ if session is not None:
                self._watch(session, header)

    def _watch(self, session: Session, header: dict[str, Any]) -> None:
        """Do what has to do with viewers."""
        match header["do"]:
            case "open":
                session.channels.open(header["channel"], parse_probes(header["watch"]))
            case "close":
                session.channels.close(header["channel"])
            case "credit":
                session.channels.give_credit(header["channel"], header["frames"])
            case "greet":
                document = json_text(session_document(session))
                self._send({"is": "news", "session": session.id, "viewer": header["viewer"]}, document)

    def _create(self, header: dict[str, Any], body: bytes) -> None:
        try:
            session = Session(header["session"], parse(NEW_SESSION, body or b"{}"))
            document = json_text(session_document(session))
        except Exception as error:
            problem = as_problem(error, "create")
            self._answer(header["call"], problem.status, problem.json())
            return
        self._sessions[session.id] = session
        self._told[session.id] = session.phase.word, session.version
        self._answer(header["call"], 201, document)

    def _call(self, session: Session | None, header: dict[str, Any], body: bytes) -> None:
        """Answer a call, unless the answer comes later."""
        request = Request(header["call"], body, header.get("parameters", {}))
        for number, status, text in self._outcomes(session, header["name"], request):
            self._answer(number, status, text)

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
        session = self._sessions.pop(name, None)
        self._told.pop(name, None)
        if session is not None and session.job is not None:
            self._answer(session.job.call, 404, Problem(404, "The session was ended.").json())

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


def main() -> None:
    """Dial the hub whose socket is named on the command line, and work for it."""
    arguments = argparse.ArgumentParser(description="A process that trains; Livenet starts it.")
    arguments.add_argument("address", help="the hub's unix socket")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the hub decides when to end
    os.nice(NICENESS)
    start_logging_of_worker()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(arguments.parse_args().address)
        Worker(connection).run()


if __name__ == "__main__":
    main()
