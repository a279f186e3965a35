import json

from app.live.tail import Tail
from app.wire.commands import LONGEST_TAIL


def test_recent_is_what_came_in_the_last_half_second():
    history = [{"step": 0}]
    tail = Tail()

    def added(count: int, now: float) -> list[int]:
        history.extend([{"step": len(history) + more} for more in range(count)])
        return [record["step"] for record in json.loads(tail.recent(history, now))]

    assert added(0, 0.0) == [0]
    assert added(2, 0.25) == [1, 2]
    assert added(1, 0.5) == [1, 2, 3]
    assert added(0, 0.7) == [1, 2, 3]
    assert added(1, 0.8) == [3, 4]
    assert added(0, 9.0) == [4]
    assert added(100, 9.1) == list(range(105 - LONGEST_TAIL, 105))


def test_the_tail_of_a_history_that_has_begun_anew_is_its_own():
    tail = Tail()
    tail.recent([{"step": 0}, {"step": 1}], 0.0)
    assert json.loads(tail.recent([{"step": 0}, {"step": 7}], 0.1)) == [{"step": 7}]
    assert json.loads(tail.recent([{"step": 0}], 0.2)) == [{"step": 0}]


def test_of_the_newest_there_are_as_many_as_are_wanted_and_kept():
    tail, history = Tail(), [{"step": step} for step in range(50)]
    assert json.loads(tail.newest(history, 0)) == []
    assert json.loads(tail.newest(history, 3)) == history[-3:]
    assert json.loads(tail.newest(history, 99)) == history[-LONGEST_TAIL:]
    history.append({"step": 50})
    assert json.loads(tail.newest(history, 2)) == history[-2:]
    assert json.loads(tail.newest([], 2)) == []
