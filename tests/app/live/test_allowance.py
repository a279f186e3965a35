import json
from dataclasses import dataclass

import pytest

from app.live.allowance import DAY, LONGEST_REST, Allowance, Spent, Throttle
from app.problems import Problem
from tests.app.live.test_worker import Hub, hub

__all__ = ["hub"]  # the fixture: a worker, and the other end of its connection


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


def test_a_session_may_compute_until_its_day_is_spent_and_again_on_the_next():
    clock = Clock(10 * DAY + 80_000)
    allowance = Allowance(5.0, clock=clock)
    allowance.spend(3)
    allowance.check()
    allowance.spend(2)
    with pytest.raises(Problem, match=r"computed for 5 seconds today.*max_compute_seconds") as refused:
        allowance.check()
    assert refused.value.status == 429
    assert allowance.document() == {"seconds": 5.0, "most_seconds": 5.0, "exhausted": refused.value.detail}
    clock.now = 11 * DAY
    allowance.check()
    assert allowance.document() == {"seconds": 0.0, "most_seconds": 5.0, "exhausted": None}
    allowance.spend(1)
    assert allowance.spent == Spent(11, 1.0)


def test_without_a_limit_it_is_counted_only():
    allowance = Allowance(clock=Clock(0))
    allowance.spend(1e9)
    allowance.check()
    assert allowance.seconds == 1e9


@pytest.mark.parametrize(("share", "rest"), [(1.0, 0.0), (0.5, 0.01), (0.2, 0.04)])
def test_training_rests_as_long_as_its_share_asks(share, rest):
    clock = Clock(100.0)
    throttle = Throttle(clock)
    throttle.share = share
    throttle.spend(0.006)
    throttle.spend(0.004)
    assert throttle.until - clock.now == pytest.approx(rest)
    assert throttle.rests == (rest > 0)
    clock.now += rest + 1e-9
    assert not throttle.rests


def test_one_slow_step_does_not_stop_everybody_for_long():
    throttle = Throttle(Clock(100.0))
    throttle.share = 0.05
    throttle.spend(60)
    assert throttle.until == 100 + LONGEST_REST


def test_a_worker_pauses_a_session_that_has_spent_its_day_keeps_it_and_says_why(hub: Hub):
    hub.say("create", {}, epoch=0, call=1, limits={"seconds": 0.1, "share": 1.0})
    hub.hear("answer", call=1)
    hub.say("call", {"steps": 1_000_000}, call=2, name="step")
    kept = hub.hear("kept", playing=False)
    assert kept.header["urgent"]
    answer = hub.hear("answer", call=2)
    assert answer.header["status"] == 429
    assert "computed for 0.1 seconds today" in json.loads(answer.payload)["detail"]
    for number, (name, body) in enumerate({"play": {}, "step": {"steps": 1}, "gradients": None}.items(), start=3):
        hub.say("call", body, call=number, name=name)
        assert hub.hear("answer", call=number).header["status"] == 429
    hub.say("call", call=9, name="probe", parameters={"kind": "boundary", "query": {}})
    assert hub.hear("answer", call=9).header["status"] == 429
    hub.say("call", call=10, name="describe")
    document = json.loads(hub.hear("answer", call=10).payload)
    assert document["phase"] == "paused"
    assert document["step"] > 0
    assert "max_compute_seconds" in document["compute"]["exhausted"]


def test_who_watches_is_told_when_the_day_is_spent(hub: Hub):
    hub.say("create", {}, epoch=0, call=1, limits={"seconds": 0.1, "share": 1.0})
    hub.say("call", {}, call=2, name="play")
    hub.hear("answer", call=2)
    while (document := json.loads(hub.hear("news").payload))["phase"] == "playing":
        pass
    assert (document["phase"], document["compute"]["most_seconds"]) == ("paused", 0.1)
    assert document["compute"]["exhausted"]


def test_a_share_slows_all_sessions_of_a_worker_down_alike(hub: Hub):
    names = "abc"
    for name in names:
        hub.say("create", {}, session=name, epoch=0, call=1, limits={"seconds": None, "share": 0.2})
        hub.say("call", {}, session=name, call=2, name="play")
        hub.hear("answer", call=2)
    steps = dict.fromkeys(names, 0)
    while min(steps.values()) < 2000:
        for name in names:
            hub.say("call", session=name, call=3, name="describe")
            steps[name] = json.loads(hub.hear("answer", call=3).payload)["step"]
    assert max(steps.values()) < 3 * min(steps.values())
