from app.live.load import BOUNDS, Load


def test_turns_are_counted_by_how_late_they_were():
    load = Load()
    assert load.due is None
    load.count(10, 0.0)
    load.count(5, BOUNDS[0])
    load.count(1, 0.02)
    load.count(0, 100.0)
    assert load.due is not None
    assert (load.steps, load.seconds) == (16, 0.0 + BOUNDS[0] + 0.02 + 100.0)
    assert load.turns == [2, 0, 0, 1, 0, 0, 0, 1]


def test_what_was_told_is_added_elsewhere_and_not_told_again():
    worker, hub = Load(), Load()
    for steps in (3, 4):
        worker.count(steps, 0.5)
        hub.add(worker.take())
        assert worker.due is None
    assert (hub.steps, hub.seconds, sum(hub.turns)) == (7, 1.0, 2)
    assert hub.turns[BOUNDS.index(1.0)] == 2
