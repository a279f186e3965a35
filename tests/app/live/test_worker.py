import itertools
import json
import socket
import threading

import pytest

from app.live.archive import cut
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
            message = self.hear_any()
            if {"is": what, **wanted}.items() <= message.header.items():
                return message

    def hear_any(self):
        """The next message."""
        while not self.pending:
            self.pending += self.inbox.feed(self.connection.recv(1 << 20))
        return self.pending.pop(0)


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
    hub.say("create", {}, epoch=0, call=1)
    assert hub.hear("answer", call=1).header["status"] == 201
    hub.say("call", {"steps": 30}, call=2, name="step")
    assert json.loads(hub.hear("answer", call=2).payload)["step"] == 30
    hub.say("open", channel=5, watch={"weights": {}}, rate=30)
    frame = hub.hear("frame", channel=5)
    assert decode_frame(frame.payload).stamp.step == 30
    assert decode_frame(frame.payload).stamp.sequence == frame.header["sequence"]
    hub.say("end")
    hub.say("call", call=3, name="describe")
    assert hub.hear("answer", call=3).header["status"] == 404


def test_others_go_on_while_one_steps(hub):
    for name in ("a", "b"):
        hub.say("create", {}, session=name, epoch=0, call=1)
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
        hub.say("create", {}, session=name, epoch=0, call=1)
        hub.hear("answer", call=1)
    for name in names:
        hub.say("call", {}, session=name, call=2, name="play")
    for name in names:
        hub.say("open", session=name, channel=1, watch={}, rate=30)
    while decode_frame(hub.hear("frame", session="d").payload).stamp.step < 3000:
        hub.say("credit", session="d", channel=1, frames=1)
    steps = []
    for call, name in enumerate(names, 10):
        hub.say("call", session=name, call=call, name="describe")
        steps.append(json.loads(hub.hear("answer", call=call).payload)["step"])
    assert min(steps) > 0.3 * max(steps)


def test_news_come_with_every_change_of_phase(hub):
    hub.say("create", {}, epoch=0, call=1)
    hub.say("call", {}, call=2, name="play")
    assert json.loads(hub.hear("news").payload)["phase"] == "playing"
    hub.say("call", {"batch_size": 3}, call=3, name="adopt")
    assert json.loads(hub.hear("news").payload)["version"] == 1
    hub.say("greet")
    assert json.loads(hub.hear("greeting").payload)["id"] == "s"


def revive(hub, kept: list, session: str, call: int) -> dict:
    """Have a session go on as it was kept; the answer."""
    begin_revival(hub, kept, session, call)
    return json.loads(hub.hear("answer", call=call).payload)


def begin_revival(hub, kept: list, session: str, call: int) -> None:
    """Have a session go on as it was kept."""
    document = next(part for part in reversed([split(message)[0] for message in kept]) if part is not None)
    pieces = [split(message)[2] for message in kept if split(message)[2] is not None]
    parts = [document, split(kept[-1])[1], *pieces]
    header = {"run": kept[-1].header["run"], "epoch": 1, "sequence": 40, "lengths": [len(part) for part in parts]}
    hub.connection.sendall(pack_message({"do": "revive", "session": session, "call": call, **header}, b"".join(parts)))


def split(message) -> list:
    return list(cut(message.payload, message.header["lengths"]))


