from dataclasses import replace

import numpy as np
import pytest

from engine.activations import activations
from engine.adoption import aligned_pairs
from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import ActivationLayer, Convolution, Dense, Dropout, Flatten, layers
from engine.losses import losses
from engine.optimizers import optimizers
from engine.regularizers import regularizers
from engine.scaling import scalings
from engine.schedules import schedules
from engine.splits import SplitFractions
from engine.training import Training

ADAM = optimizers["adam"]()
BASE = Experiment(optimizer=ADAM, layers=(Dense(units=4), Dropout(rate=0.2), Dense(units=2)))
RELU = activations["relu"]()


def trained() -> Training:
    training = Training(BASE)
    training.advance(30)
    return training


def views(training: Training, vector: np.ndarray | None = None) -> dict[str, dict[str, np.ndarray]]:
    """A copy of the parameters, or of another vector, by name."""
    layout = training.network.parameters.layout
    return layout.views((training.state.theta if vector is None else vector).copy())


GOES_ON = {
    "learning rate": replace(BASE, optimizer=optimizers["adam"](learning_rate=0.5)),
    "beta": replace(BASE, optimizer=optimizers["adam"](beta_1=0.5)),
    "schedule": replace(BASE, schedule=schedules["cosine"]()),
    "regularizer": replace(BASE, regularizer=regularizers["l1"]()),
    "loss": replace(BASE, loss=losses["squared_error"]()),
    "batch size": replace(BASE, batch_size=64),
    "shuffle": replace(BASE, shuffle=False),
    "dropout rate": replace(BASE, layers=(Dense(units=4), Dropout(rate=0.5), Dense(units=2))),
    "activation": replace(BASE, layers=(Dense(units=4, activation=RELU), Dropout(rate=0.2), Dense(units=2))),
    "output activation": replace(BASE, output=Output(activation=activations["tanh"]()), loss=losses["hinge"]()),
}


@pytest.mark.parametrize("name", GOES_ON)
def test_every_number_is_kept(name):
    training = trained()
    theta, slots, history = training.state.theta.copy(), training.state.slots.copy(), list(training.history)
    adoption = training.adopt(GOES_ON[name])
    assert not adoption.restarted
    assert {"step", "optimizer", "dense_1.kernel", "dense_2.bias", "output.kernel"} <= set(adoption.kept)
    assert np.array_equal(training.state.theta, theta)
    assert np.array_equal(training.state.slots, slots)
    assert training.history == history
    assert (training.state.step, training.state.epoch, training.state.position) == (30, 1, 50)
    training.advance(30)
    assert training.state.step == 60
    assert not np.array_equal(training.state.theta, theta)


def test_adopting_the_same_experiment_changes_nothing():
    training, alone = trained(), trained()
    training.adopt(training.experiment)
    training.advance(100)
    alone.advance(100)
    assert np.array_equal(training.state.theta, alone.state.theta)
    assert training.history == alone.history


RESTARTS = {
    "the dataset": replace(BASE, data=Data(dataset=datasets["xor"]())),
    "samples, the dataset": replace(BASE, data=Data(dataset=replace(datasets["circle"](), samples=300))),
    "noise, the dataset": replace(BASE, data=Data(dataset=replace(datasets["circle"](), noise=0.2))),
    "another task, the dataset": replace(BASE, data=Data(dataset=datasets["plane"]())),
    "the split": replace(BASE, data=Data(split=SplitFractions(0.6, 0.0, 0.4))),
    "the scaling": replace(BASE, data=Data(scaling=scalings["standardize"]())),
    "the seed": replace(BASE, seed=8),
    "the precision": replace(BASE, dtype="float32"),
    "the initializer": replace(BASE, output=Output(initializer=initializers["zeros"]())),
}


@pytest.mark.parametrize("name", RESTARTS)
def test_what_was_learned_from_something_else_is_not_kept(name):
    training = trained()
    adoption = training.adopt(RESTARTS[name])
    assert (adoption.restarted, adoption.kept) == (True, [])
    assert name.rpartition(", ")[2] in adoption.notice
    assert np.array_equal(training.state.theta, Training(RESTARTS[name]).state.theta)
    assert (training.state.step, len(training.history)) == (0, 1)


