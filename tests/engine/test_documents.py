import numpy as np
import pytest

from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.training import Training


def change(name: str, **parameters: object) -> dict[str, object]:
    return {"name": name, "parameters": parameters}


def test_any_subset_may_be_changed():
    training = Training(Experiment())
    before = training.parameters()["layers"]
    training.set_parameters({"layers": [change("dense_2", bias=[1, 2])]})
    after = training.parameters()["layers"]
    assert after[1]["parameters"]["bias"] == [1.0, 2.0]
    assert after[1]["parameters"]["kernel"] == before[1]["parameters"]["kernel"]
    assert (after[0], after[2]) == (before[0], before[2])


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([change("dense_1", kernel=[[1.0, 2.0]])], "layers.dense_1.kernel"),
        ([change("dense_1", bias=[1.0, 2.0, 3.0, float("nan")])], "layers.dense_1.bias"),
        ([change("dense_1", bias=[1.0, 2.0, 3.0, float("inf")])], "layers.dense_1.bias"),
        ([change("dense_1", bias=["a"])], "layers.dense_1.bias"),
        ([change("dense_1", bias=[[1.0], [2.0, 3.0]])], "layers.dense_1.bias"),
        ([change("dense_1", bias=[1.0, 2.0, True, 4.0])], "layers.dense_1.bias.2"),
        ([change("dense_1", kernel=[[1.0, 2.0, 3.0, 4.0], [1, 2, 3, False]])], "layers.dense_1.kernel.1.3"),
        ([change("dense_1", bias=True)], "layers.dense_1.bias"),
        ([change("dense_1", bias=np.ones(4, bool))], "layers.dense_1.bias"),
        ([change("dense_1", weights=[1.0])], "layers.dense_1.weights"),
        ([change("dense_9", bias=[1.0])], "layers.dense_9"),
        ([{"name": "dense_1"}], "layers.dense_1.parameters"),
        ([7], "layers"),
        (None, "layers"),
    ],
)
def test_one_mistake_changes_nothing(layers, field):
    training = Training(Experiment())
    before = training.state.theta.copy()
    good = [change("output", bias=[3.0])]
    with pytest.raises(ExperimentError) as caught:
        training.set_parameters({"layers": good + layers if isinstance(layers, list) else layers})
    assert caught.value.field == field
    assert np.array_equal(training.state.theta, before)


def test_a_number_too_large_for_single_precision_is_refused():
    training = Training(Experiment(dtype="float32"))
    with pytest.raises(ExperimentError, match="finite in float32"):
        training.set_parameters({"layers": [change("output", bias=[1e300])]})


def test_images_may_be_sent_flat_or_in_their_own_shape():
    training = Training(Experiment(data=Data(datasets["digits"](samples=20)), layers=()))
    rows = training.data.inputs[:2]
    assert np.array_equal(training.predict(rows), training.predict(rows.reshape(2, 8, 8, 1).tolist()))
    with pytest.raises(ExperimentError, match=r"rows of 64 numbers each, or arrays of the shape \(8, 8, 1\)"):
        training.predict(rows.reshape(2, 8, 8))


def test_lists_of_any_depth_are_refused_in_words():
    deep = True
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ExperimentError, match="numbers in lists"):
        Training(Experiment()).set_parameters({"layers": [change("output", bias=deep)]})


def test_true_is_no_input():
    with pytest.raises(ExperimentError, match="true and false") as caught:
        Training(Experiment()).predict([[1.0, 2.0], [True, 3.0]])
    assert caught.value.field == "inputs.1.0"
