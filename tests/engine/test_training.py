from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.augmentation import Augmentation
from engine.data import Data, prepare_folds
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import Dense, Dropout
from engine.optimizers import optimizers
from engine.regularizers import regularizers
from engine.splits import SplitFractions
from engine.stopping import stoppings
from engine.streams import stream
from engine.training import Training

ADAM = optimizers["adam"](learning_rate=0.03)
CHANCE = Experiment(layers=(Dense(units=6), Dropout(rate=0.3), Dense(units=3)), optimizer=ADAM, batch_size=32)
"""Uses every random stream; 250 examples in batches of 32, the last one of 26."""
AUGMENTED = Experiment(
    data=Data(datasets["digits"](samples=100), augmentation=Augmentation(1, 10.0, 0.1, "both", 0.1)),
    layers=(Dense(units=3),),
    batch_size=32,
)
EXPERIMENTS = {
    "default": Experiment(),
    "chance": CHANCE,
    "single": replace(CHANCE, dtype="float32"),
    "augmented": AUGMENTED,
}


def assert_same(one: Training, other: Training) -> None:
    first, second = one.state.save(), other.state.save()
    assert np.array_equal(first.theta, second.theta)
    assert np.array_equal(first.slots, second.slots)
    assert np.array_equal(first.order, second.order)
    assert first.generators == second.generators
    assert (first.step, first.epoch, first.position) == (second.step, second.epoch, second.position)
    assert one.history == other.history
    assert one.distributions == other.distributions


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_however_it_is_cut_the_numbers_are_the_same(name):
    whole, cut = Training(EXPERIMENTS[name]), Training(EXPERIMENTS[name])
    whole.advance(700)
    for steps in (1, 1, 5, 250, 3, 240, 199, 1):
        cut.advance(steps)
        cut.metrics()
        cut.predict(cut.data.inputs[:1])
    assert_same(whole, cut)


def test_looking_changes_nothing():
    watched, alone = Training(CHANCE), Training(CHANCE)
    for _ in range(20):
        watched.advance(5)
        watched.gradients()
        watched.snapshot()
        watched.predict(watched.data.inputs)
    alone.advance(100)
    assert_same(watched, alone)


def test_a_restored_snapshot_goes_on_bit_for_bit():
    training, other = Training(CHANCE), Training(Experiment())
    training.advance(123)
    snapshot = training.snapshot()
    training.advance(300)
    other.advance(7)
    other.restore(snapshot)
    assert other.state.step == 123
    other.advance(300)
    assert_same(training, other)


def test_reset_starts_the_same_run_again():
    training = Training(CHANCE)
    training.advance(100)
    training.reset()
    assert_same(training, Training(CHANCE))


def test_another_seed_is_another_run():
    one, other = Training(Experiment()), Training(Experiment(seed=8))
    assert not np.array_equal(one.state.theta, other.state.theta)


def test_every_example_counts_once_per_epoch_and_the_order_changes():
    training = Training(CHANCE)
    training.advance_epochs(1)
    first = training.state.order.copy()
    assert (training.state.step, training.state.epoch, training.state.position) == (8, 1, 0)
    training.advance(1)
    assert not np.array_equal(first, training.state.order)
    assert np.array_equal(np.sort(training.state.order), np.arange(250))


def test_without_shuffling_the_order_is_that_of_the_data():
    training = Training(replace(CHANCE, shuffle=False))
    training.advance(30)
    assert np.array_equal(training.state.order, np.arange(250))


def test_an_epoch_that_has_begun_is_completed():
    training = Training(CHANCE)
    training.advance(3)
    training.advance_epochs(2)
    assert (training.state.step, training.state.epoch) == (16, 2)


def test_a_batch_larger_than_the_set_is_the_set():
    training = Training(Experiment(batch_size=1000))
    training.advance(3)
    assert (training.state.step, training.state.epoch) == (3, 3)


def test_a_full_batch_step_is_the_gradient_times_the_learning_rate():
    training = Training(Experiment(batch_size=1000, regularizer=regularizers["elastic_net"](rate=0.1)))
    before, gradient = training.state.theta.copy(), training.evaluation.gradients().theta
    training.advance(1)
    np.testing.assert_allclose(training.state.theta, before - 0.03 * gradient, rtol=0, atol=1e-15)


