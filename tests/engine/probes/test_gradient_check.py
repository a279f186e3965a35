from engine.experiment import Experiment
from engine.training import Training
from tests.engine.probes.measuring import measure


def test_the_gradient_check_passes_and_says_so():
    report = measure(Training(Experiment()), "gradient_check")
    assert report.meta["verdict"] == "right"
    assert report.arrays["error"].max() == report.meta["error"] < 1e-7
    assert [layer["layer"] for layer in report.meta["layers"]] == ["dense_1", "dense_2", "output"]
