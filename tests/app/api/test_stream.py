import json
import re
import subprocess
import sys
from contextlib import suppress
from html import unescape
from itertools import pairwise

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.wire.commands import LARGEST_MESSAGE
from app.wire.frames import DIRECTORY
from engine.experiment import Experiment
from engine.probes import probes
from engine.training import Training
from tests.app.watching import watching


def test_a_viewer_gets_the_session_and_a_frame_at_once_even_while_it_rests(client, session):
    with watching(client, session.id) as viewer:
        event = viewer.event()
        frame = viewer.frame()
    assert event["event"] == "session"
    assert event["session"] == session.get(key=None)
    assert frame.directory.keys() == DIRECTORY.keys()
    assert (frame.stamp.step, frame.stamp.version, frame.directory["phase"]) == (0, 0, "paused")
    assert frame.arrays == {}


def test_the_controlling_page_knows_that_it_controls(client, session):
    with watching(client, session.id, additional_headers={"Authorization": f"Bearer {session.key}"}) as viewer:
        assert viewer.event()["session"]["can_control"] is True


def test_frames_hold_exactly_what_is_watched(client, session):
    with watching(client, session.id) as viewer:
        viewer.say({"watch": {"boundary": {"resolution": 8, "encoding": "byte"}, "weights": {}}})
        frame = viewer.frame(lambda frame: bool(frame.arrays))
        training = Training(Experiment())
        boundary = probes["boundary"](resolution=8, encoding="byte").measure(training)
        np.testing.assert_array_equal(frame.arrays["boundary.values"], boundary.arrays["values"])
        assert frame.directory["probes"]["boundary"] == boundary.meta
        assert {name.split(".")[0] for name in frame.arrays} == {"boundary", "weights"}
        viewer.say({"watch": {"histograms": {"quantity": "gradients"}}})
        frame = viewer.frame(lambda frame: "histograms" in frame.directory["probes"])
        assert {name.split(".")[0] for name in frame.arrays} == {"histograms"}


def test_each_viewer_sees_its_own_probes(client, session):
    with watching(client, session.id) as first, watching(client, session.id) as second:
        first.say({"watch": {"boundary": {"resolution": 4}}})
        second.say({"watch": {"boundary": {"resolution": 6}}})
        session.post("/play")
        for _ in range(3):
            assert first.frame(lambda frame: bool(frame.arrays)).arrays["boundary.values"].shape == (4, 4)
            assert second.frame(lambda frame: bool(frame.arrays)).arrays["boundary.values"].shape == (6, 6)


def test_a_probe_that_makes_no_sense_says_why(client, make_session):
    rows = {"kind": "inline", "inputs": [[1, 2, 3], [4, 5, 6]], "targets": [0, 1]}
    session = make_session({"data": {"dataset": rows}})
    with watching(client, session.id) as viewer:
        viewer.say({"watch": {"boundary": {}}})
        frame = viewer.frame(lambda frame: bool(frame.directory["probes"]))
    assert "3 inputs" in frame.directory["probes"]["boundary"]["unavailable"]


def test_a_change_arrives_while_it_plays_in_a_frame_that_says_so(client, session):
    with watching(client, session.id) as viewer:
        session.post("/play")
        before = viewer.frame(lambda frame: frame.stamp.step > 0)
        answer = session.patch({"optimizer": {"learning_rate": 0.5}})
        seen = []
        frame = viewer.frame(lambda frame: seen.append(frame) or frame.stamp.version == answer["version"])
    assert frame.directory["learning_rate"] == 0.5
    assert frame.directory["phase"] == "playing"
    assert frame.stamp.step > before.stamp.step
    assert [each.stamp.sequence for each in seen] == sorted(each.stamp.sequence for each in seen)


def test_viewers_are_told_of_phases_and_settings(client, session):
    with watching(client, session.id) as viewer:
        assert viewer.event()["session"]["phase"] == "paused"
        session.post("/play")
        assert viewer.event()["session"]["phase"] == "playing"
        session.patch({"batch_size": 20})
        assert viewer.event()["session"]["experiment"]["batch_size"] == 20
        session.post("/pause")
        assert viewer.event()["session"]["phase"] == "paused"