def test_the_schedule_changes_the_rate_from_epoch_to_epoch():
    from engine.schedules import schedules

    training = Training(replace(CHANCE, schedule=schedules["exponential"](base=0.5)))
    training.advance(7)
    assert training.learning_rate == 0.03
    training.advance(1)
    assert training.learning_rate == 0.015


@pytest.mark.parametrize("kind", ["zeros", "constant"])
def test_units_that_start_equal_stay_equal(kind):
    equal = initializers[kind]()
    hidden = (Dense(units=4, initializer=equal), Dense(units=3, initializer=equal))
    training = Training(Experiment(layers=hidden, output=Output(initializer=equal)))
    training.advance(200)
    first, second, _ = training.network.parameters.views.values()
    for parts in (first, second):
        assert np.ptp(parts["kernel"], axis=1).max() == 0
        assert np.ptp(parts["bias"]) == 0


def test_metrics_are_those_of_the_predictions():
    split = SplitFractions(0.6, 0.3, 0.1)
    training = Training(Experiment(data=Data(split=split), regularizer=regularizers["l2"](rate=0.01)))
    training.advance(50)
    metrics, data = training.metrics(), training.data
    for part in ("train", "validation", "test"):
        rows = data.indices[part]
        outputs, truth = training.predict(data.inputs[rows])[:, 0], data.targets[rows]
        loss = -np.mean(truth * np.log(outputs) + (1 - truth) * np.log(1 - outputs))
        assert metrics[part]["loss"] == pytest.approx(loss, rel=1e-9)
        assert metrics[part]["accuracy"] == np.mean((outputs > 0.5) == truth)
    kernels = [parts["kernel"] for parts in training.network.parameters.views.values()]
    assert metrics["penalty"] == pytest.approx(0.005 * sum(np.square(kernel).sum() for kernel in kernels))
    assert (metrics["step"], metrics["epoch"], metrics["diverged"]) == (50, 1, False)


def test_a_part_without_examples_has_no_metrics():
    assert Training(Experiment()).metrics()["validation"] is None


def test_predictions_are_made_without_dropout_and_one_by_one_the_same():
    training = Training(CHANCE)
    training.advance(40)
    inputs = training.data.inputs[:20]
    together, alone = training.predict(inputs), np.concatenate([training.predict(row[None]) for row in inputs])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-14)


@pytest.mark.parametrize("inputs", [[[1.0]], [1.0, 2.0], [[1.0, np.nan]], [["a", "b"]], [[1.0, 2.0], [3.0]], None])
def test_inputs_of_another_kind_are_refused(inputs):
    with pytest.raises(ExperimentError) as caught:
        Training(Experiment()).predict(inputs)
    assert caught.value.field == "inputs"


def test_parameters_go_out_and_come_back():
    training, other = Training(Experiment()), Training(Experiment(seed=8))
    document = training.parameters()
    assert [layer["name"] for layer in document["layers"]] == ["dense_1", "dense_2", "output"]
    other.set_parameters(document)
    assert np.array_equal(training.state.theta, other.state.theta)


def test_the_gradient_document_has_the_shape_of_the_parameters():
    training = Training(Experiment())
    parameters, gradients = training.parameters(), training.gradients()
    for one, other in zip(parameters["layers"], gradients["layers"], strict=True):
        assert one["name"] == other["name"]
        for part, values in one["parameters"].items():
            assert np.shape(values) == np.shape(other["parameters"][part])


@pytest.mark.parametrize(
    ("dataset", "units", "activation", "learning_rate", "features"),
    [
        ("xor", 4, "tanh", 0.02, None),
        ("spiral", 12, "tanh", 0.02, ("x1", "x2", "sin_x1", "sin_x2")),
        ("three_gaussians", 4, "relu", 0.02, None),
    ],
)
def test_it_learns(dataset, units, activation, learning_rate, features):
    hidden = (Dense(units=units, activation=activations[activation]()),) * 2
    data = Data(dataset=datasets[dataset](), features=features)
    optimizer = optimizers["adam"](learning_rate=learning_rate)
    training = Training(Experiment(data=data, layers=hidden, optimizer=optimizer, batch_size=20))
    assert training.metrics()["train"]["accuracy"] < 0.8
    training.advance_epochs(150)
    assert training.metrics()["test"]["accuracy"] > 0.95


