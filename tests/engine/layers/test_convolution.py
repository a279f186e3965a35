from dataclasses import replace

import numpy as np
import pytest

from engine.activations import Linear, Tanh
from engine.data import Data
from engine.datasets import datasets
from engine.datasets.dataset import Dataset, Samples
from engine.errors import ExperimentError
from engine.experiment import MAXIMUM_BUFFERS, Experiment, complete
from engine.gradient_check import gradient_check
from engine.layers import AveragePooling, Convolution, Dense, Flatten, MaxPooling, convolution, layers
from engine.network import BLOCK_NUMBERS, build
from engine.optimizers import Adam
from engine.training import Training
from tests.engine.layers.passes import passed

RNG = np.random.default_rng(8)
DIGITS = Data(datasets["digits"](samples=60))


def linear(**fields) -> Convolution:
    return Convolution(activation=Linear(), **fields)


def test_a_window_s_sum_by_hand():
    image = np.arange(1.0, 10).reshape(1, 3, 3, 1)
    kernel = np.array([[1.0, 0.0], [0.0, 10.0]]).reshape(2, 2, 1, 1)
    y = passed(linear(filters=1, kernel_size=2), image, kernel=kernel, bias=[100.0]).y
    # 1 + 10 · 5, 2 + 10 · 6, 4 + 10 · 8, 5 + 10 · 9: the kernel is not flipped
    assert y[0, :, :, 0].tolist() == [[151, 162], [184, 195]]


def test_zeros_stand_around_an_image_that_keeps_its_size():
    y = passed(linear(filters=1, padding="same"), np.ones((1, 3, 4, 1)), kernel=np.ones((3, 3, 1, 1))).y
    assert y[0, :, :, 0].tolist() == [[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]]


def test_the_kernel_has_keras_s_layout():
    layer = Convolution(filters=4, kernel_size=3)
    assert layer.parameter_shapes((9, 7, 2)) == {"kernel": (3, 3, 2, 4), "bias": (4,)}
    kernel, image = np.zeros((3, 3, 2, 4)), RNG.normal(size=(1, 5, 6, 2))
    kernel[0, 2, 1, 3] = 1.0  # top right of the second channel makes the fourth
    y = passed(replace(layer, activation=Linear()), image, kernel=kernel).y
    np.testing.assert_array_equal(y[..., 3], image[:, :3, 2:, 1])
    np.testing.assert_array_equal(y[..., :3], 0)


def test_kernels_are_drawn_by_fan_in_and_fan_out_and_biases_are_zero():
    drawn = Convolution(filters=20).initial_parameters((8, 8, 10), np.random.default_rng(0))
    assert not drawn["bias"].any()
    limit = np.sqrt(6 / (9 * 10 + 9 * 20))  # glorot_uniform
    assert limit * 0.98 < np.abs(drawn["kernel"]).max() <= limit


@pytest.mark.parametrize(
    ("padding", "strides", "expected"),
    [("valid", 1, (6, 3, 5)), ("same", 1, (8, 5, 5)), ("valid", 2, (3, 2, 5)), ("same", 2, (4, 3, 5))],
)
def test_sizes_are_keras_s(padding, strides, expected):
    layer = Convolution(filters=5, strides=strides, padding=padding)
    assert layer.output_shape((8, 5, 2)) == expected
    assert passed(layer, np.zeros((1, 8, 5, 2))).y.shape == (1, *expected)


def test_a_kernel_of_one_pixel_is_a_dense_layer_for_each_pixel():
    images, kernel, bias = RNG.normal(size=(3, 4, 5, 2)), RNG.normal(size=(2, 6)), RNG.normal(size=6)
    upstream = RNG.normal(size=(3, 4, 5, 6))
    found = passed(linear(filters=6, kernel_size=1), images, upstream, kernel=kernel, bias=bias)
    dense = Dense(units=6, activation=Linear())
    pixels = passed(dense, images.reshape(-1, 2), upstream.reshape(-1, 6), kernel=kernel, bias=bias)
    np.testing.assert_allclose(found.y.reshape(-1, 6), pixels.y, rtol=1e-12)
    np.testing.assert_allclose(found.x_gradient.reshape(-1, 2), pixels.x_gradient, rtol=1e-12)
    for name, gradient in pixels.gradients.items():
        np.testing.assert_allclose(found.gradients[name].reshape(gradient.shape), gradient, rtol=1e-11)


def test_a_moved_image_gives_a_moved_answer():
    image, kernel = np.zeros((1, 9, 9, 2)), RNG.normal(size=(3, 3, 2, 4))
    image[:, 2:5, 3:6] = RNG.normal(size=(1, 3, 3, 2))
    layer = linear(filters=4, padding="same")
    moved = passed(layer, np.roll(image, (2, 1), axis=(1, 2)), kernel=kernel).y
    np.testing.assert_allclose(moved, np.roll(passed(layer, image, kernel=kernel).y, (2, 1), axis=(1, 2)), atol=1e-13)


def test_the_activation_bends_each_sum():
    images, kernel = RNG.normal(size=(2, 4, 4, 1)), RNG.normal(size=(3, 3, 1, 2))
    plain, bent = (passed(Convolution(2, activation=g), images, kernel=kernel).y for g in (Linear(), Tanh()))
    np.testing.assert_allclose(bent, np.tanh(plain), rtol=1e-13)


