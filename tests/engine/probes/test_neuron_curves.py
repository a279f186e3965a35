import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import document, measure

SINE = Data(datasets["sine_curve"]())


def trained(*layers: object) -> Training:
    training = Training(Experiment(data=SINE, layers=layers, dtype="float64"))  # type: ignore[arg-type]
    training.advance(20)
    return training


def test_a_curve_is_the_activation_of_weight_times_input_plus_bias() -> None:
    training = trained(Dense(units=5), Dropout(rate=0.5))
    found = measure(training, "neuron_curves", resolution=40)
    first = document(training, "parameters")["dense_1"]
    x = found.arrays["inputs"]
    assert_allclose(x[0, [0, -1]], [-5.85, 5.85], rtol=1e-6)
    assert_allclose(found.arrays["dense_1"], np.tanh(first["kernel"].T @ x + first["bias"][:, None]), atol=1e-6)
    assert found.arrays.keys() == {"inputs", "dense_1", "output"}


def test_the_output_is_the_prediction() -> None:
    training = trained(Dense(units=5, activation=activations["relu"]()))
    found = measure(training, "neuron_curves")
    assert_allclose(found.arrays["output"].T, training.predict(found.arrays["inputs"].T), atol=1e-5)


def test_scales_are_bounds_where_there_are_any() -> None:
    training = trained(Dense(units=5), Dense(units=3, activation=activations["relu"]()))
    found = measure(training, "neuron_curves")
    largest = float(np.abs(training.data.targets).max())
    assert found.meta["scale"] == {
        "inputs": pytest.approx(5.88), "dense_1": 1.0,
        "dense_2": pytest.approx(float(found.arrays["dense_2"].max())), "output": pytest.approx(largest),
    }  # fmt: skip


def test_a_plane_has_no_curves(training: Training) -> None:
    with pytest.raises(ProbeUnavailable, match="single input"):
        measure(training, "neuron_curves")
