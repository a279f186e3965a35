"""Layers of images against PyTorch, from a file that tests/fixtures/make_layer_fixtures.py wrote."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.activations import Linear
from engine.layers import layers
from tests.engine.layers.passes import passed

DOCUMENT = json.loads((Path(__file__).parents[2] / "fixtures" / "torch_layers.json").read_text())


def name(case):
    return "-".join(map(str, case["component"].values()))


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=name)
def test_values_and_gradients_are_pytorch_s(case):
    fields = {field: value for field, value in case["component"].items() if field != "kind"}
    if case["component"]["kind"] == "conv2d":
        fields["activation"] = Linear()
    layer = layers[case["component"]["kind"]](**fields)
    found = passed(layer, case["x"], case["upstream"], **case["parameters"])
    np.testing.assert_allclose(found.y, case["y"], rtol=1e-10, atol=1e-13)
    ours = {"x": found.x_gradient, **found.gradients}
    assert set(ours) == set(case["gradients"])
    for part, gradient in case["gradients"].items():
        np.testing.assert_allclose(ours[part], gradient, rtol=1e-10, atol=1e-13)


def test_every_layer_of_images_is_there():
    covered = {case["component"]["kind"] for case in DOCUMENT["cases"]}
    assert covered >= {layer.kind for layer in layers if layer.input_rank == 3 and layer.kind != "flatten"}
