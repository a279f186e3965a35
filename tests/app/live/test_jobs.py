import pytest

from app.live.jobs import make_job, steps_left, steps_per_epoch
from app.problems import Problem
from app.schemas import MOST_STEPS, Step
from engine.experiment import Experiment
from engine.training import Training


@pytest.fixture
def training():
    return Training(Experiment(batch_size=100))  # 250 examples: batches of 100, 100 and 50


def finish(job, training, most):
    taken = []
    while not job.is_done:
        taken.append(job.run(training, most))
    return taken


def test_steps_are_taken_in_slices_and_exactly(training):
    assert finish(make_job(1, Step(steps=8), training), training, 3) == [3, 3, 2]
    assert training.state.step == 8


def test_epochs_end_where_epochs_end(training):
    assert steps_per_epoch(training) == 3
    training.advance(1)
    assert steps_left(training) == 2
    assert finish(make_job(1, Step(epochs=2), training), training, 100) == [2, 3]
    assert (training.state.epoch, training.state.position) == (2, 0)


def test_a_batch_larger_than_the_set_is_one_step():
    assert steps_per_epoch(Training(Experiment(batch_size=1_000_000))) == 1


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (Step(), "steps"),
        (Step(steps=1, epochs=1), "steps"),
        (Step(steps=MOST_STEPS + 1), "steps"),
        (Step(epochs=MOST_STEPS), "epochs"),
    ],
)
def test_too_much_or_too_little_is_refused(training, request_, field):
    with pytest.raises(Problem) as refused:
        make_job(1, request_, training)
    assert refused.value.status == 422
    assert refused.value.errors[0]["field"] == field
