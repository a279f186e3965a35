"""Networks of every kind of layer against PyTorch, from a file that tests/fixtures/torch_stacks.py wrote."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from engine.experiment import Experiment
from engine.gradient_check import Cost
from engine.layers import layers
from engine.training import Training

FIXTURE = json.loads((Path(__file__).parents[1] / "fixtures" / "torch_stacks.json").read_text())
CASES: dict[str, dict[str, Any]] = FIXTURE["cases"]
BATCH = 8


@cache
def training(name: str) -> Training:
    """A case at its first parameters."""
    return begun(name)


def begun(name: str) -> Training:
    made = Training(TypeAdapter(Experiment).validate_json(json.dumps(CASES[name]["experiment"])))
    made.set_parameters(CASES[name]["before"])
    return made


def learned(made: Training) -> np.ndarray:
    """All parameters in the order of the layers, without moving averages."""
    parts = made.network.parameters.views.values()
    return np.concatenate([part.ravel() for views in parts for part in views.values()])


@pytest.mark.parametrize("name", CASES)
def test_the_examples_are_those_of_the_file(name: str):
    features = training(name).evaluation.training_part.features
    np.testing.assert_allclose(features.T, np.reshape(CASES[name]["features"], features.T.shape), rtol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_the_first_gradient_is_pytorch_s(name: str):
    cost = Cost(training(name), BATCH)
    cost.compute()
    np.testing.assert_allclose(cost.gradients.theta, CASES[name]["gradients"], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_ten_steps_and_what_is_predicted_after_them_are_pytorch_s(name: str):
    made, case = begun(name), CASES[name]
    before = learned(made)
    made.advance(FIXTURE["steps"])
    after = np.array(case["after"])
    assert np.linalg.norm(after - before) > 0.05
    np.testing.assert_allclose(learned(made), after, rtol=1e-10, atol=1e-12)
    logits = np.array(case["logits"])
    ours = made.evaluation.training_part.forward()[0]
    np.testing.assert_allclose(ours, logits.T.reshape(ours.shape), rtol=1e-10, atol=1e-12)


def test_every_layer_takes_part_but_dropout_whose_chance_no_other_library_shares():
    used = {layer["kind"] for case in CASES.values() for layer in case["experiment"]["layers"]}
    assert used == set(layers.kinds) - {"dropout"}
