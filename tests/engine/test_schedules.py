import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schedules import Cosine, Exponential, InverseSqrt, InverseTime, Step, Warmup, schedules


@pytest.mark.parametrize(
    ("schedule", "epoch", "factor"),
    [
        (InverseTime(decay=1.0), 0, 1),
        (InverseTime(decay=1.0), 3, 0.25),
        (Exponential(base=0.95), 2, 0.9025),
        (InverseSqrt(k=2.0), 0, 2),
        (InverseSqrt(k=2.0), 3, 1),
        (Step(every=10, cut=0.5), 9, 1),
        (Step(every=10, cut=0.5), 10, 0.5),
        (Step(every=10, cut=0.5), 25, 0.25),
        (Cosine(epochs=10, final=0.2), 0, 1),
        (Cosine(epochs=10, final=0.2), 5, 0.6),
        (Cosine(epochs=10, final=0.2), 10, 0.2),
        (Cosine(epochs=10, final=0.2), 999, 0.2),
        (Warmup(epochs=4), 0, 0.25),
        (Warmup(epochs=4), 3, 1),
        (Warmup(epochs=4), 50, 1),
    ],
)
def test_factors_worked_by_hand(schedule, epoch, factor):
    assert schedule.factor(epoch) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize("kind", [kind for kind in schedules.kinds if kind != "warmup"])
@given(epoch=st.integers(0, 10**7))
def test_a_learning_rate_never_rises_or_turns_negative(kind, epoch):
    schedule = schedules[kind]()
    assert 1 >= schedule.factor(epoch) >= schedule.factor(epoch + 1) >= 0


@given(epoch=st.integers(0, 10**7))
def test_warming_up_never_falls(epoch):
    assert 0 < Warmup().factor(epoch) <= Warmup().factor(epoch + 1) <= 1


def test_constant_is_one():
    assert {schedules["constant"]().factor(epoch) for epoch in range(5)} == {1.0}