def test_a_hidden_initializer_restarts_too():
    drawn = Dense(units=4, initializer=initializers["he_normal"]())
    assert trained().adopt(replace(BASE, layers=(drawn, *BASE.layers[1:]))).restarted


def test_another_optimizer_starts_without_memory():
    training = trained()
    theta = training.state.theta.copy()
    adoption = training.adopt(replace(BASE, optimizer=optimizers["adadelta"]()))
    assert "optimizer" not in adoption.kept
    assert "optimizer" in adoption.notice
    assert np.array_equal(training.state.theta, theta)
    assert not training.state.slots.any()


def test_a_new_adam_corrects_its_bias_from_its_own_first_step():
    training = Training(replace(BASE, optimizer=optimizers["gradient_descent"](), layers=(), batch_size=1000))
    training.advance(20)
    training.adopt(replace(training.experiment, optimizer=optimizers["adam"](learning_rate=0.01)))
    before = training.state.theta.copy()
    training.advance(1)
    np.testing.assert_allclose(np.abs(training.state.theta - before), 0.01, rtol=1e-3)


def test_more_units_are_added_beside_those_that_exist():
    training = trained()
    before, memory = views(training), views(training, training.state.slots[0])
    adoption = training.adopt(replace(BASE, layers=(Dense(units=6), *BASE.layers[1:])))
    after, later = views(training), views(training, training.state.slots[0])
    fresh = views(Training(training.experiment))
    assert np.array_equal(after["dense_1"]["kernel"][:, :4], before["dense_1"]["kernel"])
    assert np.array_equal(after["dense_1"]["kernel"][:, 4:], fresh["dense_1"]["kernel"][:, 4:])
    assert np.array_equal(after["dense_1"]["bias"], [*before["dense_1"]["bias"], 0, 0])
    assert np.array_equal(after["dense_2"]["kernel"][:4], before["dense_2"]["kernel"])
    assert np.array_equal(after["dense_2"]["kernel"][4:], fresh["dense_2"]["kernel"][4:])
    assert np.array_equal(later["dense_2"]["kernel"][:4], memory["dense_2"]["kernel"])
    assert not later["dense_2"]["kernel"][4:].any()
    assert not adoption.restarted
    assert "dense_1, dense_2" in adoption.notice


def test_fewer_units_keep_the_first_ones():
    training = trained()
    before = views(training)
    training.adopt(replace(BASE, layers=(Dense(units=1), *BASE.layers[1:])))
    after = views(training)
    assert np.array_equal(after["dense_1"]["kernel"], before["dense_1"]["kernel"][:, :1])
    assert np.array_equal(after["dense_2"]["kernel"], before["dense_2"]["kernel"][:1])


def test_a_removed_layer_leaves_the_others():
    training = trained()
    before = views(training)
    adoption = training.adopt(replace(BASE, layers=BASE.layers[:1]))
    after = views(training)
    assert np.array_equal(after["dense_1"]["kernel"], before["dense_1"]["kernel"])
    assert np.array_equal(after["output"]["kernel"][:2], before["output"]["kernel"])
    assert "dense_2.kernel" not in adoption.kept


def test_a_layer_put_first_moves_the_names_of_the_others():
    training = trained()
    before = views(training)
    adoption = training.adopt(replace(BASE, layers=(Dense(units=3), *BASE.layers)))
    after = views(training)
    assert np.array_equal(after["dense_2"]["kernel"][:2], before["dense_1"]["kernel"])
    assert np.array_equal(after["dense_3"]["kernel"], before["dense_2"]["kernel"])
    assert "New and untrained: dense_1." in adoption.notice


