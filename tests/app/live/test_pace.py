import math

import pytest

from app.live.pace import LARGEST_LAG, STRIDE, Pace, Speedometer, Stride


def test_as_fast_as_it_goes_is_never_early():
    assert Pace(None, 0.0).steps_due(0.0) == math.inf


def test_steps_are_due_one_by_one():
    pace = Pace(4.0, 10.0)
    assert pace.steps_due(10.0) == 1
    pace.take(1)
    assert pace.due == 10.25
    assert pace.steps_due(10.2) == 0
    assert pace.steps_due(10.25) == 1


def test_what_was_missed_is_made_up_for_but_not_for_ever():
    pace = Pace(100.0, 0.0)
    assert pace.steps_due(0.1) == 11
    assert pace.steps_due(60.0) == pytest.approx(100 * LARGEST_LAG + 1, abs=1)


def test_a_stride_is_cut_to_the_time_that_is_left_but_never_to_nothing():
    stride = Stride()
    for _ in range(10):
        stride.learn(stride.steps, 0.0)
    assert stride.steps == 1024
    assert stride.within(2 * STRIDE) == 1024
    assert stride.within(STRIDE / 4) == 256
    assert stride.within(0.0) == 1


def test_a_stride_grows_to_its_time_and_shrinks_at_once():
    stride = Stride()
    for _ in range(20):
        stride.learn(stride.steps, stride.steps * 1e-5)
    assert stride.steps == pytest.approx(STRIDE / 1e-5, rel=0.1)
    stride.learn(stride.steps, 10.0)
    assert stride.steps == 1


def test_a_stride_never_more_than_doubles():
    stride = Stride()
    stride.learn(1, 0.0)
    assert stride.steps == 2


def test_speed_is_that_of_the_last_moments():
    meter = Speedometer(0.0)
    assert meter.steps_per_second == 0
    for tick in range(1, 101):
        meter.count(1 if tick <= 50 else 5, tick / 10)
    assert meter.steps_per_second == pytest.approx(50)


def test_slow_motion_has_a_speed_too():
    meter = Speedometer(0.0)
    for tick in range(1, 5):
        meter.count(1, tick * 2.0)
    assert meter.steps_per_second == pytest.approx(0.5)