def test_a_session_is_kept_when_it_is_made_changed_stepped_and_released(hub):
    hub.say("create", {}, epoch=0, call=1)
    kept = [hub.hear("kept", session="s", epoch=0)]
    assert all(part is not None for part in split(kept[0]))
    hub.say("call", {"batch_size": 3}, call=2, name="adopt")
    kept.append(hub.hear("kept"))
    assert hub.hear("answer").header["call"] == 2, "what was changed is kept before it is answered"
    hub.say("call", {"steps": 30}, call=3, name="step")
    kept.append(hub.hear("kept"))
    assert hub.hear("answer").header["call"] == 3
    hub.say("release", call=4)
    kept.append(hub.hear("kept"))
    hub.hear("answer", call=4)
    hub.say("call", call=5, name="describe")
    assert hub.hear("answer", call=5).header["status"] == 404
    assert revive(hub, kept, "s", 6) == {"job": 3}
    hub.say("call", call=7, name="describe")
    found = json.loads(hub.hear("answer", call=7).payload)
    assert (found["step"], found["version"], found["experiment"]["batch_size"]) == (30, 1, 3)
    hub.say("open", channel=5, watch={}, rate=30)
    assert hub.hear("frame").header["sequence"] == 41


def test_what_trains_is_kept_every_second_and_all_when_that_is_asked_for(hub):
    hub.say("create", {}, epoch=0, call=1)
    hub.say("call", {}, call=2, name="play")
    for _ in range(3):
        hub.hear("kept")
    wanted = itertools.count(3)
    while not told_to_keep(hub, next(wanted)):  # nothing may be new since the last time
        pass


def told_to_keep(hub, call: int) -> bool:
    """Whether anything was kept before the call was answered."""
    hub.say("keep", call=call)
    kept = False
    while (message := hub.hear_any()).header.get("call") != call:
        kept |= message.header["is"] == "kept"
    return kept


def test_a_job_goes_on_elsewhere_and_is_named(hub):
    hub.say("create", {}, epoch=0, call=1)
    kept = [hub.hear("kept")]
    hub.say("call", {"steps": 1_000_000}, call=2, name="step")
    hub.say("release", call=3)
    kept.append(hub.hear("kept"))
    hub.hear("answer", call=3)
    assert revive(hub, kept, "s", 4) == {"job": 2}
    hub.say("call", call=5, name="pause")
    assert hub.hear("answer", call=2).header["status"] == 409


def test_a_finished_job_is_answered_again_elsewhere_as_its_answer_may_be_lost(hub):
    hub.say("create", {}, epoch=0, call=1)
    kept = [hub.hear("kept")]
    hub.say("call", {"steps": 30}, call=2, name="step")
    kept.append(hub.hear("kept"))
    first = hub.hear("answer", call=2).payload
    hub.say("end")
    begin_revival(hub, kept, "s", 3)
    assert hub.hear("answer", call=2).payload == first


def test_ending_a_session_answers_the_step_call_that_waits(hub):
    hub.say("create", {}, epoch=0, call=1)
    hub.say("call", {"steps": 1_000_000}, call=2, name="step")
    hub.say("end")
    assert hub.hear("answer", call=2).header["status"] == 404


def test_what_cannot_be_made_is_refused(hub):
    hub.say("create", {"experiment": {"seed": -1}}, epoch=0, call=1)
    answer = hub.hear("answer", call=1)
    assert answer.header["status"] == 422
    assert json.loads(answer.payload)["errors"][0]["field"] == "experiment.seed"


def test_mistakes_of_the_program_are_logged_and_told_without_details(caplog):
    problem = as_problem(ZeroDivisionError("secret"), "play")
    assert (problem.status, "secret" in problem.detail) == (500, False)
    assert "play failed" in caplog.text
    assert as_problem(Problem(409, "no"), "play").status == 409


def test_it_tells_how_much_it_has_trained(hub):
    hub.say("create", {}, epoch=0, call=1)
    hub.say("call", {"steps": 30}, call=2, name="step")
    load = hub.hear("load").header
    assert load["steps"] == 30
    assert sum(load["turns"]) >= 1
    assert load["seconds"] >= 0


def test_it_says_once_that_it_is_ready(hub):
    hub.hear("ready")
    hub.say("create", session="s", call=1, epoch=0)
    heard = [hub.hear_any().header["is"]]
    while heard[-1] != "answer":
        heard.append(hub.hear_any().header["is"])
    assert "ready" not in heard
