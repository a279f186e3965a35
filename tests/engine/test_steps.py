import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from engine.experiment import Experiment
from engine.training import Training

FIXTURE = json.loads((Path(__file__).parents[1] / "fixtures" / "torch_networks.json").read_text())


def vector(document: dict) -> np.ndarray:
    parts = [np.ravel(part) for layer in document["layers"] for part in layer["parameters"].values()]
    return np.concatenate(parts)


@pytest.mark.parametrize("at_once", [False, True], ids=["as trained", "at once"])
@pytest.mark.parametrize("name", FIXTURE["cases"])
def test_the_same_steps_as_pytorch(name, at_once):
    case = FIXTURE["cases"][name]
    training = Training(TypeAdapter(Experiment).validate_json(json.dumps(case["experiment"])))
    training.set_parameters(case["before"])
    # A training looks up after each of its first steps, to write a record; later only now and then.
    (training._steps.run if at_once else training.advance)(FIXTURE["steps"])
    ours, theirs = vector(training.parameters()), vector(case["after"])
    assert np.abs(theirs - vector(case["before"])).max() > 0.05
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
