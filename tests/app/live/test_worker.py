import json
import socket
import threading

import pytest

from app.live.link import Inbox, pack_message
from app.live.worker import Worker, as_problem
from app.problems import Problem
from app.wire.frames import decode_frame


class Hub:
    """The other end of a worker's connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.inbox, self.pending = connection, Inbox(), []
        connection.settimeout(20)

    def say(self, do: str, body: object = None, session: str = "s", **header: object) -> None:
        payload = b"" if body is None else json.dumps(body).encode()
        self.connection.sendall(pack_message({"do": do, "session": session, **header}, payload))

    def hear(self, what: str, **wanted: object):
        """The next message of this sort; those before it are dropped."""
        while True:
            while self.pending:
                message = self.pending.pop(0)
                if {"is": what, **wanted}.items() <= message.header.items():
                    return message
            self.pending += self.inbox.feed(self.connection.recv(1 << 20))


@pytest.fixture
def hub():
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=Worker(theirs).run)
    thread.start()
    with ours:
        yield Hub(ours)
    thread.join(10)
    theirs.close()
    assert not thread.is_alive(), "a worker ends when its hub goes away"


def test_a_session_is_made_called_watched_and_ended(hub):
    hub.say("create", {}, call=1)
    assert hub.hear("answer", call=1).header["status"] == 201
    hub.say("call", {"steps": 30}, call=2, name="step")
    assert json.loads(hub.hear("answer", call=2).payload)["step"] == 30
    hub.say("open", channel=5, watch={"weights": {}})
    frame = hub.hear("frame", channel=5)
    assert decode_frame(frame.payload).stamp.step == 30
    assert decode_frame(frame.payload).stamp.sequence == frame.header["sequence"]
    hub.say("end")
    hub.say("call", call=3, name="describe")
    assert hub.hear("answer", call=3).header["status"] == 404


def test_others_go_on_while_one_steps(hub):
    for name in ("a", "b"):
        hub.say("create", {}, session=name, call=1)
        hub.hear("answer", call=1)
    hub.say("call", {"steps": 200_000}, session="a", call=2, name="step")
    hub.say("call", {"steps": 50}, session="b", call=3, name="step")
    first = hub.hear("answer").header
    assert first["call"] == 3
    hub.say("call", session="a", call=4, name="pause")
    assert hub.hear("answer", call=2).header["status"] == 409


def test_sessions_share_the_time_fairly(hub):
    names = "abcd"
    for name in names:
        hub.say("create", {}, session=name, call=1)
        hub.hear("answer", call=1)
    for name in names:
        hub.say("call", {}, session=name, call=2, name="play")
    for name in names:
        hub.say("open", session=name, channel=1, watch={})
    while decode_frame(hub.hear("frame", session="d").payload).stamp.step < 3000:
        hub.say("credit", session="d", channel=1, frames=1)
    steps = []
    for call, name in enumerate(names, 10):
        hub.say("call", session=name, call=call, name="describe")
        steps.append(json.loads(hub.hear("answer", call=call).payload)["step"])
    assert min(steps) > 0.3 * max(steps)


def test_news_come_with_every_change_of_phase(hub):
    hub.say("create", {}, call=1)
    hub.say("call", {}, call=2, name="play")
    assert json.loads(hub.hear("news").payload)["phase"] == "playing"
    hub.say("call", {"batch_size": 3}, call=3, name="adopt")
    assert json.loads(hub.hear("news").payload)["version"] == 1
    hub.say("greet", viewer=9)
    assert json.loads(hub.hear("news", viewer=9).payload)["id"] == "s"


def test_ending_a_session_answers_the_step_call_that_waits(hub):
    hub.say("create", {}, call=1)
    hub.say("call", {"steps": 1_000_000}, call=2, name="step")
    hub.say("end")
    assert hub.hear("answer", call=2).header["status"] == 404


def test_what_cannot_be_made_is_refused(hub):
    hub.say("create", {"experiment": {"seed": -1}}, call=1)
    answer = hub.hear("answer", call=1)
    assert answer.header["status"] == 422
    assert json.loads(answer.payload)["errors"][0]["field"] == "experiment.seed"


def test_mistakes_of_the_program_are_logged_and_told_without_details(caplog):
    problem = as_problem(ZeroDivisionError("secret"), "play")
    assert (problem.status, "secret" in problem.detail) == (500, False)
    assert "play failed" in caplog.text
    assert as_problem(Problem(409, "no"), "play").status == 409
