from time import monotonic

import pytest

from app.live.jobs import Job
from app.live.phases import Phase
from app.live.session import Session, cut_short
from app.problems import Problem
from app.schemas import NEW_SESSION, NewSession, parse


@pytest.fixture
def session():
    return Session.begin_new("s", NewSession())


def turn(session, seconds=0.02):
    return session.work(monotonic() + seconds)


def test_nothing_happens_while_paused(session):
    assert session.due() is None
    assert turn(session) is None
    assert session.training.state.step == 0


def test_playing_trains_until_the_turn_ends(session):
    session.play(None)
    start = monotonic()
    turn(session, 0.3)
    assert session.training.state.step > 10
    assert monotonic() - start < 10
    assert session.steps_per_second > 0


def test_slow_motion_takes_the_step_that_is_due_and_waits(session):
    session.play(0.1)
    turn(session)
    assert session.training.state.step == 1
    assert session.due() > monotonic() + 5
    turn(session)
    assert session.training.state.step == 1


def test_a_job_ends_with_its_last_step(session):
    job = Job(4, steps=5)
    session.begin(job)
    assert session.phase is Phase.STEPPING
    assert turn(session, 5) is job
    assert (session.phase, session.training.state.step) == (Phase.PAUSED, 5)


def test_a_job_that_is_cut_short_says_what_was_left(session):
    session.begin(Job(4, steps=1000))
    job = session.pause()
    assert "1,000 steps" in cut_short(job).detail
    assert "2 epochs" in cut_short(Job(1, epochs=2)).detail


def test_everything_that_can_be_seen_counts_as_a_change(session):
    seen = {session.changes}
    for act in (
        lambda: session.play(None), lambda: turn(session), session.pause, session.reset,
        lambda: session.adopt({"batch_size": 5}), lambda: session.edit({"layers": []}),
    ):  # fmt: skip
        act()
        assert session.changes not in seen
        seen.add(session.changes)


def test_settings_count_as_versions_but_phases_do_not(session):
    session.play(None)
    session.pause()
    assert session.version == 0
    session.adopt({"batch_size": 5})
    session.reset()
    assert session.version == 2


def test_a_divergence_ends_the_job_and_keeps_a_finite_state():
    text = (
        b'{"experiment":{"optimizer":{"kind":"gradient_descent","learning_rate":1e9},"loss":{"kind":"squared_error"}}}'
    )
    text = text.replace(b'"loss"', b'"data":{"dataset":{"kind":"plane"}},"layers":[],"loss"')
    session = Session.begin_new("s", NEW_SESSION.validate_json(text))
    session.begin(Job(1, steps=10_000))
    assert turn(session, 5).call == 1
    assert session.phase is Phase.DIVERGED
    with pytest.raises(Problem, match="diverged"):
        session.play(None)
    session.rewind()
    assert session.metrics()["train"]["loss"] is not None


def test_a_restart_ends_a_job(session):
    session.begin(Job(1, steps=1000))
    adoption, ended = session.adopt({"seed": 8})
    assert adoption.restarted
    assert ended.call == 1
    assert session.phase is Phase.PAUSED


def test_experiments_that_cannot_be_trained_are_refused_by_name():
    request = NEW_SESSION.validate_json('{"experiment":{"output":{"activation":{"kind":"softmax"}}}}')
    with pytest.raises(Problem) as refused:
        Session.begin_new("s", request)
    assert refused.value.errors[0]["field"] == "experiment.output.activation"


ENDING = parse(NEW_SESSION, b'{"experiment": {"stopping": {"kind": "epochs", "epochs": 2}}}')


def test_a_stopping_rule_ends_playing_and_a_new_rule_lets_it_go_on():
    session = Session.begin_new("s", ENDING)
    session.play(None)
    while session.phase is Phase.PLAYING:
        turn(session)
    assert (session.phase.word, session.training.state.epoch) == ("finished", 2)
    assert session.stopped == {"step": 50, "reason": "Training has made 2 passes over the training set."}
    with pytest.raises(Problem, match="stopping rule"):
        session.play(None)
    session.adopt({"stopping": {"kind": "none"}})
    assert (session.phase, session.stopped) == (Phase.PAUSED, None)


def test_a_stopping_rule_ends_a_job():
    session = Session.begin_new("s", ENDING)
    job = Job(1, steps=1000)
    session.begin(job)
    assert turn(session, 60) is job
    assert (session.phase, job.steps) == (Phase.FINISHED, 950)
