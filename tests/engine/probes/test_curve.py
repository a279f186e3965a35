import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets.curves import Curve, datasets
from engine.experiment import Experiment
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import measure


@pytest.mark.parametrize("kind", [cls.kind for cls in datasets if issubclass(cls, Curve)])
def test_the_curve_is_the_prediction_at_even_distances(kind: str) -> None:
    training = Training(Experiment(data=Data(datasets[kind]())))
    training.advance(20)
    arrays = measure(training, "curve", resolution=50).arrays
    assert_allclose(arrays["values"], training.predict(arrays["inputs"][:, None])[:, 0], rtol=1e-5, atol=1e-6)
    assert_allclose(arrays["inputs"][[0, -1]], [-5.88, 5.88], rtol=1e-6)


def test_a_plane_has_no_curve(training: Training) -> None:
    with pytest.raises(ProbeUnavailable, match="single input"):
        measure(training, "curve")
