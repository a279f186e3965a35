import numpy as np
import pytest

from engine.experiment import Experiment
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import measure


def test_the_gradient_check_passes_and_says_so():
    report = measure(Training(Experiment()), "gradient_check")
    assert report.meta["verdict"] == "right"
    assert report.arrays["error"].max() == report.meta["error"] < 1e-7
    assert [layer["layer"] for layer in report.meta["layers"]] == ["dense_1", "dense_2", "output"]


def test_after_a_divergence_it_is_said_why_there_is_nothing_to_compare():
    training = Training(Experiment())
    training.state.theta[0] = np.nan
    with pytest.raises(ProbeUnavailable, match="Parameters of dense_1 are not finite"):
        measure(training, "gradient_check")
