"""Each replica equals its single training to rounding, whatever is trained."""

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.replicas import Replicas
from engine.training import Training
from tests.engine.test_checkpoint_contract import CASES

STEPS = 11
"""Not a whole number of epochs, and more than one."""


def rounding(experiment: Experiment) -> float:
    return 1e-9 if experiment.dtype == "float64" else 1e-4


@pytest.mark.parametrize("experiment", CASES)
def test_each_replica_equals_its_single_training(experiment: Experiment):
    rate = experiment.optimizer.learning_rate
    replicas = Replicas(experiment, seeds=[experiment.seed, 5, experiment.seed], learning_rates=[rate, rate, rate / 2])
    replicas.advance(STEPS)
    for number, one in enumerate(replicas.experiments):
        single = Training(one)
        single.advance(STEPS)
        near = rounding(experiment)
        np.testing.assert_allclose(replicas.theta[number], single.state.theta, near, near)
        assert replicas.stopped[number] == single.stopped
        assert [record["step"] for record in replicas.history[number]] == [record["step"] for record in single.history]
    assert not np.allclose(replicas.theta[0], replicas.theta[1])
    assert not np.allclose(replicas.theta[0], replicas.theta[2])