def test_in_slow_motion_every_step_is_shown(client, session):
    with watching(client, session.id) as viewer:
        session.post("/play", {"steps_per_second": 2})  # a busy machine may be late by a good part of a second
        steps = [viewer.frame().stamp.step for _ in range(5)]
    assert steps[-1] - steps[0] <= len(steps)
    assert all(later - earlier <= 1 for earlier, later in pairwise(steps))


def test_the_tail_of_the_history_is_that_of_the_metrics(client, session):
    session.post("/step", {"epochs": 4})
    with watching(client, session.id) as viewer:
        frame = viewer.frame()
    history = session.get("/metrics")["history"]
    assert frame.directory["history_length"] == len(history)
    assert frame.directory["history_tail"] == history[-1:]


def test_a_resting_session_sends_nothing_new(client, session):
    with watching(client, session.id) as viewer:
        viewer.frame()
        session.post("/step", {"steps": 1})
        viewer.frame(lambda frame: frame.stamp.step == 1)
        with suppress(TimeoutError):
            while isinstance(viewer.socket.recv(0.3), str):
                pass
            pytest.fail("a frame came although nothing had changed")


MISTAKES = [
    (b"bytes", 1003), ("{", 1008), ("[]", 1008), ('{"watch": 1}', 1008), ('{"watch": {"nothing": {}}}', 1008),
    ('{"watch": {"boundary": {"resolution": 1e999}}}', 1008), ('{"watch": {"boundary": {"kind": "weights"}}}', 1008),
    ('{"ack": -1}', 1008), ('{"ack": true}', 1008), ('{"ack": NaN}', 1008), ('{"ack": 1, "play": 1}', 1008),
    ('{"watch":' * 500, 1008), ("x" * (LARGEST_MESSAGE + 1), 1009),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code"), MISTAKES, ids=[str(message)[:30] for message, _ in MISTAKES])
def test_what_is_no_command_ends_the_connection_with_a_reason(client, session, message, code):
    with watching(client, session.id) as viewer:
        viewer.socket.send(message)
        with pytest.raises(ConnectionClosed) as ended:
            viewer.frame(lambda frame: False)
    assert ended.value.rcvd.code == code
    assert ended.value.rcvd.reason
    assert session.get()["phase"] == "paused"


def test_unknown_sessions_close_with_an_event(client):
    with watching(client, "nobody") as viewer:
        assert viewer.event()["event"] == "closed"
        with pytest.raises(ConnectionClosed) as ended:
            viewer.event()
    assert ended.value.rcvd.code == 4404


def test_pages_of_others_may_not_watch(client, session):
    with pytest.raises(InvalidStatus, match="403"), watching(client, session.id, origin="http://evil.example"):
        pass


def test_a_stream_that_is_acknowledged_goes_on(client, session):
    with watching(client, session.id) as viewer:
        session.post("/play")
        for _ in range(40):
            viewer.socket.send(json.dumps({"ack": viewer.frame().stamp.sequence}))


def test_who_stops_acknowledging_is_sent_away(client, session, monkeypatch):
    monkeypatch.setattr("app.live.outbox.SILENCE", 0.3)
    with watching(client, session.id) as viewer:
        viewer.say({"ack": 0})
        session.post("/play")
        with pytest.raises(ConnectionClosed) as ended:
            viewer.frame(lambda frame: False)
    assert ended.value.rcvd.code == 4408
    assert "acknowledged" in ended.value.rcvd.reason


def test_who_comes_back_gets_the_records_that_were_missed(client, session):
    session.post("/step", {"steps": 20})
    before = session.get("/metrics")["history"]
    session.post("/step", {"steps": 30})
    with watching(client, session.id) as viewer:
        viewer.say({"have": {"records": len(before), "step": before[-1]["step"]}})
        missed = viewer.event(lambda event: event["event"] == "records")
        viewer.say({"watch": {"weights": {}}})
        assert viewer.frame(lambda frame: bool(frame.arrays)).stamp.step == 50
    assert missed["start"] == len(before)
    assert before + missed["records"] == session.get("/metrics")["history"]


def test_the_example_of_the_documentation_runs_as_printed(client, tmp_path):
    page = client.get("/docs/stream").text
    example = unescape(re.search(r'<code id="example">(.*?)</code>', page, re.DOTALL)[1])
    script = tmp_path / "example.py"
    script.write_text(example)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "event: session" in done.stdout
    assert len(re.findall(r"^step \d+: loss \d", done.stdout, re.MULTILINE)) == 5
