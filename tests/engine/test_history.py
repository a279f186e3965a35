import pytest

from engine.experiment import Experiment
from engine.history import DISTRIBUTIONS_SHARE, METRICS_SHARE, History
from engine.training import Training


@pytest.mark.parametrize(("share", "steps"), [(4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22])])
def test_records_become_rarer_with_the_logarithm(share, steps):
    history: History[dict[str, int]] = History(share, numbers=1000)
    for step in range(24):
        if step == history.due:
            history.records.append({"step": step})
    assert [record["step"] for record in history.records] == steps


def test_records_that_cost_much_are_rarer_from_the_first():
    history: History[dict[str, int]] = History(4, numbers=1000)
    history.expect(3500)
    for step in range(24):
        if step == history.due:
            history.records.append({"step": step})
    assert [record["step"] for record in history.records] == [0, 3, 6, 9, 12, 15, 18, 22]
    history.expect(10)
    assert history.due == 27


def test_a_training_records_when_it_is_due_and_only_then():
    training = Training(Experiment())
    training.advance(3000)
    for records, share in ((training.history, METRICS_SHARE), (training.distributions, DISTRIBUTIONS_SHARE)):
        found = [record["step"] for record in records]
        expected = [0]
        while (following := expected[-1] + max(1, expected[-1] // share)) <= 3000:
            expected.append(following)
        assert found == expected


def test_a_record_is_what_the_metrics_were():
    training = Training(Experiment())
    training.advance(5)
    assert training.history[-1] == training.metrics()