def test_features_are_followed_by_name():
    training = Training(replace(BASE, data=Data(features=("x1", "x2", "x1_x2"))))
    training.advance(30)
    before = views(training)
    adoption = training.adopt(replace(training.experiment, data=Data(features=("sin_x1", "x1_x2", "x1"))))
    after = views(training)["dense_1"]["kernel"]
    fresh = views(Training(training.experiment))["dense_1"]["kernel"]
    assert not adoption.restarted
    assert np.array_equal(after[[2, 1]], before["dense_1"]["kernel"][[0, 2]])
    assert np.array_equal(after[0], fresh[0])
    training.advance(30)


def test_without_hidden_layers_features_are_followed_into_the_output():
    training = Training(replace(BASE, layers=(), data=Data(features=("x1", "x2"))))
    training.advance(30)
    before = views(training)["output"]["kernel"]
    training.adopt(replace(training.experiment, data=Data(features=("x2",))))
    assert np.array_equal(views(training)["output"]["kernel"], before[1:])


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ((Dense(units=8), Dense(units=4)), (Dense(units=4),), [(1, 0)]),
        ((Dense(units=4),) * 3, (Dense(units=4),) * 2, [(0, 0), (1, 1)]),
        ((Dense(units=4), Dense(units=2)), (Dense(units=4), Dense(units=3)), [(0, 0), (1, 1)]),
        ((Dense(), ActivationLayer(), Dense()), (Dense(), Dropout(), Dense()), [(0, 0), (2, 2)]),
        ((Dropout(),), (Dense(),), []),
        ((), (Dense(),), []),
    ],
)
def test_layers_are_aligned_by_kind_and_size(old, new, pairs):
    assert aligned_pairs(old, new) == pairs


def test_an_invalid_experiment_changes_nothing():
    training = trained()
    before, experiment = training.state.save(), training.experiment
    with pytest.raises(ExperimentError):
        training.adopt(replace(BASE, layers=(Dense(units=5), Dense(units=1000))))
    assert np.array_equal(training.state.theta, before.theta)
    assert training.experiment is experiment
    training.advance(1)


@pytest.mark.parametrize("kind", ["simple_rnn", "lstm", "gru"])
@pytest.mark.parametrize("units", [3, 5])
def test_gates_are_resized_one_by_one(kind, units):
    data = Data(dataset=datasets["adding_problem"](samples=40, length=5))
    training = Training(Experiment(data=data, layers=(layers[kind](units=4),), optimizer=ADAM))
    training.advance(3)
    before, gates = views(training)[f"{kind}_1"], layers[kind].gates
    adoption = training.adopt(replace(training.experiment, layers=(layers[kind](units=units),)))
    assert not adoption.restarted
    after, common = views(training)[f"{kind}_1"], min(units, 4)
    for name, rows in (("kernel", 2), ("recurrent_kernel", common), ("bias", None)):
        parts = (views[name].reshape(*views[name].shape[:-1], gates, -1) for views in (before, after))
        old, new = (part[:rows, ..., :common] for part in parts)
        assert np.array_equal(new, old)
    training.advance(3)


@pytest.mark.parametrize(("small", "large"), [(1, 3), (3, 5), (2, 3), (2, 4), (3, 4), (1, 8)])
def test_a_larger_kernel_looks_at_the_same_pixels_and_more_around_them(small: int, large: int):
    """With zeros for what is new, the images stay what they were; back again, and the kernel is what it was."""

    def images(size: int) -> Experiment:
        convolution = Convolution(filters=3, kernel_size=size, padding="same")
        return Experiment(data=Data(datasets["digits"](samples=50)), layers=(convolution, Flatten()))

    training = Training(images(small))
    training.advance(5)
    before, kernel = (
        training.network.predict(training.data.matrix("train")),
        training.network.views["conv2d_1"]["kernel"],
    )
    adoption = training.adopt(images(large))
    assert "conv2d_1.kernel" in adoption.kept
    grown = training.network.views["conv2d_1"]["kernel"]
    kept = np.isin(grown, kernel)
    assert kept.sum() == kernel.size
    grown[~kept] = 0
    np.testing.assert_allclose(training.network.predict(training.data.matrix("train")), before)
    training.adopt(images(small))
    np.testing.assert_array_equal(training.network.views["conv2d_1"]["kernel"], kernel)