@pytest.mark.parametrize("limit", [1, 100, 1000])
def test_adding_up_a_few_places_at_a_time_changes_nothing(limit, monkeypatch):
    images, upstream = RNG.normal(size=(2, 6, 5, 8)), RNG.normal(size=(2, 6, 5, 3))
    layer = linear(filters=3, padding="same")
    whole = passed(layer, images, upstream)
    monkeypatch.setattr(convolution, "MAXIMUM_SHARES", limit)
    parts = passed(layer, images, upstream)
    for name, gradient in whole.gradients.items():
        np.testing.assert_allclose(parts.gradients[name], gradient, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [(1, 1), (2, 1), (3, 1), (3, 2), (2, 3)])
@pytest.mark.parametrize("pool", ["max_pooling2d", "min_pooling2d", "average_pooling2d"])
def test_gradients_agree_with_measured_slopes(padding, size, strides, pool):
    stack = (
        Convolution(filters=3, kernel_size=2, padding=padding, activation=Tanh()),
        Convolution(filters=2, kernel_size=size, strides=strides, padding=padding, activation=Tanh()),
        layers[pool](padding=padding),
        Flatten(),
    )
    report = gradient_check(Training(Experiment(data=DIGITS, layers=stack)), examples=4, parameters_per_layer=25)
    assert report.verdict == "right", report
    assert all(layer.checked > layer.skipped for layer in report.layers)


class Wide(Dataset):
    """Images that are no squares and have two channels: the brighter channel is the class."""

    task, classes, samples, domain = "binary", 2, 40, None
    kind = "wide"
    input_names = tuple(f"pixel_{number}" for number in range(24))
    input_shape = (3, 4, 2)

    def sample(self, rng: np.random.Generator) -> Samples:
        images = rng.random((40, 3, 4, 2))
        return Samples(images.reshape(40, 24), (images[..., 1].sum((1, 2)) > images[..., 0].sum((1, 2))).astype(float))


def test_images_come_as_rows_or_in_their_shape_and_channels_stay_apart():
    experiment = Experiment(
        data=Data(Wide()), layers=(linear(filters=1, kernel_size=1), AveragePooling(pool_size=2), Flatten())
    )
    training = Training(experiment)
    kernel = {"kernel": [[[[-1.0], [1.0]]]], "bias": [0.0]}
    output = {"kernel": [[1.0], [1.0]], "bias": [0.0]}
    parameters = [{"name": "conv2d_1", "parameters": kernel}, {"name": "output", "parameters": output}]
    training.set_parameters({"layers": parameters})
    images = RNG.random((5, 3, 4, 2))
    expected = (images[:, :2, :, 1] - images[:, :2, :, 0]).sum((1, 2)) / 4
    for inputs in (images, images.reshape(5, 24)):
        np.testing.assert_allclose(training.predict(inputs)[:, 0], 1 / (1 + np.exp(-expected)), rtol=1e-12)
    assert gradient_check(training).verdict == "right"


@pytest.mark.parametrize(
    ("stack", "field", "message"),
    [
        ((Convolution(kernel_size=9), Flatten()), "layers.0", r"conv2d.*9 × 9.*larger.*\(8, 8, 1\)"),
        ((Convolution(), MaxPooling(pool_size=7), Flatten()), "layers.1", r"max_pooling2d.*7 × 7.*\(6, 6, 8\)"),
        ((Dense(), Convolution()), "layers.1", r"conv2d.*images.*\(4,\)"),
        ((Convolution(), Dense()), "layers.1", r"dense.*flat row.*\(6, 6, 8\).*flatten"),
        ((Convolution(),), "layers", r"flat row.*\(6, 6, 8\).*flatten"),
    ],
)
def test_shapes_that_cannot_follow_each_other_are_refused(stack, field, message):
    with pytest.raises(ExperimentError, match=message) as caught:
        complete(Experiment(data=DIGITS, layers=stack))
    assert caught.value.field == field


def test_tables_are_no_images():
    with pytest.raises(ExperimentError, match=r"conv2d.*images.*\(2,\)"):
        complete(Experiment(layers=(Convolution(), Flatten())))


def test_a_step_that_needs_too_much_memory_is_refused():
    big = Experiment(
        data=Data(datasets["digits"]()),
        layers=(Convolution(filters=64, padding="same"),) * 2 + (Flatten(),),
        batch_size=1800,
    )
    with pytest.raises(ExperimentError, match=f"{MAXIMUM_BUFFERS:,}") as caught:
        complete(big)
    assert caught.value.field == "batch_size"
    complete(replace(big, batch_size=64))


def test_large_layers_are_predicted_in_small_blocks():
    stack = (Convolution(padding="same"), Convolution(padding="same"), Flatten())
    network = build(complete(Experiment(data=DIGITS, layers=stack)), (8, 8, 1), 10)
    patches = 64 * (9 + 8 * 9)
    assert 64 < network.block < BLOCK_NUMBERS // patches


def test_a_small_network_learns_the_digits():
    stack = (Convolution(filters=8, padding="same"), MaxPooling(), Convolution(filters=8), Flatten())
    data = Data(datasets["digits"](samples=500))
    experiment = Experiment(data=data, layers=stack, optimizer=Adam(learning_rate=0.01), batch_size=32, dtype="float32")
    training = Training(experiment)
    training.advance(100)
    assert training.metrics()["test"]["accuracy"] > 0.85


def test_filters_are_kept_as_far_as_the_new_layer_has_room():
    stack = (Convolution(filters=3), Flatten())
    training = Training(Experiment(data=DIGITS, layers=stack))
    training.advance(5)
    before = np.array(training.parameters()["layers"][0]["parameters"]["kernel"])
    adoption = training.adopt(Experiment(data=DIGITS, layers=(Convolution(filters=5), Flatten())))
    after = np.array(training.parameters()["layers"][0]["parameters"]["kernel"])
    np.testing.assert_array_equal(after[..., :3], before)
    assert not adoption.restarted