def test_a_regression_is_learned():
    training = Training(Experiment(data=Data(dataset=datasets["plane"]())))
    training.advance_epochs(120)
    assert training.metrics()["test"]["r2"] > 0.99


def test_images_change_only_where_they_are_learned_from():
    plain, changed = Training(replace(AUGMENTED, data=Data(AUGMENTED.data.dataset))), Training(AUGMENTED)
    assert plain.metrics() == changed.metrics()
    before = changed.data.inputs.copy()
    for training in (plain, changed):
        training.advance(1)
    assert np.array_equal(changed.data.inputs, before)
    assert not np.array_equal(plain.state.theta, changed.state.theta)


def test_what_is_learned_from_is_the_augmentation_of_the_batch():
    shift = Augmentation(shift=1)
    training = Training(replace(AUGMENTED, data=Data(AUGMENTED.data.dataset, augmentation=shift), batch_size=80))
    original = training.data.matrix("train")
    _, plan = next(training._steps.run_slowly())
    seen, order = plan.batch[:64], training.state.order
    expected = shift.apply(original[:, order].reshape(8, 8, 1, -1), stream(7, "augmentation"))
    assert np.array_equal(seen, expected.reshape(64, -1))


def test_augmentation_may_be_turned_on_while_training():
    training = Training(replace(AUGMENTED, data=Data(AUGMENTED.data.dataset)))
    training.advance(5)
    theta = training.state.theta.copy()
    adoption = training.adopt(AUGMENTED)
    assert not adoption.restarted
    assert np.array_equal(training.state.theta, theta)


def test_numbers_are_answered_in_their_own_units():
    adam, data = optimizers["adam"](learning_rate=0.1), Data(datasets["diabetes"]())
    training = Training(Experiment(data=data, layers=(), optimizer=adam, batch_size=354))
    training.advance(300)
    answers, truth = training.predict(training.data.inputs)[:, 0], training.data.targets
    train = training.data.indices["train"]
    line = np.linalg.lstsq(np.c_[training.data.inputs, np.ones(442)][train], truth[train], rcond=None)[0]
    assert_allclose(answers, np.c_[training.data.inputs, np.ones(442)] @ line, atol=0.5)
    assert training.metrics()["train"]["loss"] < 0.5


def test_a_given_fold_survives_a_reset():
    fold = prepare_folds(Data(), 7, 5)[2]
    training = Training(Experiment(), fold)
    training.reset()
    assert training.data is fold


STOPPING = replace(Experiment(), stopping=stoppings["epochs"](epochs=3))


@pytest.mark.parametrize("cuts", [[75], [1000], [10, 40, 30, 1], [74, 1, 5]])
def test_a_stopping_rule_ends_a_training_however_it_is_cut(cuts: list[int]):
    training = Training(STOPPING)
    for steps in cuts:
        training.advance(steps)
    assert (training.state.step, training.state.epoch, training.is_over) == (75, 3, True)
    assert "3 passes" in training.stopped
    alone = Training(Experiment())
    alone.advance(75)
    np.testing.assert_array_equal(training.state.theta, alone.state.theta)


def test_a_training_that_was_stopped_can_begin_again_or_go_on_by_another_rule():
    training = Training(STOPPING)
    training.advance(100)
    training.adopt(replace(STOPPING, stopping=stoppings["epochs"](epochs=5)))
    assert not training.is_over
    training.advance(100)
    assert training.state.epoch == 5
    training.reset()
    assert not training.is_over


def test_a_change_begins_the_count_of_a_patient_rule_anew():
    zeros = {"initializer": initializers["zeros"]()}
    experiment = Experiment(
        layers=(Dense(units=2, **zeros),), output=Output(**zeros), stopping=stoppings["plateau"](patience=5)
    )
    training = Training(experiment)
    training.advance_epochs(4)
    training.adopt(replace(experiment, batch_size=5))
    training.advance_epochs(4)
    assert not training.stopped
    training.advance_epochs(4)
    assert training.stopped
